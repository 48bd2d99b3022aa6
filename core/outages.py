"""Telling an outage from a mistake: the database or Redis is away for a moment, which is no fault of ours."""

from __future__ import annotations

import redis
from django.db import InterfaceError, OperationalError

RETRY_AFTER_SECONDS = 5  # what a client is told when the database or Redis is away

_away: list[type[BaseException]] = [
    OperationalError,
    InterfaceError,  # the connection was closed under us
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
]


def register(error: type[BaseException]) -> None:
    """Have ``error`` count as an outage: a driver's own, which its engine for Django wraps in another."""
    _away.append(error)


def is_outage(error: BaseException | None) -> bool:
    """Whether ``error``, or what led to it, is that a part which keeps data can't be reached."""
    while error is not None:
        if isinstance(error, tuple(_away)):
            return True
        error = error.__cause__
    return False
