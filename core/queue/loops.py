"""Loops: what has to happen within a second of something new, without a task sent each second.

An app registers a function that does what there is to do and says how many seconds it may rest. A loop calls
it again after that time, or at once when any process says ``wake(name)``. Several processes may run the same
loop: the function itself takes a lock.

``wake`` goes through Valkey's publish and subscribe. It only spares waiting: one that is lost, or Valkey
away, costs at most the rest that the function asked for.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeAlias

import redis
from django.conf import settings
from django.db import close_old_connections, transaction

from core.outages import is_outage
from core.queue import pulse

logger = logging.getLogger(__name__)

Turn: TypeAlias = Callable[[], float]

RETRY_SECONDS = 1.0  # after a turn that failed
_LOOK_SECONDS = 1.0  # at most until a loop sees that it is to stop

_turns: dict[str, Turn] = {}


def register(name: str) -> Callable[[Turn], Turn]:
    """Decorator: the function is the loop ``name``; it answers after how many seconds to call it again.

    Raises:
        ValueError: another function has the name.
    """

    def registered(turn: Turn) -> Turn:
        if _turns.setdefault(name, turn) is not turn:
            raise ValueError(f"there is a loop {name} already")
        return turn

    return registered


def names() -> tuple[str, ...]:
    """All loops that the portal has, wherever they run."""
    return tuple(_turns)


def wake(name: str) -> None:
    """Have the loop ``name`` take its turn now, in whatever processes run it."""
    with contextlib.suppress(redis.exceptions.RedisError):
        pulse.impatient(settings.REDIS_URL).publish(_channel(name), b"")


def wake_on_commit(name: str) -> None:
    """The same as soon as the transaction is written."""
    transaction.on_commit(partial(wake, name))


class Loop:
    """One loop in a thread of its own.

    Raises:
        KeyError: nobody registered the name.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._turn = _turns[name]
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"loop-{name}", daemon=True)
        self._pulse_at = 0.0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float | None = None) -> None:
        """Begin no other turn, and wait for the one that runs, at most ``seconds``."""
        self._ended.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                with _subscribed(self.name) as heard:
                    self._take_turns(lambda seconds: heard.get_message(timeout=seconds))
            except redis.exceptions.RedisError as error:
                logger.warning("%s can't be woken, and looks by itself: %s", self.name, error)
                self._ended.wait(min(self._take_turn(), RETRY_SECONDS))

    def _take_turns(self, listen: Callable[[float], object]) -> None:
        while not self._ended.is_set():
            until = time.monotonic() + self._take_turn()
            # What was heard during the turn may have come after it had looked: it counts.
            while not self._ended.is_set() and (left := until - time.monotonic()) > 0:
                if listen(min(left, _LOOK_SECONDS)):
                    break

    def _take_turn(self) -> float:
        close_old_connections()
        try:
            rest = self._turn()
        except Exception as error:
            rest = RETRY_SECONDS
            if is_outage(error):
                logger.warning("%s waits: %s", self.name, error)
            else:
                logger.exception("%s failed", self.name)
        close_old_connections()
        self._leave_pulse()
        return rest

    def _leave_pulse(self) -> None:
        if time.monotonic() - self._pulse_at < settings.PULSE_SECONDS:
            return
        self._pulse_at = time.monotonic()
        with contextlib.suppress(redis.exceptions.RedisError):
            pulse.beat(self.name)


@contextlib.contextmanager
def _subscribed(name: str) -> Iterator[redis.client.PubSub]:
    valkey: Any = pulse.impatient(settings.REDIS_URL)
    with valkey.pubsub() as heard:
        heard.subscribe(_channel(name))
        heard.get_message(timeout=_LOOK_SECONDS)  # that we are subscribed
        yield heard


def _channel(name: str) -> str:
    return f"wake:{name}"
