"""The cache goes and comes back: nobody fails, nobody is served what was taken back meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache.backends.base import BaseCache
from django.utils.module_loading import import_string

from core import cache
from daoportal.settings import parts
from tests.servers import Redis

NOTHING = parts.caches("")["sessions"]["BACKEND"]
MEMORY = parts.caches("")["default"]["BACKEND"]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    monkeypatch.setattr(cache, "PAUSE_SECONDS", 0)
    started = Redis(tmp_path)
    started.start()
    yield started
    started.close()


def cache_on(server: Redis, backend: str) -> BaseCache:
    made: BaseCache = import_string(backend)(server.url, {"KEY_PREFIX": "test"})
    return made


@pytest.mark.parametrize("backend", [NOTHING, MEMORY])
def test_every_question_is_answered_while_redis_is_away(server: Redis, backend: str) -> None:
    kept = cache_on(server, backend)
    kept.set("word", "there")
    server.kill()
    assert kept.get("word", "nothing") == "nothing"
    assert kept.add("lock", 1) is True
    assert kept.set_many({"a": 1}) == []
    assert kept.get_many(["word"]) == {}
    assert kept.has_key("word") is False
    assert kept.touch("word") is False
    assert kept.delete("word") is False
    kept.delete_many(["word"])
    with pytest.raises(ValueError, match="not found"):
        kept.incr("word")
    kept.clear()


def test_limits_go_on_counting_in_memory_and_sessions_do_not(server: Redis) -> None:
    server.kill()
    memory, nothing = cache_on(server, MEMORY), cache_on(server, NOTHING)
    for kept in (memory, nothing):
        kept.set("hits", 3)
    assert (memory.get("hits"), nothing.get("hits")) == (3, None)


@pytest.mark.parametrize("backend", [NOTHING, MEMORY])
def test_what_was_deleted_meanwhile_doesnt_come_back(server: Redis, backend: str) -> None:
    kept = cache_on(server, backend)
    kept.set("session", "signed in")
    server.stop()  # it writes everything to its log, and will read it again
    kept.delete("session")
    server.start()
    assert kept.get("session") is None
    kept.set("session", "new")
    assert kept.get("session") == "new"


def test_redis_back_with_its_log_keeps_what_is_not_the_caches(server: Redis) -> None:
    kept: Any = cache_on(server, MEMORY)
    kept._cache.get_client(None, write=True).set("live:sequence", 7)
    server.stop()
    kept.get("word")
    server.start()
    kept.get("word")
    assert kept._cache.get_client(None).get("live:sequence") == b"7"


def test_a_host_that_failed_is_left_alone_for_a_moment(
    server: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = cache_on(server, NOTHING)
    server.kill()
    kept.get("word")
    monkeypatch.setattr(cache, "PAUSE_SECONDS", 3600)
    kept.get("word")
    server.start()
    kept.set("word", "there")
    assert kept.get("word") is None
