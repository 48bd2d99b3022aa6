"""Locks between processes, held in Redis: one worker at a time does a thing.

Each taking gets a token greater than every one before. What must not be written by a worker that outlived its
lock goes through :mod:`core.db.fence`, which checks the token in the database.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

# Redis is a neighbour: what it doesn't answer at once is better done without. The library's own three tries
# would hold a page for seven seconds; one more try is for a connection that was cut while it lay idle.
PATIENCE: dict[str, Any] = {
    "socket_connect_timeout": 1,
    "socket_timeout": 3,
    "retry": Retry(NoBackoff(), 1),
}

# One step in the server, so that nobody sleeps between the lock and its token. Tokens count on from the
# greatest of the last one, the clock (milliseconds) and the caller's floor: a server that lost its data or
# whose clock was set back still gives none twice.
_TAKE = """
local now = redis.call('TIME')
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local token = tonumber(now[1]) * 1000 + math.floor(tonumber(now[2]) / 1000)
token = math.max(token, tonumber(redis.call('GET', KEYS[2]) or 0) + 1, tonumber(ARGV[2]) + 1)
local text = string.format('%.0f', token)
redis.call('SET', KEYS[2], text)
redis.call('SET', KEYS[1], text, 'PX', ARGV[1])
return token
"""
_FREE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


@lru_cache(maxsize=4)
def _connection(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, **PATIENCE)


def connection() -> redis.Redis:
    """The process's connection pool to Redis (``REDIS_URL``)."""
    return _connection(settings.REDIS_URL)


def take(name: str, *, seconds: int, floor: int = 0) -> int | None:
    """Take the lock ``name`` for at most ``seconds`` and answer its token; None if another holds it.

    Args:
        floor: a token that is known to have been given.

    Raises:
        redis.exceptions.RedisError: Redis is away.
    """
    token = connection().eval(_TAKE, 2, f"lock:{name}", f"token:{name}", str(seconds * 1000), str(floor))
    return int(token) or None


def free(name: str, token: int) -> None:
    """Let go of the lock, if it is still ours; if it ran out while we worked, its next holder keeps it."""
    try:
        connection().eval(_FREE, 1, f"lock:{name}", str(token))
    except redis.exceptions.RedisError as error:
        logger.warning("the lock %s waits for its end: %s", name, error)
