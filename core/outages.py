"""Telling an outage from a mistake: the database or Redis is away for a moment, which is no fault of ours."""

from __future__ import annotations

import redis
from django.db import InterfaceError, OperationalError
from pymongo.errors import ConnectionFailure

RETRY_AFTER_SECONDS = 5  # what a client is told when the database or Redis is away

_AWAY = (
    OperationalError,
    InterfaceError,  # the connection was closed under us
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
    ConnectionFailure,  # MongoDB's, which Django's engine for it wraps in a DatabaseError
)


def is_outage(error: BaseException | None) -> bool:
    """Whether ``error``, or what led to it, is that a part which keeps data can't be reached."""
    while error is not None:
        if isinstance(error, _AWAY):
            return True
        error = error.__cause__
    return False
