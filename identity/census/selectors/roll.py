"""Reads about the roll of citizens: who has a unit, how many there are, whose unit still counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from contracts.selectors import chain_now
from core.db.chunks import chunks
from identity.census.models import CensusChange, CitizenMove
from identity.roles import rules
from identity.roles.models import Role, RoleChange, RoleChangeKind


@dataclass(frozen=True, slots=True)
class Citizenship:
    """A unit of the roll: one vote, since and until when (None: without an end)."""

    since: datetime
    until: datetime | None


def citizenship(address: str, at: datetime | None = None) -> Citizenship | None:
    """The unit ``address`` has on the roll at ``at`` (default: now on chain), or None."""
    moment = at or chain_now()
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


@dataclass(slots=True)
class Unit:
    """A unit that was once on the roll: from ``since`` up to, not including, ``end`` (None: without one).

    ``revoked``: it was ended before its time, by officers or a proposal or by a move to a new account.
    """

    since: datetime
    end: datetime | None
    revoked: bool = False

    def stood_at(self, time: datetime) -> bool:
        """Whether it was there at ``time``."""
        return self.since <= time and (self.end is None or time < self.end)


def units_of(addresses: Iterable[str], at: datetime) -> dict[str, list[Unit]]:
    """Every unit that each of ``addresses`` had up to ``at``, oldest first; as the engine's histories say."""
    units: dict[str, list[Unit]] = {}
    for chunk in chunks(addresses):
        known = {"account__in": chunk, "timestamp__lte": at}
        steps: list[tuple[int, str, datetime, datetime | None, bool]] = [
            (place, account, since, until, False)
            for place, account, since, until in CensusChange.objects.filter(**known).values_list(
                "event_id", "account", "since", "until"
            )
            if since is not None  # that an end was recorded changes nothing
        ]
        revoked = RoleChange.objects.filter(role=Role.CITIZEN, kind=RoleChangeKind.REVOKED, **known)
        moved = CitizenMove.objects.filter(old_account__in=chunk, timestamp__lte=at)
        for ends in (
            revoked.values_list("event_id", "account", "timestamp"),
            moved.values_list("event_id", "old_account", "timestamp"),
        ):
            steps += [(place, account, ended, ended, True) for place, account, ended in ends]
        for _place, account, since, until, was_revoked in sorted(steps):
            known_units = units.setdefault(account, [])
            last = known_units[-1] if known_units else None
            if was_revoked:
                # One that was over already stays as it was: what ended waited to begin, see holders_of_units.
                if last is not None and (last.end is None or until is None or until <= last.end):
                    last.end, last.revoked = until, True
            elif last is not None and last.since == since and not last.revoked:
                last.end = until
            else:
                known_units.append(Unit(since, until))
    return units


def holders_of_units(addresses: Iterable[str], at: datetime) -> set[str]:
    """Those of ``addresses`` whose unit stands at ``at``, or waits to begin.

    The unit of a moved citizen who delegated for one type begins when the end of the old account's is
    recorded. It belongs to the new account until then, though nobody casts it.
    """
    held: set[str] = set()
    for chunk in chunks(addresses):
        held |= set(units_now(chunk, at))
        held |= {account for account in set(chunk) - held if _awaits(account, at)}
    return held


def _awaits(account: str, at: datetime) -> bool:
    held, until = _decided(account, at)
    return held and (until is None or at < until)


def _decided(account: str, at: datetime, before: int | None = None) -> tuple[bool, datetime | None]:
    """Whether the newest decision about the account gives it a unit, and until when.

    That an end was recorded decides nothing.
    """
    changes = RoleChange.objects.filter(role=Role.CITIZEN, account=account, timestamp__lte=at)
    changes = changes.exclude(kind=RoleChangeKind.EXPIRED)
    either = Q(old_account=account) | Q(new_account=account)
    moves = CitizenMove.objects.filter(either, timestamp__lte=at)
    if before is not None:
        changes, moves = changes.filter(event_id__lt=before), moves.filter(event_id__lt=before)
    change, move = changes.order_by("-event_id").first(), moves.order_by("-event_id").first()
    if move is not None and (change is None or move.event_id > change.event_id):
        if move.old_account == account:
            return False, None
        return _decided(move.old_account, at, move.event_id)
    if change is None or change.kind != RoleChangeKind.GRANTED:
        return False, None
    return True, change.until


def units_at(addresses: Iterable[str], time: datetime) -> set[str]:
    """Those of ``addresses`` that had a unit on the roll at ``time``, given away or not."""
    found = units_of(addresses, time)
    return {account for account, units in found.items() if any(unit.stood_at(time) for unit in units)}


def own_units(addresses: Iterable[str], snapshot: datetime, at: datetime | None = None) -> set[str]:
    """Those of ``addresses`` whose own unit counts in a vote with this ``snapshot`` if cast at ``at``.

    The unit stood at the snapshot, and stands still or was revoked after it: officers can't take a vote
    away that has begun. A unit that ran out by its own date counts no more. Received votes are another
    matter.

    Args:
        at: default now on chain.
    """
    moment = at or chain_now()
    found = units_of(addresses, moment)
    return {
        account
        for account, units in found.items()
        for unit in units
        if unit.stood_at(snapshot) and (unit.revoked or unit.stood_at(moment))
    }


def census_changes() -> QuerySet[CensusChange]:
    """All changes of the roll, newest first."""
    return CensusChange.objects.select_related("event").order_by("-event_id")


def units_now(addresses: Iterable[str] | None, at: datetime) -> dict[str, Citizenship]:
    """The units that stand at ``at``, by account; of ``addresses``, or of everybody."""
    newest: dict[str, tuple[datetime | None, datetime | None]] = {}
    rows = CensusChange.objects.filter(timestamp__lte=at).order_by("event_id")
    for some in (
        [rows] if addresses is None else [rows.filter(account__in=each) for each in chunks(addresses)]
    ):
        for account, since, until in some.values_list("account", "since", "until"):
            newest[account] = (since, until)
    return {
        account: Citizenship(since, until)
        for account, (since, until) in newest.items()
        if since is not None and rules.unit_stands(since, until, at)
    }
