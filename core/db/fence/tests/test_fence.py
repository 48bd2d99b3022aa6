"""A worker that sleeps past its lock can't write, whatever it believes when it wakes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import redis
from pytest_django import Settings

from conftest import Worker
from core.db import locks
from core.db.fence.errors import LockLost
from core.db.fence.models import Fence
from core.db.fence.services import check_token, exclusive_lock, with_token

pytestmark = pytest.mark.django_db(transaction=True)

SLEEPER = "core.db.fence.tests.sleeper"
AWAY = "unix:///nowhere/valkey.sock"


@with_token
def write() -> None:
    """Nothing but the proof that it may."""


def token_of(name: str) -> int:
    return Fence.objects.get(name=name).token


def wait_for(name: str) -> int:
    """Take the lock as soon as it can be had: its holder is stopped, so only time frees it."""
    while (token := locks.take(name, seconds=30)) is None:
        pass
    return token


def test_woken_worker_cant_write_after_another_has_written(worker: Callable[..., Worker]) -> None:
    sleeper = worker(SLEEPER, "loom", "1")
    assert sleeper.line() == "holding"
    sleeper.wait_stopped()
    locks.free("loom", wait_for("loom"))
    with exclusive_lock("loom", seconds=30) as got:
        assert got
        write()
        sleeper.wake()
        assert sleeper.line() == "lost"
    assert not Fence.objects.filter(name="written-by-the-sleeper").exists()


def test_woken_worker_writes_if_nobody_took_over(worker: Callable[..., Worker]) -> None:
    sleeper = worker(SLEEPER, "loom", "1")
    assert sleeper.line() == "holding"
    sleeper.wait_stopped()
    sleeper.wake()
    assert sleeper.line() == "wrote"
    assert Fence.objects.filter(name="written-by-the-sleeper").exists()


def test_one_at_a_time_and_the_next_when_it_is_done() -> None:
    with exclusive_lock("loom", seconds=30) as first, exclusive_lock("loom", seconds=30) as second:
        assert (first, second) == (True, False)
    with exclusive_lock("loom", seconds=30) as third:
        assert third


def test_tokens_only_grow_even_over_a_server_that_lost_its_data() -> None:
    tokens = []
    for _ in range(3):
        with exclusive_lock("loom", seconds=30):
            write()
        tokens.append(token_of("loom"))
        locks.connection().flushall()
    assert tokens == sorted(set(tokens))
    # A clock set back by years gives small numbers: what the database knows is the least.
    Fence.objects.update(token=2**52)
    with exclusive_lock("loom", seconds=30):
        write()
    assert token_of("loom") == 2**52 + 1


def test_late_write_leaves_nothing_behind() -> None:
    with exclusive_lock("loom", seconds=30):
        Fence.objects.filter(name="loom").update(token=2**52)
        with pytest.raises(LockLost):
            with_token(Fence.objects.create)(name="never")
        with pytest.raises(LockLost):
            check_token()
    assert not Fence.objects.filter(name="never").exists()


def test_without_redis_everybody_works_and_yields_to_the_next_holder(settings: Settings) -> None:
    with exclusive_lock("loom", seconds=30):
        write()
    known, there = token_of("loom"), settings.REDIS_URL
    settings.REDIS_URL = AWAY
    with exclusive_lock("loom", seconds=30) as one, exclusive_lock("loom", seconds=30) as two:
        assert (one, two) == (True, True)
        write()
        assert token_of("loom") == known
        settings.REDIS_URL = there
        token = locks.take("loom", seconds=30, floor=known)
        Fence.objects.update(token=token)  # the holder has written
        with pytest.raises(LockLost):
            write()


def test_a_lock_that_ran_out_is_left_to_its_next_holder() -> None:
    locks.connection().set("lock:loom", "7")
    locks.free("loom", 6)
    assert locks.connection().get("lock:loom") == b"7"
    locks.free("loom", 7)
    assert locks.connection().get("lock:loom") is None


def test_redis_away_is_said_at_once(settings: Settings) -> None:
    settings.REDIS_URL = AWAY
    with pytest.raises(redis.exceptions.ConnectionError):
        locks.take("loom", seconds=1)
    locks.free("loom", 1)
