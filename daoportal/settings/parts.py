"""Values computed from what the environment gives: databases, caches, logging."""

from typing import Any

import dj_database_url

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


def databases(url: str, *, conn_max_age: int) -> dict[str, dict[str, Any]]:
    """Return ``DATABASES`` for one database URL, with SQLite in WAL mode and persistent connections
    (seconds)."""
    default: dict[str, Any] = dict(
        dj_database_url.parse(url, conn_max_age=conn_max_age, conn_health_checks=True)
    )
    if default["ENGINE"] == "django.db.backends.sqlite3":
        default["OPTIONS"] = {**default.get("OPTIONS", {}), **_SQLITE_OPTIONS}
        default["CONN_HEALTH_CHECKS"] = False
    return {"default": default}


def caches(redis_url: str, *, prefix: str = "portal") -> dict[str, dict[str, Any]]:
    """Return ``CACHES`` on a Redis or Valkey server."""
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": redis_url,
            "KEY_PREFIX": prefix,
            "TIMEOUT": 300,
        }
    }


def channel_layers(redis_url: str) -> dict[str, dict[str, Any]]:
    """Return ``CHANNEL_LAYERS``, which carry messages to one person alone; what all may see goes by the live
    stream."""
    return {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [redis_url], "prefix": "portal"},
        }
    }


def logging(*, level: str, json: bool) -> dict[str, Any]:
    """Return ``LOGGING``: one JSON object a line for machines, or plain lines for people."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"redact": {"()": "daoportal.logs.RedactSecrets"}},
        "formatters": {
            "json": {"()": "daoportal.logs.JsonFormatter"},
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
