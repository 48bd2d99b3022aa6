"""Redis goes in the middle of everything: pages, the API, sessions and limits go on without it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from core import cache
from core.db import locks
from core.http.throttles import AnonymousThrottle
from daoportal.settings import parts
from governance.tests.factories import Town, vote
from identity.accounts.models import User
from tests.servers import Redis

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    monkeypatch.setattr(cache, "PAUSE_SECONDS", 0)
    started = Redis(tmp_path / "redis")
    started.start()
    settings.REDIS_URL = started.url
    settings.CACHES = parts.caches(started.url)
    settings.RPC_URLS = ("http://127.0.0.1:9",)
    yield started
    started.close()
    locks.connection().close()


def test_every_page_answers_without_redis(server: Redis, client: Client) -> None:
    town = Town.founded(citizens=4)
    proposal = town.open_vote(title="A bench by the river")
    town.block(vote(proposal, 1))
    client.force_login(User.objects.create_superuser("root", "root@riverbend.example", "not-secret"))
    server.kill()
    pages = [
        "/",
        "/proposals",
        f"/proposals/{proposal.pk}",
        f"/proposals/{proposal.pk}/votes",
        "/help",
        "/check",
    ]
    pages += ["/api/proposals", f"/api/proposals/{proposal.pk}/results", "/api/governance/stats"]
    pages += ["/admin/", "/admin/chain/", "/admin/governance/vote/", "/api/health/live"]
    assert {path: client.get(path).status_code for path in pages} == dict.fromkeys(pages, 200)


def test_officers_sign_in_and_out_without_redis_and_stay_out(server: Redis) -> None:
    User.objects.create_superuser("root", "root@riverbend.example", "not-secret")
    before = Client()
    before.post("/admin/login/", {"username": "root", "password": "not-secret"})
    assert before.get("/admin/").status_code == 200
    server.stop()

    during = Client()
    during.post("/admin/login/", {"username": "root", "password": "not-secret"})
    assert during.get("/admin/").status_code == 200
    kept = before.cookies["sessionid"].value
    before.post("/admin/logout/")
    server.start()
    thief = Client()
    thief.cookies["sessionid"] = kept
    assert thief.get("/admin/").status_code == 302
    assert during.get("/admin/").status_code == 200


def test_limits_hold_in_each_process_while_redis_is_away(
    server: Redis, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AnonymousThrottle, "THROTTLE_RATES", {"anon": "2/min"})
    server.kill()
    assert [client.get("/api/problems").status_code for _ in range(3)] == [200, 200, 429]
