"""Who an officer is, asked in one place. Groups bear the names of the roles on chain, which they mirror."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

ADMINISTRATOR = "ADMINISTRATOR"
AUDITOR = "AUDITOR"
GUARDIAN = "GUARDIAN"
OFFICERS = frozenset({ADMINISTRATOR, AUDITOR, GUARDIAN})

_CACHE = "_desk_roles"


def roles_of(user: Any) -> frozenset[str]:
    """The officers' roles of an account, by its groups; asked of the database once in a request."""
    known: frozenset[str] | None = getattr(user, _CACHE, None)
    if known is None:
        names = user.groups.values_list("name", flat=True) if user.is_authenticated else ()
        known = frozenset(names) & OFFICERS
        setattr(user, _CACHE, known)
    return known


def holds_any(user: Any, roles: Iterable[str]) -> bool:
    """Whether the account is an active officer who holds one of ``roles``; a superuser counts as each."""
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return False
    return bool(user.is_superuser) or not roles_of(user).isdisjoint(roles)
