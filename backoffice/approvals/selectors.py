"""Reads of requests that wait for a second officer."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from backoffice.approvals.models import Approval
from backoffice.approvals.registry import kind_of
from backoffice.directory import directory


def open_approvals(kind: str, at: datetime | None = None) -> list[Approval]:
    """Requests of the kind that a second officer can agree to at ``at`` (default: now), oldest first."""
    rows = Approval.objects.filter(kind=kind, closed_at__isnull=True, expires_at__gt=at or timezone.now())
    return [row for row in rows.select_related("asked_by").order_by("asked_at") if not is_stale(row)]


def open_approval(kind: str, subject: str) -> Approval | None:
    """The request of the kind about ``subject`` that is open now, if one is."""
    return next((row for row in open_approvals(kind) if row.subject == subject), None)


def is_stale(approval: Approval) -> bool:
    """Whether it was overtaken: nothing is left to decide, or who asked may not ask any more."""
    kind = kind_of(approval)
    return kind.is_stale(approval) or kind.roles.isdisjoint(directory().roles_of(approval.asked_by))
