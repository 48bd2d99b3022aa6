"""Reads about the roll of citizens: who has a unit, how many there are, whose unit still counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from identity import rules
from identity.models import CensusChange, Role, RoleChange, RoleChangeKind
from identity.selectors.chunks import chunks
from identity.selectors.roles import now


@dataclass(frozen=True, slots=True)
class Citizenship:
    """A unit of the roll: one vote, since and until when (None: without an end)."""

    since: datetime
    until: datetime | None


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
    for chunk in chunks(addresses):
        rows = CensusChange.objects.filter(account__in=chunk, timestamp__lte=time).order_by("event_id")
        for account, since in rows.values_list("account", "since"):
            found[account] = since is not None
    return {account for account, stands in found.items() if stands}


def own_units(addresses: Iterable[str], snapshot: datetime, at: datetime | None = None) -> set[str]:
    """Those of ``addresses`` whose own unit counts in a vote with this ``snapshot`` if cast at ``at``.

    The unit stood at the snapshot, and stands still or was ended by a revocation after it: officers can't
    take a vote away that has begun. A unit that ran out by its own date counts no more. Received votes are
    another matter.

    Args:
        at: default now on chain.
    """
    moment = at or now()
    had = units_at(addresses, snapshot)
    kept: set[str] = set()
    for chunk in chunks(had):
        newest: dict[str, tuple[datetime | None, datetime | None]] = {}
        rows = CensusChange.objects.filter(account__in=chunk, timestamp__lte=moment).order_by("event_id")
        for account, since, until in rows.values_list("account", "since", "until"):
            newest[account] = (since, until)
        kept |= {account for account, unit in newest.items() if rules.unit_stands(*unit, moment)}
        revoked: dict[str, bool] = {}
        ends = RoleChange.objects.filter(role=Role.CITIZEN, account__in=chunk, timestamp__lte=moment)
        for account, kind, ended in ends.order_by("event_id").values_list("account", "kind", "timestamp"):
            revoked[account] = kind == RoleChangeKind.REVOKED and ended > snapshot
        kept |= {account for account, was in revoked.items() if was}
    return kept


def census_changes() -> QuerySet[CensusChange]:
    """All changes of the roll, newest first."""
    return CensusChange.objects.select_related("event").order_by("-event_id")
