"""Rate limits per address and per account, counted in the cache.

The limits guard the portal, they are no authority: while Redis is away each process counts for itself
(:mod:`core.cache`), so a client may get as many times more as there are processes.
"""

from __future__ import annotations

from rest_framework import throttling


class AnonymousThrottle(throttling.AnonRateThrottle):
    """Requests of an address without an account."""


class UserThrottle(throttling.UserRateThrottle):
    """Requests of an account."""


class ActThrottle(throttling.ScopedRateThrottle):
    """Acts asked for or posted; views that take them set ``throttle_scope = "acts"``."""
