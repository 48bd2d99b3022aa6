"""Who an officer is. The app that knows people answers (:func:`register_directory`); everybody here asks.

Roles bear the names that the chain knows them by.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Protocol

from django.http import HttpRequest

ADMINISTRATOR = "ADMINISTRATOR"
AUDITOR = "AUDITOR"
GUARDIAN = "GUARDIAN"
OFFICERS = frozenset({ADMINISTRATOR, AUDITOR, GUARDIAN})

_CACHE = "_office_roles"


class Officer(Protocol):
    """The officer who asks for a page. ``address`` is None if they can sign nothing."""

    @property
    def name(self) -> str: ...
    @property
    def address(self) -> str | None: ...
    @property
    def role_words(self) -> str: ...

    def holds(self, role: Any) -> Any:
        """Whether the address holds the role on chain now: something true if so."""

    def is_same_person(self, actor: str) -> bool:
        """Whether ``actor`` (an address, or ``user:KEY``) is this officer under whatever account."""


class Directory(Protocol):
    """What the officers' site has to know of people."""

    def officer_of(self, request: HttpRequest) -> Officer:
        """The officer who asks, read once in a request."""

    def roles_of(self, user: Any) -> Collection[str]:
        """The officers' roles that the account may act as now."""

    def is_same_person(self, first: Any, second: Any) -> bool:
        """Whether two accounts are one person's, by the key that the chain keeps for a person."""

    def names_for(self, addresses: Iterable[str]) -> dict[str, str]:
        """The names that people chose, by address."""


_directory: Directory | None = None


def register_directory(directory: Directory) -> None:
    """Say who knows people; one app can."""
    global _directory
    if _directory is not None:
        raise ValueError("the officers' site has a directory already")
    _directory = directory


def directory() -> Directory:
    """Whoever knows people.

    Raises:
        LookupError: if no app registered; then nobody can be let in.
    """
    if _directory is None:
        raise LookupError("no app has registered a directory of people")
    return _directory


def officer_of(request: HttpRequest) -> Officer:
    """The officer who asks."""
    return directory().officer_of(request)


def holds_any(user: Any, roles: Iterable[str]) -> bool:
    """Whether ``request.user`` may act as one of ``roles`` now; read once in a request."""
    known: frozenset[str] | None = getattr(user, _CACHE, None)
    if known is None:
        known = frozenset(directory().roles_of(user))
        setattr(user, _CACHE, known)
    return not known.isdisjoint(roles)
