"""Reads about roles: who holds which, since and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from contracts import selectors as chain
from identity import rules
from identity.models import Role, RoleChange, RoleChangeKind
from identity.selectors.accounts import names_for
from identity.selectors.chunks import IN_CHUNK, chunks

__all__ = [
    "IN_CHUNK",
    "Member",
    "RoleHeld",
    "current_roles",
    "has_role",
    "has_role_since",
    "held_since",
    "members",
    "now",
    "ran_out",
    "role_changes",
    "standings",
]


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role that an address holds: since and until when (None: without an end), and who gave it."""

    role: Role
    since: datetime
    until: datetime | None
    by: str | None
    event_id: int

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


def now() -> datetime:
    """The chain's time: the newest indexed block's; before the first block, the clock's."""
    return chain.chain_now()


def current_roles(address: str, at: datetime | None = None) -> list[RoleHeld]:
    """The roles ``address`` holds at ``at`` (default: now on chain), in the order of :class:`Role`."""
    moment = at or now()
    newest: dict[str, RoleChange] = {}
    since: dict[str, datetime] = {}
    for change in RoleChange.objects.filter(account=address.lower()).order_by("event_id"):
        if at is not None and change.timestamp > at:
            break
        before = newest.get(change.role)
        if before is None or not rules.holds(before.kind, before.until, change.timestamp):
            since[change.role] = change.timestamp
        newest[change.role] = change
    return [
        RoleHeld(role, since[role], held.until, held.by, held.event_id)
        for role in Role
        if (held := newest.get(role)) is not None and rules.holds(held.kind, held.until, moment)
    ]


def has_role(address: str, role: Role | str, at: datetime | None = None) -> bool:
    """Whether ``address`` holds ``role`` at ``at`` (default: now on chain)."""
    moment = at or now()
    changes = RoleChange.objects.filter(role=role, account=address.lower())
    if at is not None:
        changes = changes.filter(timestamp__lte=at)
    change = changes.order_by("-event_id").first()
    return change is not None and rules.holds(change.kind, change.until, moment)


def standings(role: Role | str, accounts: Iterable[str], at: datetime | None = None) -> dict[str, datetime]:
    """Since when each of ``accounts`` that holds ``role`` at ``at`` (default: now) has held it unbroken."""
    moment = at or now()
    newest: dict[str, tuple[str, datetime | None]] = {}
    since: dict[str, datetime] = {}
    for chunk in chunks(accounts):
        rows = RoleChange.objects.filter(role=role, account__in=chunk, timestamp__lte=moment)
        for account, kind, until, timestamp in rows.order_by("event_id").values_list(
            "account", "kind", "until", "timestamp"
        ):
            before = newest.get(account)
            if before is None or not rules.holds(*before, timestamp):
                since[account] = timestamp
            newest[account] = (kind, until)
    return {account: since[account] for account, held in newest.items() if rules.holds(*held, moment)}


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
    moment = at or now()
    newest: dict[str, tuple[str, datetime | None, datetime]] = {}
    rows = RoleChange.objects.filter(role=role, timestamp__lte=moment).order_by("event_id")
    for account, kind, until, timestamp in rows.values_list("account", "kind", "until", "timestamp"):
        before = newest.get(account)
        held = before is not None and rules.holds(before[0], before[1], timestamp)
        newest[account] = (kind, until, before[2] if before is not None and held else timestamp)
    held_now = {a: row for a, row in newest.items() if rules.holds(row[0], row[1], moment)}
    names = names_for(held_now)
    return [
        Member(address, names[address], since, until)
        for address, (_kind, until, since) in sorted(held_now.items(), key=lambda item: item[1][2])
    ]


def ran_out(at: datetime | None = None, *, most: int | None = None) -> list[tuple[Role, str, datetime]]:
    """Roles whose time has passed without the contract having been told: role, account, when; oldest first.

    Args:
        at: default now on chain.
        most: how many are wanted at most.
    """
    moment = at or now()
    ended = RoleChange.objects.filter(kind=RoleChangeKind.GRANTED, until__lte=moment)
    found: list[tuple[Role, str, datetime]] = []
    rows = list(ended.order_by("until", "event_id").values_list("role", "account", "until", "event_id"))
    for start in range(0, len(rows), IN_CHUNK):
        chunk = rows[start : start + IN_CHUNK]
        later = RoleChange.objects.filter(
            account__in=sorted({row[1] for row in chunk}), event_id__gt=min(row[3] for row in chunk)
        )
        newest: dict[tuple[str, str], int] = {}
        for role, account, event_id in later.order_by("event_id").values_list("role", "account", "event_id"):
            newest[role, account] = event_id
        for role, account, until, event_id in chunk:
            if until is not None and newest.get((role, account), 0) <= event_id:
                found.append((Role(role), account, until))
                if len(found) == most:
                    return found
    return found


def role_changes() -> QuerySet[RoleChange]:
    """All changes of roles, newest first."""
    return RoleChange.objects.select_related("event").order_by("-event_id")


def changed_since(role: str, accounts: Iterable[str], event_id: int) -> dict[str, list[tuple[int, datetime]]]:
    """The changes of ``role`` after an event, in chain order, by account: their events and times."""
    found: dict[str, list[tuple[int, datetime]]] = {}
    for chunk in chunks(accounts):
        rows = RoleChange.objects.filter(
            Q(role=role) if role else Q(), account__in=chunk, event_id__gt=event_id
        )
        for account, place, at in rows.order_by("event_id").values_list("account", "event_id", "timestamp"):
            found.setdefault(account, []).append((place, at))
    return found
