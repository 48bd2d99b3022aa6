"""Reads about people: roles, the roll of citizens, the names they chose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from contracts import selectors as chain
from contracts.addresses import short
from identity import rules
from identity.models import CensusChange, Officer, Role, RoleChange, RoleChangeKind, RoleRequest, User

IN_CHUNK = 500  # SQLite's oldest limit on parameters is 999


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


@dataclass(frozen=True, slots=True)
class Citizenship:
    """A unit of the roll: one vote, since and until when (None: without an end)."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Profile:
    """What is public of an address: chosen words and what the chain says."""

    address: str
    name: str
    chosen_name: str
    bio: str
    avatar: str
    did: str | None
    joined_at: datetime | None
    last_active: datetime | None
    roles: list[RoleHeld]
    citizen_since: datetime | None


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


def citizenship(address: str, at: datetime | None = None) -> Citizenship | None:
    """The unit ``address`` has on the roll at ``at`` (default: now on chain), or None."""
    moment = at or now()
    change = (
        CensusChange.objects.filter(account=address.lower(), timestamp__lte=moment)
        .order_by("-event_id")
        .first()
    )
    if change is None or change.since is None or not rules.unit_stands(change.since, change.until, moment):
        return None
    return Citizenship(change.since, change.until)


def is_citizen(address: str, at: datetime | None = None) -> bool:
    """Whether ``address`` is on the roll at ``at`` (default: now on chain)."""
    return citizenship(address, at) is not None


def census_at(time: datetime | None = None) -> int:
    """How many citizens the roll counts at ``time`` (default: now), as quorums are taken of."""
    changes = CensusChange.objects.all()
    if time is not None:
        changes = changes.filter(timestamp__lte=time)
    supply = changes.order_by("-event_id").values_list("new_supply", flat=True).first()
    return supply or 0


def units_at(addresses: Iterable[str], time: datetime) -> set[str]:
    """Those of ``addresses`` that had a unit on the roll at ``time``, whatever the clock says of its end."""
    found: dict[str, bool] = {}
    for chunk in _chunks(addresses):
        rows = CensusChange.objects.filter(account__in=chunk, timestamp__lte=time).order_by("event_id")
        for account, since in rows.values_list("account", "since"):
            found[account] = since is not None
    return {account for account, stands in found.items() if stands}


def role_changes() -> QuerySet[RoleChange]:
    """All changes of roles, newest first."""
    return RoleChange.objects.select_related("event").order_by("-event_id")


def census_changes() -> QuerySet[CensusChange]:
    """All changes of the roll, newest first."""
    return CensusChange.objects.select_related("event").order_by("-event_id")


def open_role_requests() -> list[RoleRequest]:
    """Requests of one administrator that still wait for the second, newest first.

    A request is done once each of its accounts had the role given (or taken) after it, and void after seven
    days.
    """
    waiting: list[RoleRequest] = []
    oldest = now() - rules.REQUEST_LIFETIME
    for request in RoleRequest.objects.filter(timestamp__gt=oldest).order_by("-event_id"):
        kind = RoleChangeKind.GRANTED if request.grant else RoleChangeKind.REVOKED
        accounts = [account.lower() for account in request.accounts]
        done = set(
            RoleChange.objects.filter(
                role=request.role, kind=kind, account__in=accounts, event_id__gt=request.event_id
            ).values_list("account", flat=True)
        )
        if not done.issuperset(accounts):
            waiting.append(request)
    return waiting


def person_hash(address: str) -> str | None:
    """The keyed hash of the person behind an officer's ``address``, or None."""
    rows = Officer.objects.filter(account=address.lower()).order_by("-event_id")
    return rows.values_list("person_hash", flat=True).first()


def user_of(address: str) -> User | None:
    """The account linked to ``address``, if any."""
    return User.objects.filter(address=address.lower()).first()


def chosen_names(addresses: Iterable[str]) -> dict[str, str]:
    """The names that people chose to show, for those of ``addresses`` (any case) that have one.

    Keys lower case.
    """
    return _told("displayName", addresses)


def statements(addresses: Iterable[str]) -> dict[str, str]:
    """What people say of themselves, for those of ``addresses`` that said something; keys lower case."""
    return _told("bio", addresses)


def names_for(addresses: Iterable[str]) -> dict[str, str]:
    """The chosen name of each of ``addresses`` (any case), else the short address; keys lower case."""
    wanted = {address.lower() for address in addresses if address}
    chosen = chosen_names(wanted)
    return {address: chosen.get(address) or short(address) for address in wanted}


def name_for(address: str) -> str:
    """The name to show for one address."""
    return names_for([address])[address.lower()]


def addresses_named(text: str) -> list[str]:
    """Addresses whose chosen name contains ``text``, at most 100; for search boxes."""
    users = User.objects.filter(address__isnull=False).filter(Q(metadata__displayName__icontains=text))
    return [address for address in users.values_list("address", flat=True)[:100] if address]


def profile(address: str) -> Profile:
    """What is public of ``address``; every address has a profile, most are bare."""
    address = address.lower()
    user = user_of(address)
    metadata = user.metadata if user is not None and user.is_active else {}
    unit = citizenship(address)
    chosen = str(metadata.get("displayName") or "")
    return Profile(
        address=address,
        name=chosen or short(address),
        chosen_name=chosen,
        bio=str(metadata.get("bio") or ""),
        avatar=str(metadata.get("avatar") or ""),
        did=user.did if user else None,
        joined_at=user.date_joined if user else None,
        last_active=user.last_active if user else None,
        roles=current_roles(address),
        citizen_since=unit.since if unit else None,
    )


def _chunks(addresses: Iterable[str]) -> Iterable[list[str]]:
    wanted = sorted({address.lower() for address in addresses if address})
    for start in range(0, len(wanted), IN_CHUNK):
        yield wanted[start : start + IN_CHUNK]


def _told(member: str, addresses: Iterable[str]) -> dict[str, str]:
    """One member of people's ``metadata``, for those of ``addresses`` that have it; keys lower case."""
    found: dict[str, str] = {}
    for chunk in _chunks(addresses):
        users = User.objects.filter(address__in=chunk, is_active=True)
        for address, metadata in users.values_list("address", "metadata"):
            words = str((metadata or {}).get(member) or "").strip()
            if address and words:
                found[address] = words
    return found
