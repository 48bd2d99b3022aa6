"""Asking the servers that the stack was given, each with its own client, loaded only if there is one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pymongo
import redis
from kombu import Connection
from pymongo.errors import OperationFailure, PyMongoError

from devstack.console import StartError
from devstack.places import place_of

_PATIENCE_SECONDS = 5
_DATABASES = ("sqlite", "postgres", "postgresql", "mongodb", "mongodb+srv")
_REDIS = ("redis", "rediss", "unix")
_AMQP = ("amqp", "amqps")


def check_database(url: str) -> None:
    """Connect to the database.

    Raises:
        StartError: see :meth:`devstack.services.Services.check`.
    """
    kind = urlsplit(url).scheme
    ask = _ask_mongodb if kind.startswith("mongodb") else _ask_postgresql
    _check("DATABASE_URL", url, _DATABASES, (lambda file: None) if kind == "sqlite" else ask)


def check_redis(url: str) -> None:
    """Ask the Redis for a sign of life.

    Raises:
        StartError: see :meth:`devstack.services.Services.check`.
    """
    _check("REDIS_URL", url, _REDIS, ask_redis)


def check_broker(url: str) -> None:
    """Connect to the broker.

    Raises:
        StartError: see :meth:`devstack.services.Services.check`.
    """
    _check("CELERY_BROKER_URL", url, (*_REDIS, *_AMQP), ask_broker)


def ask_redis(url: str) -> None:
    """Ask a Redis for a sign of life."""
    with redis.Redis.from_url(url, socket_connect_timeout=_PATIENCE_SECONDS, retry=None) as server:
        server.ping()


def ask_broker(url: str, queue: str = "") -> int:
    """Connect to a RabbitMQ (or a Redis); answers how many workers wait at ``queue``."""
    if urlsplit(url).scheme in _REDIS:
        ask_redis(url)
        return 0
    with Connection(url, connect_timeout=_PATIENCE_SECONDS) as broker:
        channel: Any = broker.connect().channel()
        if not queue:
            return 0
        with contextlib.suppress(*broker.channel_errors):  # nobody has made it yet
            return int(channel.queue_declare(queue, passive=True).consumer_count)
        return 0


def _ask_postgresql(url: str) -> None:
    plain = "postgresql" + url[url.index(":") :]
    psycopg.connect(plain, connect_timeout=_PATIENCE_SECONDS).close()


def _ask_mongodb(url: str) -> None:
    with pymongo.MongoClient[dict[str, object]](
        url, serverSelectionTimeoutMS=_PATIENCE_SECONDS * 1000
    ) as server:
        database = urlsplit(url).path.removeprefix("/")
        server[database].command("ping")
        # Whoever may not read learns it here, not half-way through the migrations.
        server[database].list_collection_names()


def _check(name: str, url: str, schemes: tuple[str, ...], ask: Callable[[str], object]) -> None:
    scheme = urlsplit(url).scheme
    if scheme not in schemes:
        raise StartError(f"{name} must begin with {', '.join(f'{each}://' for each in schemes)}.")
    try:
        ask(url)
    except Exception as error:  # noqa: BLE001 - each client has errors of its own
        raise StartError(f"{name}: {place_of(url)} {_reason(error)}.") from None


def _reason(error: Exception) -> str:
    said = str(error).lower()
    refused = isinstance(error, redis.AuthenticationError | OperationFailure)
    if refused or "authentication failed" in said or "access_refused" in said or "noauth" in said:
        return "refuses the credentials"
    if "does not exist" in said or "not_allowed" in said or "not found" in said:
        return "has no such database, user or virtual host"
    if isinstance(error, OSError | redis.RedisError | psycopg.OperationalError | PyMongoError):
        return "doesn't answer"
    return f"can't be used ({type(error).__name__})"
