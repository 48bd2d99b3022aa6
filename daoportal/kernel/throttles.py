"""Rate limits per address and per account, counted in the cache.

The limits guard the portal, they are no authority: with the cache away reading goes on unlimited, and says so
in the log.
"""

from __future__ import annotations

import logging
from typing import Any

import redis
from rest_framework import throttling
from rest_framework.request import Request

logger = logging.getLogger(__name__)


class _FailOpen(throttling.SimpleRateThrottle):
    def allow_request(self, request: Request, view: Any) -> bool:
        try:
            return bool(super().allow_request(request, view))
        except redis.exceptions.RedisError as error:
            logger.warning("rate not counted: %s", error)
            return True


class AnonymousThrottle(_FailOpen, throttling.AnonRateThrottle):
    """Requests of an address without an account."""


class UserThrottle(_FailOpen, throttling.UserRateThrottle):
    """Requests of an account."""


class ActThrottle(_FailOpen, throttling.ScopedRateThrottle):
    """Acts asked for or posted; views that take them set ``throttle_scope = "acts"``."""
