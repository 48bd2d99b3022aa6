"""What became of requests that need two officers, derived from events as the contract decides it.

A half is open until it lapses, and void as soon as one of its accounts had the role changed otherwise, a
guardian objected to such a change, or its administrator lost the role, even if it was given back
(TwoPersons.isOpen); an announced change likewise, with both who agreed on it. A half that has nothing left to
do is void too: the role would have ended by now, or was held and ran out. The same call after that is a new
half with the same id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from contracts.selectors import chain_now
from core.db.chunks import chunks
from identity.census.models import CitizenMove, PersonKey
from identity.census.selectors.roll import holders_of_units
from identity.roles.models import (
    RequestKind,
    RequestStatus,
    RequestStep,
    Role,
    RoleChange,
    RoleChangeKind,
    RoleRequest,
    StepKind,
)
from identity.roles.selectors.roles import standings

_ENDINGS = {
    StepKind.COMPLETED: RequestStatus.COMPLETED,
    StepKind.SCHEDULED: RequestStatus.SCHEDULED,
    StepKind.OBJECTED: RequestStatus.OBJECTED,
    StepKind.CARRIED_OUT: RequestStatus.CARRIED_OUT,
    StepKind.WITHDRAWN: RequestStatus.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a request.

    ``at`` and ``by``: when and by whom it came so. ``seconded_by`` agreed to it; ``effective_at`` and
    ``expires_at`` are those of the announcement where there was one, else ``expires_at`` is the half's.
    """

    status: RequestStatus
    at: datetime
    expires_at: datetime
    by: str | None = None
    seconded_by: str | None = None
    approved_by: str | None = None
    effective_at: datetime | None = None
    reason_hash: str | None = None
    event_id: int = 0

    @property
    def waits(self) -> bool:
        """Whether something can still come of it."""
        return self.status in (RequestStatus.OPEN, RequestStatus.SCHEDULED)

    def is_due(self, at: datetime) -> bool:
        """Whether an announced change can be carried out at ``at``."""
        return (
            self.effective_at is not None
            and self.status == RequestStatus.SCHEDULED
            and at >= self.effective_at
        )


def request_fate(row: RoleRequest, at: datetime | None = None) -> Fate:
    """What became of one request by ``at`` (default: now on chain)."""
    return request_fates([row], at)[row.pk]


def request_fates(rows: Iterable[RoleRequest], at: datetime | None = None) -> dict[int, Fate]:
    """What became of each of ``rows`` by ``at`` (default: now on chain); a few queries, however many."""
    wanted, moment = list(rows), at or chain_now()
    if not wanted:
        return {}
    found = {row.pk: fate for row, fate in _told(wanted)}
    waiting = [row for row in wanted if found[row.pk].waits]
    for row, fate in _judged(waiting, found, moment):
        found[row.pk] = fate
    return found


def _told(rows: list[RoleRequest]) -> Iterator[tuple[RoleRequest, Fate]]:
    """What the steps say of each row, as if no time passed and nothing else changed."""
    ids = {row.request_id for row in rows}
    steps: dict[str, list[RequestStep]] = defaultdict(list)
    made: dict[str, list[int]] = defaultdict(list)
    for chunk in chunks(ids):
        for step in RequestStep.objects.filter(request_id__in=chunk).order_by("event_id"):
            steps[step.request_id].append(step)
        halves = RoleRequest.objects.filter(request_id__in=chunk).order_by("event_id")
        for request_id, event_id in halves.values_list("request_id", "event_id"):
            made[request_id].append(event_id)
    for row in rows:
        later = [event_id for event_id in made[row.request_id] if event_id > row.pk]
        end = later[0] if later else None
        fate = Fate(RequestStatus.OPEN, row.timestamp, row.expires_at, event_id=row.pk)
        for step in steps[row.request_id]:
            if step.pk > row.pk and (end is None or step.pk < end):
                fate = _after(fate, step)
        yield row, fate


def _after(fate: Fate, step: RequestStep) -> Fate:
    kind = StepKind(step.kind)
    if kind == StepKind.APPROVED:
        return replace(fate, approved_by=step.by)
    if kind == StepKind.COMPLETED and fate.status == RequestStatus.SCHEDULED:
        return replace(fate, seconded_by=step.by)
    return replace(
        fate,
        status=_ENDINGS[kind],
        at=step.timestamp,
        by=step.by,
        seconded_by=step.by if kind == StepKind.COMPLETED else fate.seconded_by,
        effective_at=step.effective_at or fate.effective_at,
        expires_at=step.expires_at or fate.expires_at,
        reason_hash=step.reason_hash,
        event_id=step.pk,
    )


def _judged(
    rows: list[RoleRequest], told: dict[int, Fate], moment: datetime
) -> Iterator[tuple[RoleRequest, Fate]]:
    """What time, changes made otherwise, and an officer's lost role did to those that still wait."""
    if not rows:
        return
    changes = _changes(rows, moment)
    agreed = {row.administrator for row in rows} | {
        by for row in rows if (by := told[row.pk].seconded_by) is not None
    }
    seated = standings(Role.ADMINISTRATOR, agreed, moment)
    held = _held(rows, moment)
    for row in rows:
        fate = told[row.pk]
        overtaken = [
            at
            for account in row.accounts
            for place, at in changes[_subject(row), account.lower()]
            if place > fate.event_id and at < fate.expires_at
        ]
        if overtaken:
            yield row, replace(fate, status=RequestStatus.STALE, at=min(overtaken), by=None)
        elif moment >= (lapses := min(fate.expires_at, _last_day(row, fate))):
            yield row, replace(fate, status=RequestStatus.LAPSED, at=lapses, by=None)
        elif not _possible(row, fate, seated, held):
            yield row, replace(fate, status=RequestStatus.STALE, at=moment, by=None)


def _possible(row: RoleRequest, fate: Fate, seated: dict[str, datetime], held: dict[str, set[str]]) -> bool:
    """Whether who agreed are in office still, and there is something left to end."""
    if not all(_stays(seated, officer, fate.at) for officer in (row.administrator, fate.seconded_by)):
        return False
    return fate.status != RequestStatus.OPEN or _accounts(row) <= held[_ended(row)]


def _last_day(row: RoleRequest, fate: Fate) -> datetime:
    """When a half that would give a role is void because the role would be over."""
    if fate.status == RequestStatus.OPEN and row.grant and row.until is not None:
        return row.until
    return fate.expires_at


def _ended(row: RoleRequest) -> str:
    """The role that the request would end; "" for other requests."""
    return "" if row.grant or row.kind != RequestKind.ROLE else row.role


def _accounts(row: RoleRequest) -> set[str]:
    return {account.lower() for account in row.accounts} if _ended(row) else set()


def _held(rows: list[RoleRequest], moment: datetime) -> dict[str, set[str]]:
    """By role that ``rows`` would end: which of their accounts hold it."""
    accounts: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        accounts[_ended(row)] |= _accounts(row)
    return {
        role: holders_of_units(some, moment) if role == Role.CITIZEN else set(standings(role, some, moment))
        for role, some in accounts.items()
    }


def _stays(seated: dict[str, datetime], officer: str | None, since: datetime) -> bool:
    """Whether an administrator who agreed at ``since`` has been one ever since."""
    return officer is None or (officer in seated and seated[officer] <= since)


def _changes(rows: list[RoleRequest], moment: datetime) -> dict[tuple[str, str], list[tuple[int, datetime]]]:
    """By role and account, or for corrections by person and account: when it was changed after the rows.

    A recorded expiry is no change, nor is a person who was recorded for the first time.
    """
    found: dict[tuple[str, str], list[tuple[int, datetime]]] = defaultdict(list)
    first = min(row.pk for row in rows)
    for chunk in chunks(account for row in rows for account in row.accounts):
        later = {"event_id__gt": first, "timestamp__lte": moment}
        roles = RoleChange.objects.filter(account__in=chunk, **later).exclude(kind=RoleChangeKind.EXPIRED)
        for role, account, place, at in roles.values_list("role", "account", "event_id", "timestamp"):
            found[role, account].append((place, at))
        if any(row.role in (Role.ADMINISTRATOR, Role.GUARDIAN) for row in rows):
            for role, account, place, at in _objections(set(chunk), first, moment):
                found[role, account].append((place, at))
        if any(row.role == Role.CITIZEN for row in rows):
            either = Q(old_account__in=chunk) | Q(new_account__in=chunk)
            moves = CitizenMove.objects.filter(either, **later)
            for old, new, place, at in moves.values_list(
                "old_account", "new_account", "event_id", "timestamp"
            ):
                found[Role.CITIZEN, old].append((place, at))
                found[Role.CITIZEN, new].append((place, at))
        if any(row.kind == RequestKind.PERSON for row in rows):
            persons = PersonKey.objects.filter(account__in=chunk, old_key__isnull=False, **later)
            for account, before, after, place, at in persons.values_list(
                "account", "old_key", "person_key", "event_id", "timestamp"
            ):
                if before != after:
                    found[RequestKind.PERSON, account].append((place, at))
    return found


def _objections(accounts: set[str], first: int, moment: datetime) -> Iterator[tuple[str, str, int, datetime]]:
    """Guardians' objections after the event ``first`` to changes of the ``accounts``."""
    steps = RequestStep.objects.filter(kind=StepKind.OBJECTED, event_id__gt=first, timestamp__lte=moment)
    for step in steps.order_by("event_id"):
        halves = RoleRequest.objects.filter(request_id=step.request_id, event_id__lt=step.pk)
        row = halves.order_by("-event_id").first()
        for account in [] if row is None else row.accounts:
            if row is not None and account.lower() in accounts:
                yield row.role, account.lower(), step.pk, step.timestamp


def _subject(row: RoleRequest) -> str:
    """What a change must be of to overtake the request."""
    return RequestKind.PERSON if row.kind == RequestKind.PERSON else row.role
