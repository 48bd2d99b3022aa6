"""Values computed from what the environment gives: databases, caches, logging."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

_SQLITE_OPTIONS: dict[str, Any] = {
    # Writers take the write lock at BEGIN, so that none fails half-way with "database is locked".
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": (
        "PRAGMA page_size=16384;"  # long text keys: larger pages make a fifth less work of writing them
        "PRAGMA journal_mode=WAL;PRAGMA wal_autocheckpoint=2000;PRAGMA synchronous=NORMAL;"
        "PRAGMA foreign_keys=ON;PRAGMA cache_size=-16000;"
    ),
}

_POSTGRESQL_OPTIONS: dict[str, Any] = {
    # A page must say soon that the database is away, and a server that died must not hold a thread for hours.
    "connect_timeout": 5,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    # A worker that was stopped in the middle of a transaction must not hold its rows for ever.
    "options": "-c idle_in_transaction_session_timeout=60000",
}


def databases(url: str, *, conn_max_age: int) -> dict[str, dict[str, Any]]:
    """Return ``DATABASES`` for one database URL.

    SQLite is set to WAL mode; connections persist.

    Args:
        url: ``sqlite:///path``, ``postgres://user:password@host/name`` or
            ``mongodb://user:password@host1,host2/name?replicaSet=rs0`` (also ``mongodb+srv://``), whose
            options are the driver's.
        conn_max_age: seconds that a connection may be used.

    Raises:
        ImproperlyConfigured: a MongoDB URL names no database.
    """
    if urlsplit(url).scheme in {"mongodb", "mongodb+srv"}:
        return {"default": _mongodb(url)}
    default: dict[str, Any] = dict(
        dj_database_url.parse(url, conn_max_age=conn_max_age, conn_health_checks=True)
    )
    if default["ENGINE"] == "django.db.backends.sqlite3":
        default["OPTIONS"] = {**default.get("OPTIONS", {}), **_SQLITE_OPTIONS}
        default["CONN_HEALTH_CHECKS"] = False
    if default["ENGINE"] == "django.db.backends.postgresql":
        default["OPTIONS"] = {**_POSTGRESQL_OPTIONS, **default.get("OPTIONS", {})}
    return {"default": default}


def _mongodb(url: str) -> dict[str, Any]:
    parsed = urlsplit(url)
    name = parsed.path.removeprefix("/")
    if not name:
        raise ImproperlyConfigured("DATABASE_URL must name a database: mongodb://host/name.")
    given = {option.lower() for option in parse_qs(parsed.query)}
    options: dict[str, Any] = (
        {} if "serverselectiontimeoutms" in given else {"serverSelectionTimeoutMS": 5_000}
    )
    # The driver keeps its sockets beyond any connection of Django's.
    return {
        "ENGINE": "core.db.mongodb",
        "HOST": url,
        "NAME": name,
        "OPTIONS": options,
        "CONN_MAX_AGE": None,
    }


def caches(redis_url: str, *, prefix: str = "portal") -> dict[str, dict[str, Any]]:
    """Return ``CACHES`` on a Redis or Valkey server, which may be away.

    ``sessions`` has a name of its own because no process may remember a session that another has ended.
    """
    common = {"LOCATION": redis_url, "TIMEOUT": 300}
    return {
        "default": {
            "BACKEND": "core.cache.RedisOrMemory",
            "KEY_PREFIX": prefix,
            **common,
        },
        "sessions": {
            "BACKEND": "core.cache.RedisOrNothing",
            "KEY_PREFIX": f"{prefix}-sessions",
            **common,
        },
    }


def logging(*, level: str, json: bool) -> dict[str, Any]:
    """Return ``LOGGING``: one JSON object a line for machines, or plain lines for people."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"redact": {"()": "core.logs.RedactSecrets"}},
        "formatters": {
            "json": {"()": "core.logs.JsonFormatter"},
            "plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s", "datefmt": "%H:%M:%S"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "json" if json else "plain",
                "filters": ["redact"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django.server": {"handlers": ["console"], "level": level, "propagate": False},
            "django.security.DisallowedHost": {"level": "ERROR"},
            "urllib3": {"level": "WARNING"},
            "web3": {"level": "WARNING"},
        },
    }
