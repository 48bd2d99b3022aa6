"""Reads about requests that wait for a second administrator."""

from __future__ import annotations

from datetime import datetime

from contracts.selectors import chain_now
from identity.roles.models import RequestStatus, RoleRequest
from identity.roles.selectors.fates import request_fates


def open_role_requests(at: datetime | None = None) -> list[RoleRequest]:
    """Requests that wait for a second administrator at ``at`` (default: now), newest first.

    Exactly those for which the contract's ``isRequestOpen`` answers yes.
    """
    moment = at or chain_now()
    rows: dict[str, RoleRequest] = {}
    halves = RoleRequest.objects.filter(expires_at__gt=moment, timestamp__lte=moment)
    for row in halves.order_by("-event_id"):
        rows.setdefault(row.request_id, row)
    fates = request_fates(rows.values(), moment)
    return [row for row in rows.values() if fates[row.pk].status == RequestStatus.OPEN]


def request_of(request_id: str, before: int | None = None) -> RoleRequest | None:
    """The newest half with this id, of those before an event if one is given."""
    rows = RoleRequest.objects.filter(request_id=request_id)
    if before is not None:
        rows = rows.filter(event_id__lt=before)
    return rows.order_by("-event_id").first()
