"""The cache on Redis, without which everything still works: while it is away it is as good as empty.

What is put into it meanwhile goes to a stand-in: a small memory of this process, so that limits go on
counting (each process for itself), or nothing at all, for what several processes must agree on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from core.db.locks import PATIENCE

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0  # after a failure nobody asks for so long: a host that doesn't answer costs a second each
STAND_IN_ENTRIES = 10_000


@dataclass(slots=True)
class _Outage:
    """What this process knows of one server. ``missed``: it may hold what was taken back meanwhile."""

    until: float = 0.0
    missed: bool = False


_outages: dict[str, _Outage] = {}


class RedisOrNothing(RedisCache):
    """Redis; while it is away, nothing is remembered. For sessions, which the database has as well."""

    stand_in: BaseCache = DummyCache("", {})

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {**PATIENCE, **params.get("OPTIONS", {})}
        super().__init__(server, {**params, "OPTIONS": options})
        self._outage = _outages.setdefault(f"{server} {self.key_prefix}", _Outage())

    def _ask(self, name: str, *arguments: Any, **options: Any) -> Any:
        if time.monotonic() >= self._outage.until:
            try:
                self._forget_the_past()
                return getattr(super(), name)(*arguments, **options)
            except RedisError as error:
                if not self._outage.missed:
                    logger.warning("the cache is away: %s", error)
                self._outage.missed = True
                self._outage.until = time.monotonic() + PAUSE_SECONDS
        return getattr(self.stand_in, name)(*arguments, **options)

    def _forget_the_past(self) -> None:
        """Back from an outage the server may still know what was deleted meanwhile, a session that ended say:
        everything of ours goes."""
        if not self._outage.missed:
            return
        client = self._cache.get_client(None, write=True)
        pipeline = client.pipeline(transaction=False)
        for key in client.scan_iter(match=f"{self.key_prefix}:*", count=1_000):
            pipeline.unlink(key)
        pipeline.execute()
        self.stand_in.clear()
        self._outage.missed = False
        logger.warning("the cache is back, and begins empty")

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask("get", key, default, version=version)

    def set(self, key: Any, value: Any, *arguments: Any, **options: Any) -> None:
        self._ask("set", key, value, *arguments, **options)

    def add(self, key: Any, value: Any, *arguments: Any, **options: Any) -> bool:
        return bool(self._ask("add", key, value, *arguments, **options))

    def touch(self, key: Any, *arguments: Any, **options: Any) -> bool:
        return bool(self._ask("touch", key, *arguments, **options))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask("delete", key, version=version))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask("has_key", key, version=version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return int(self._ask("incr", key, delta, version=version))

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        found: dict[Any, Any] = self._ask("get_many", list(keys), version=version)
        return found

    def set_many(self, data: Mapping[Any, Any], *arguments: Any, **options: Any) -> list[Any]:
        return list(self._ask("set_many", dict(data), *arguments, **options))

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        self._ask("delete_many", list(keys), version=version)

    def clear(self) -> None:
        self._ask("clear")


class RedisOrMemory(RedisOrNothing):
    """Redis; while it is away, this process remembers for itself."""

    stand_in = LocMemCache("redis-away", {"MAX_ENTRIES": STAND_IN_ENTRIES})
