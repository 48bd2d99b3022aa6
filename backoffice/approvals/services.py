"""Ask, agree, take back: each recorded in its own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from backoffice.approvals.errors import (
    AlreadyAsked,
    AlreadyDone,
    ApprovalClosed,
    NotTheirs,
    RoleNeeded,
    SecondOfficerNeeded,
)
from backoffice.approvals.models import Approval, Outcome
from backoffice.approvals.registry import ApprovalKind, approval_kind, kind_of
from backoffice.approvals.selectors import is_stale
from backoffice.directory import directory
from backoffice.recording import record
from core.db.transactions import atomic_with_retry

_ASKED, _AGREED, _WITHDRAWN = range(3)


@atomic_with_retry
def ask(*, kind: str, subject: str, officer: Any, details: Mapping[str, Any] | None = None) -> Approval:
    """Ask for something that a second officer carries out; nothing is done yet.

    Args:
        kind: a registered kind.
        subject: the row it is about, ``app.model:key``.
        officer: whose account asks.
        details: what else the request says; public, as the audit log is.

    Raises:
        RoleNeeded: if the officer may not ask for it.
        AlreadyDone: if nothing is left to decide.
        AlreadyAsked: if a request waits.
    """
    wanted, now = approval_kind(kind), timezone.now()
    _need_role(wanted, officer)
    for row in Approval.objects.filter(kind=kind, subject=subject, closed_at__isnull=True):
        if row.expires_at <= now:
            _close(row, Outcome.LAPSED)
        elif is_stale(row):
            _close(row, Outcome.STALE)
    row = Approval(
        kind=kind,
        subject=subject,
        details=dict(details or {}),
        asked_by=officer,
        asked_at=now,
        expires_at=now + wanted.lifetime,
    )
    if wanted.is_stale(row):
        raise AlreadyDone(subject=subject)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise AlreadyAsked(subject=subject) from None
    _note(_ASKED, row, officer)
    return row


@atomic_with_retry
def agree(*, approval: Approval, officer: Any) -> Approval:
    """Carry out what another officer asked for.

    Raises:
        RoleNeeded: if the officer may not decide it.
        SecondOfficerNeeded: if it is the same person who asked, under whatever account.
        ApprovalClosed: if it lapsed, was taken back or overtaken, or somebody was faster.
    """
    kind = kind_of(approval)
    _need_role(kind, officer)
    if directory().is_same_person(approval.asked_by, officer):
        raise SecondOfficerNeeded(approval=str(approval.pk))
    if approval.expires_at <= timezone.now() or is_stale(approval):
        raise ApprovalClosed(approval=str(approval.pk))
    _close(approval, Outcome.AGREED, officer)
    kind.carry_out(approval)
    _note(_AGREED, approval, officer)
    return approval


@atomic_with_retry
def withdraw(*, approval: Approval, officer: Any) -> Approval:
    """Take a request back.

    Raises:
        NotTheirs: if somebody else asked.
        ApprovalClosed: if it was closed meanwhile.
    """
    if not directory().is_same_person(approval.asked_by, officer):
        raise NotTheirs(approval=str(approval.pk))
    _close(approval, Outcome.WITHDRAWN, officer)
    _note(_WITHDRAWN, approval, officer)
    return approval


def _need_role(kind: ApprovalKind, officer: Any) -> None:
    if kind.roles.isdisjoint(directory().roles_of(officer)):
        raise RoleNeeded(roles=sorted(kind.roles))


def _close(approval: Approval, outcome: Outcome, officer: Any = None) -> None:
    # A compare-and-set: whoever comes second finds it closed.
    waiting = Approval.objects.filter(pk=approval.pk, closed_at__isnull=True)
    if not waiting.update(outcome=outcome, closed_by=officer, closed_at=timezone.now()):
        raise ApprovalClosed(approval=str(approval.pk))
    approval.refresh_from_db()


def _note(step: int, approval: Approval, officer: Any) -> None:
    record(
        action=kind_of(approval).recorded[step],
        user=officer,
        target=approval.subject,
        details={**approval.details, "approval": str(approval.pk)},
    )
