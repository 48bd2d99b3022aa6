"""Reads about roles: who holds which, since and until when.

Being a citizen is a unit on the roll, as the engine has it; the other roles are as their newest change says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from contracts.selectors import chain_now
from core.db.chunks import chunks
from identity.accounts.selectors import names_for
from identity.census.selectors.roll import citizenship, is_citizen, units_now
from identity.roles import rules
from identity.roles.models import Role, RoleChange


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role that an address holds: since and until when (None: without an end), and who gave it."""

    role: Role
    since: datetime
    until: datetime | None
    by: str | None

    @property
    def label(self) -> str:
        """The role in words."""
        return str(self.role.label)


@dataclass(frozen=True, slots=True)
class Member:
    """A holder of a role, under the name to show."""

    address: str
    name: str
    since: datetime
    until: datetime | None


def current_roles(address: str, at: datetime | None = None) -> list[RoleHeld]:
    """The roles ``address`` holds at ``at`` (default: now on chain), in the order of :class:`Role`."""
    moment, account = at or chain_now(), address.lower()
    newest: dict[str, RoleChange] = {}
    since: dict[str, datetime] = {}
    for change in RoleChange.objects.filter(account=account).order_by("event_id"):
        if at is not None and change.timestamp > at:
            break
        before = newest.get(change.role)
        if before is None or not rules.holds(before.kind, before.until, change.timestamp):
            since[change.role] = change.timestamp
        newest[change.role] = change
    held = {
        Role(role): RoleHeld(Role(role), since[role], change.until, change.by)
        for role, change in newest.items()
        if role != Role.CITIZEN and rules.holds(change.kind, change.until, moment)
    }
    unit = citizenship(account, moment)
    if unit is not None:
        granted = newest.get(Role.CITIZEN)
        held[Role.CITIZEN] = RoleHeld(Role.CITIZEN, unit.since, unit.until, granted.by if granted else None)
    return [held[role] for role in Role if role in held]


def has_role(address: str, role: Role | str, at: datetime | None = None) -> bool:
    """Whether ``address`` holds ``role`` at ``at`` (default: now on chain)."""
    moment = at or chain_now()
    if role == Role.CITIZEN:
        return is_citizen(address, moment)
    changes = RoleChange.objects.filter(role=role, account=address.lower(), timestamp__lte=moment)
    change = changes.order_by("-event_id").first()
    return change is not None and rules.holds(change.kind, change.until, moment)


def standings(role: Role | str, accounts: Iterable[str], at: datetime | None = None) -> dict[str, datetime]:
    """Since when each of ``accounts`` that holds ``role`` at ``at`` (default: now) has held it unbroken."""
    moment = at or chain_now()
    if role == Role.CITIZEN:
        return {account: unit.since for account, unit in units_now(accounts, moment).items()}
    found: dict[str, datetime] = {}
    for chunk in chunks(accounts):
        rows = RoleChange.objects.filter(role=role, account__in=chunk, timestamp__lte=moment)
        found |= {account: since for account, (since, _until) in _held(rows, moment).items()}
    return found


def has_role_since(address: str, role: Role | str, time: datetime, at: datetime | None = None) -> bool:
    """Whether ``address`` holds ``role`` at ``at`` (default: now) and has without a break since ``time``."""
    return address.lower() in held_since([address], role, time, at)


def held_since(
    addresses: Iterable[str], role: Role | str, time: datetime, at: datetime | None = None
) -> set[str]:
    """Those of ``addresses`` that hold ``role`` at ``at`` (default: now) unbroken since ``time``."""
    return {account for account, since in standings(role, addresses, at).items() if since <= time}


def members(role: Role | str, at: datetime | None = None) -> list[Member]:
    """Who holds ``role`` at ``at`` (default: now on chain), oldest first."""
    moment = at or chain_now()
    if role == Role.CITIZEN:
        held = {account: (unit.since, unit.until) for account, unit in units_now(None, moment).items()}
    else:
        held = _held(RoleChange.objects.filter(role=role, timestamp__lte=moment), moment)
    names = names_for(held)
    return [
        Member(address, names[address], since, until)
        for address, (since, until) in sorted(held.items(), key=lambda item: item[1][0])
    ]


def _held(rows: QuerySet[RoleChange], moment: datetime) -> dict[str, tuple[datetime, datetime | None]]:
    """Of the accounts in ``rows`` of one role those that hold it at ``moment``: since and until when."""
    newest: dict[str, tuple[str, datetime | None]] = {}
    since: dict[str, datetime] = {}
    changes = rows.order_by("event_id").values_list("account", "kind", "until", "timestamp")
    for account, kind, until, timestamp in changes:
        before = newest.get(account)
        if before is None or not rules.holds(*before, timestamp):
            since[account] = timestamp
        newest[account] = (kind, until)
    return {
        account: (since[account], until)
        for account, (kind, until) in newest.items()
        if rules.holds(kind, until, moment)
    }


def role_changes() -> QuerySet[RoleChange]:
    """All changes of roles, newest first."""
    return RoleChange.objects.select_related("event").order_by("-event_id")
