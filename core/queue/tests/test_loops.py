"""Loops: woken at once, by themselves after their rest, whatever fails; over a real Valkey."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, transaction

from core.queue import loops, pulse
from tests.servers import Redis

PATIENCE_SECONDS = 10
FOR_EVER = 3600.0


class Bell:
    """A loop that tells of each turn, and does in it what it is told."""

    def __init__(self) -> None:
        self.turns: queue.Queue[float] = queue.Queue()
        self.rest = FOR_EVER
        self.work: Callable[[], object] = lambda: None

    def turn(self) -> float:
        self.turns.put(time.monotonic())
        self.work()
        return self.rest

    def rings(self) -> bool:
        """Whether a turn was taken, or is within the patience."""
        try:
            return self.turns.get(timeout=PATIENCE_SECONDS) > 0
        except queue.Empty:
            return False


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> Bell:
    bell = Bell()
    monkeypatch.setattr(loops, "_turns", {"bell": bell.turn})
    return bell


@pytest.fixture
def loop(bell: Bell, valkey_url: str) -> Iterator[loops.Loop]:
    loop = loops.Loop("bell")
    yield loop
    loop.stop(PATIENCE_SECONDS)


@pytest.fixture
def running(bell: Bell, loop: loops.Loop) -> Bell:
    loop.start()
    assert bell.rings()
    return bell


def test_sleeping_loop_is_woken(running: Bell) -> None:
    loops.wake("bell")
    assert running.rings()


def test_wake_during_a_turn_is_not_lost(bell: Bell, loop: loops.Loop) -> None:
    def wake() -> None:
        bell.work = lambda: None
        loops.wake("bell")

    bell.work = wake
    loop.start()
    assert bell.rings()
    assert bell.rings()


def test_loop_turns_by_itself_after_its_rest(bell: Bell, loop: loops.Loop) -> None:
    bell.rest = 0.2
    loop.start()
    times = [bell.turns.get(timeout=PATIENCE_SECONDS) for _ in range(3)]
    assert times[2] - times[0] >= 0.4


def test_loops_of_other_names_sleep_on(running: Bell) -> None:
    loops.wake("gong")
    loops.wake("bell")
    assert running.rings()
    assert running.turns.empty()


@pytest.mark.django_db(transaction=True)
def test_wake_on_commit_waits_for_the_commit_and_dies_with_a_rollback(running: Bell) -> None:
    with transaction.atomic():
        loops.wake_on_commit("bell")
        transaction.set_rollback(True)
    with transaction.atomic():
        loops.wake_on_commit("bell")
        assert running.turns.empty()
    assert running.rings()
    assert running.turns.empty()


@pytest.mark.parametrize("error", [OperationalError("away"), ZeroDivisionError()])
def test_turn_that_fails_is_tried_again_within_seconds(
    bell: Bell, loop: loops.Loop, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        bell.work = lambda: None
        raise error

    bell.work = fail
    loop.start()
    assert bell.rings()
    assert bell.rings()
    outage = isinstance(error, OperationalError)
    assert ("bell waits" in caplog.text, "bell failed" in caplog.text) == (outage, not outage)


def test_loop_leaves_signs_of_life_even_if_its_turns_fail(bell: Bell, loop: loops.Loop) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    bell.work = fail
    loop.start()
    assert bell.rings()
    assert bell.rings()
    age = pulse.ages(["bell"])["bell"]
    assert age is not None
    assert age < PATIENCE_SECONDS


def test_stop_waits_for_the_turn_that_runs(bell: Bell, loop: loops.Loop) -> None:
    done: list[str] = []

    def work() -> None:
        loop._ended.wait(PATIENCE_SECONDS)
        done.append("done")

    bell.work = work
    loop.start()
    assert bell.rings()
    loop.stop(PATIENCE_SECONDS)
    assert done == ["done"]


def test_without_valkey_a_loop_looks_each_second_and_is_woken_again_when_it_is_back(
    bell: Bell, settings: Any, tmp_path: Path
) -> None:
    server = Redis(tmp_path / "redis")
    server.start()
    settings.REDIS_URL = server.url
    loop = loops.Loop("bell")
    try:
        loop.start()
        assert bell.rings()
        server.stop()
        assert bell.rings()
        assert bell.rings()
        server.start()

        def woken() -> bool:
            while not bell.turns.empty():
                bell.turns.get()
            before = time.monotonic()
            loops.wake("bell")
            return bell.rings() and time.monotonic() - before < loops.RETRY_SECONDS / 2

        assert any(woken() for _ in range(20))
    finally:
        loop.stop(PATIENCE_SECONDS)
        server.close()


def test_two_functions_cannot_be_the_same_loop(bell: Bell) -> None:
    with pytest.raises(ValueError, match="bell"):
        loops.register("bell")(lambda: 1.0)
