"""Being alone at something, and proof of it at every write.

    with alone("indexer", seconds=10) as got:
        ...             # reading, asking a node: may take longer than the lock lasts
        note_head(...)  # @with_token, one transaction: raises LockLost if another worker has taken over

The lock itself is Redis's and only spares work. What makes it safe is the token that came with it: each write
puts it into the fence's row, in the same transaction, unless somebody with a greater one was there before.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from types import MappingProxyType
from typing import ParamSpec, TypeVar

import redis
from django.db.models import F

from core.db import locks
from core.db.fence.errors import LockLost
from core.db.fence.models import Fence
from core.db.transactions import atomic_with_retry

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)

_held: ContextVar[Mapping[str, int]] = ContextVar("held", default=MappingProxyType({}))


@contextmanager
def exclusive_lock(name: str, *, seconds: int) -> Iterator[bool]:
    """Try to hold the lock ``name`` for at most ``seconds``; yields whether it was got, never waits.

    With Redis away everybody gets it, under the token that wrote last. Two workers at once are then kept
    apart by what they write (the cursor's place, the relayer's nonce), and both yield to whoever gets the
    lock from Redis later.
    """
    floor, in_redis = _newest_token(name), True
    token: int | None
    try:
        token = locks.take(name, seconds=seconds, floor=floor)
    except redis.exceptions.RedisError as error:
        logger.warning("without a lock at %s: %s", name, error)
        token, in_redis = floor, False
    if token is None:
        yield False
        return
    before = _held.set({**_held.get(), name: token})
    try:
        yield True
    finally:
        _held.reset(before)
        if in_redis:
            locks.free(name, token)


def with_token(work: Callable[P, T]) -> Callable[P, T]:
    """Decorator: what ``work`` writes is one transaction, refused to a worker that lost its lock unawares.

    Otherwise as :func:`core.db.transactions.atomic_with_retry`.

    Raises:
        LockLost: another worker has written under a newer token; nothing was written.
    """

    @wraps(work)
    def proved(*args: P.args, **kwargs: P.kwargs) -> T:
        check_token()
        return work(*args, **kwargs)

    return atomic_with_retry(proved)


def check_token() -> None:
    """Hold our tokens against the fences, inside the caller's transaction; without a lock nothing is asked.

    The row is changed even where its token stays: the change is what makes two transactions meet, on
    databases that lock rows and on those that find conflicts.

    Raises:
        LockLost: see :func:`with_token`; the caller's transaction must roll back.
    """
    for name, token in _held.get().items():
        ours = Fence.objects.filter(name=name, token__lte=token)
        if not ours.update(token=token, writes=F("writes") + 1):
            raise LockLost(name, token)


def _newest_token(name: str) -> int:
    """The token that wrote last; makes the row on first use (its name is the key, so two make one)."""
    token = Fence.objects.filter(name=name).values_list("token", flat=True).first()
    if token is None:
        return Fence.objects.get_or_create(name=name)[0].token
    return token
