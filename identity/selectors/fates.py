"""What became of requests that need two officers, derived from events as the contract decides it.

A half is open until it lapses, and void as soon as one of its accounts had the role changed otherwise or
its administrator lost the role, even if it was given back (TwoPersons.isOpen). The same call after that is
a new half with the same id.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from identity.models import RequestKind, RequestStatus, RequestStep, Role, RoleRequest, StepKind
from identity.selectors.chunks import chunks
from identity.selectors.roles import changed_since, now, standings

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
    wanted, moment = list(rows), at or now()
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
    """What time, changes made otherwise, and a first officer's lost role did to those that still wait."""
    if not rows:
        return
    changes = {
        role: changed_since(
            role, (a for row in rows if _role(row) == role for a in row.accounts), _first(rows)
        )
        for role in {_role(row) for row in rows}
    }
    seated = standings(Role.ADMINISTRATOR, {row.administrator for row in rows}, moment)
    for row in rows:
        fate = told[row.pk]
        overtaken = [
            (place, at)
            for account in row.accounts
            for place, at in changes[_role(row)].get(account.lower(), ())
            if place > fate.event_id and at <= moment
        ]
        if overtaken:
            yield row, replace(fate, status=RequestStatus.STALE, at=min(overtaken)[1], by=None)
        elif moment >= fate.expires_at:
            yield row, replace(fate, status=RequestStatus.LAPSED, at=fate.expires_at, by=None)
        elif fate.status == RequestStatus.OPEN:
            since = seated.get(row.administrator)
            if since is None or since > row.timestamp:
                yield row, replace(fate, status=RequestStatus.STALE, at=moment, by=None)


def _first(rows: list[RoleRequest]) -> int:
    return min(row.pk for row in rows)


def _role(row: RoleRequest) -> str:
    """The role whose changes overtake the request; empty: any role."""
    return "" if row.kind == RequestKind.PERSON else row.role
