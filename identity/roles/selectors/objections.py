"""Reads about guardians' objections, which close a role of an account to two administrators."""

from __future__ import annotations

from datetime import datetime

from contracts.selectors import chain_now
from identity.roles import rules
from identity.roles.models import RequestStep, Role, RoleChange, RoleChangeKind, StepKind
from identity.roles.selectors.requests import request_of


def objected_until(role: Role | str, address: str, at: datetime | None = None) -> datetime | None:
    """Until when only a ROLE proposal changes ``role`` of ``address``; None if two administrators may.

    An adopted proposal that changes it lifts the objection.
    """
    moment, account = at or chain_now(), address.lower()
    steps = RequestStep.objects.filter(
        kind=StepKind.OBJECTED, timestamp__gt=moment - rules.OBJECTION_LENGTH, timestamp__lte=moment
    )
    for step in steps.order_by("-event_id"):
        row = request_of(step.request_id, step.pk)
        if row is None or row.role != role or account not in {each.lower() for each in row.accounts}:
            continue
        later = RoleChange.objects.filter(
            role=role, account=account, event_id__gt=step.pk, timestamp__lte=moment
        )
        if later.exclude(kind=RoleChangeKind.EXPIRED).exists():
            return None
        return step.timestamp + rules.OBJECTION_LENGTH
    return None
