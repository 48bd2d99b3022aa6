"""Reads about roles and units whose time has passed without the contracts having been told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.cache import cache

from contracts.deployment import deployment
from contracts.errors import ChainError
from contracts.selectors import chain_now
from core.db.chunks import IN_CHUNK
from identity.census.models import CensusChange
from identity.roles.models import Role, RoleChange, RoleChangeKind

#: Ends older than this are looked at once, not again and again: no reorganisation reaches so far back.
_DEEPEST_REORG = timedelta(days=2)

RanOut = tuple[Role, str, datetime]
_Row = tuple[str, str, datetime, int]


def ran_out(at: datetime | None = None) -> list[RanOut]:
    """Role, account and end of each whose time has passed unrecorded by ``at`` (default: now), oldest first.

    What fell due before ``settings.KEEPER_SINCE`` is left out: nobody was to see to it here. What is known
    to be settled is not read again.
    """
    try:
        key = "identity:settled-until:" + deployment().address("RoleManager")
    except ChainError:
        return []
    moment = at or chain_now()
    since = max(datetime.fromtimestamp(settings.KEEPER_SINCE, UTC), _settled_until(key, moment))
    found = sorted([*_roles(since, moment), *_units(since, moment)], key=lambda row: (row[2], row[0], row[1]))
    first = found[0][2] if found else moment
    cache.set(key, min(first, moment - _DEEPEST_REORG), None)
    return found


def _settled_until(key: str, moment: datetime) -> datetime:
    """Before this time there is nothing left; never later than a reorganisation may reach back."""
    known: datetime | None = cache.get(key)
    start = datetime.fromtimestamp(0, UTC)
    return min(known, moment - _DEEPEST_REORG) if known else start


def _roles(since: datetime, moment: datetime) -> Iterator[RanOut]:
    ended = RoleChange.objects.filter(kind=RoleChangeKind.GRANTED, until__gte=since, until__lte=moment)
    rows: list[_Row] = [
        (role, account, until, place)
        for role, account, until, place in ended.exclude(role=Role.CITIZEN).values_list(
            "role", "account", "until", "event_id"
        )
        if until is not None
    ]
    for chunk in _chunked(rows):
        later = RoleChange.objects.filter(
            account__in=[row[1] for row in chunk], event_id__gt=min(row[3] for row in chunk)
        )
        yield from _newest(chunk, later.values_list("role", "account", "event_id"))


def _units(since: datetime, moment: datetime) -> Iterator[RanOut]:
    """Those of citizens revoked while they had delegations for one type too: their records are open yet."""
    ended = CensusChange.objects.filter(until__gte=since, until__lte=moment)
    rows: list[_Row] = [
        (Role.CITIZEN, account, until, place)
        for account, until, place in ended.values_list("account", "until", "event_id")
        if until is not None
    ]
    for chunk in _chunked(rows):
        later = CensusChange.objects.filter(
            account__in=[row[1] for row in chunk], event_id__gt=min(row[3] for row in chunk)
        )
        places = later.values_list("account", "event_id")
        yield from _newest(chunk, ((Role.CITIZEN, account, place) for account, place in places))


def _newest(rows: list[_Row], later: Iterable[tuple[str, str, int]]) -> Iterator[RanOut]:
    """Those of ``rows`` that nothing came after."""
    last: dict[tuple[str, str], int] = {}
    for role, account, place in later:
        last[role, account] = max(place, last.get((role, account), 0))
    for role, account, until, place in rows:
        if last.get((role, account), 0) <= place:
            yield Role(role), account, until


def _chunked(rows: list[_Row]) -> Iterator[list[_Row]]:
    for start in range(0, len(rows), IN_CHUNK):
        yield rows[start : start + IN_CHUNK]
