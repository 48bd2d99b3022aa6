"""Locks between processes, held in Valkey: one worker at a time does a thing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache

import redis
from django.conf import settings


@lru_cache(maxsize=4)
def _connection(url: str) -> redis.Redis:
    return redis.Redis.from_url(url)


def connection() -> redis.Redis:
    """The process's connection pool to Valkey (``REDIS_URL``)."""
    return _connection(settings.REDIS_URL)


@contextmanager
def lock(name: str, *, seconds: int) -> Iterator[bool]:
    """Try to hold the lock ``name`` for at most ``seconds``; yields whether it was got, never waits.

    The lock only spares work. What must not happen twice is held by a constraint in the database: a worker
    that outlives its lock finds the cursor moved and stops.
    """
    held = connection().lock(f"lock:{name}", timeout=seconds, blocking=False)
    got = held.acquire()
    try:
        yield got
    finally:
        if got:
            # If it ran out while we worked, its next holder keeps it.
            with suppress(redis.exceptions.LockError):
                held.release()
