"""Signs of life of processes that nobody can ask: they leave the time in Valkey, others read its age."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

CLOCK = "clock"
_KEY = "pulse"
_PATIENCE_SECONDS = 1.0


@lru_cache(maxsize=4)
def impatient(url: str) -> redis.Redis:
    """A connection pool to the Valkey or Redis at ``url`` that gives up after a second and never repeats."""
    return redis.Redis.from_url(
        url,
        socket_timeout=_PATIENCE_SECONDS,
        socket_connect_timeout=_PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def beat(name: str) -> None:
    """Note that ``name`` lives now.

    Raises:
        RedisError: if Valkey is away.
    """
    impatient(settings.REDIS_URL).hset(_KEY, name, str(time.time()))


def ages(names: Iterable[str]) -> dict[str, float | None]:
    """For each name how many seconds ago it was heard of; None if never.

    Raises:
        RedisError: if Valkey is away.
    """
    wanted = list(names)
    found = impatient(settings.REDIS_URL).hmget(_KEY, wanted)
    now = time.time()
    return {
        name: None if at is None else max(0.0, now - float(at))
        for name, at in zip(wanted, found, strict=True)
    }
