"""Pure questions about roles: who is an officer, does a role hold at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from identity.roles.models import Role, RoleChangeKind

#: How long, after a guardian's objection, only a ROLE proposal changes the role of the accounts.
OBJECTION_LENGTH = timedelta(days=90)
OFFICER_ROLES = frozenset({Role.ADMINISTRATOR, Role.AUDITOR, Role.GUARDIAN})


def holds(kind: str, until: datetime | None, at: datetime) -> bool:
    """Whether the newest change of a role, of this ``kind`` and end, leaves it held at ``at``."""
    return kind == RoleChangeKind.GRANTED and (until is None or at < until)


def unit_stands(since: datetime | None, until: datetime | None, at: datetime) -> bool:
    """Whether a citizen's unit, as the newest change of the roll states it, is valid at ``at``."""
    return since is not None and since <= at and (until is None or at < until)


def is_officer(roles: Iterable[str]) -> bool:
    """Whether one of ``roles`` belongs to a civil servant."""
    return not OFFICER_ROLES.isdisjoint(roles)


def why_not_correct(*, known: bool, holds_role: bool, has_seat: bool) -> str | None:
    """Why two administrators can't correct the person behind an account (Persons.sol); None if they can.

    Args:
        known: whether a person is recorded behind it.
        holds_role: whether it holds any role now.
        has_seat: whether the person is or was a citizen under it, and would be barred from it for good.
    """
    if not known:
        return "person-unknown"
    return "person-known" if holds_role or has_seat else None
