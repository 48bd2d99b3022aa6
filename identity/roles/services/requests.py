"""What the chain said of requests that need two officers, written as it says. No policy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from contracts import events as chain
from contracts.times import moment
from identity.census.services import none_if_zero
from identity.roles.hashes import role_of
from identity.roles.models import RequestKind, RequestStep, Role, RoleRequest, StepKind

Half: TypeAlias = chain.RoleChangeRequested | chain.PersonCorrectionRequested | chain.CitizenMoveRequested
Step: TypeAlias = (
    chain.RoleChangeCompleted
    | chain.RoleChangeWithdrawn
    | chain.RoleChangeApproved
    | chain.OfficerChangeScheduled
    | chain.OfficerChangeObjected
    | chain.OfficerChangeCarriedOut
)


def record_halves(*, events: Sequence[Half]) -> list[RoleRequest]:
    """Write one administrator's requests: for roles, for a corrected person, for a move of a citizen."""
    return RoleRequest.objects.bulk_create([_half(event) for event in events])


def record_steps(*, events: Sequence[Step]) -> list[RequestStep]:
    """Write what became of requests."""
    return RequestStep.objects.bulk_create([_step(event) for event in events])


def _half(event: Half) -> RoleRequest:
    expires_at = moment(event.expires_at)
    if expires_at is None:
        raise ValueError(f"request {event.request_id} lapses at no time that a calendar holds")
    row = RoleRequest(
        event_id=event.position,
        timestamp=event.timestamp,
        request_id=event.request_id,
        administrator=event.administrator,
        expires_at=expires_at,
        person_keys=[],
        until_seconds=0,
        grant=False,
    )
    match event:
        case chain.RoleChangeRequested():
            row.kind, row.role = RequestKind.ROLE, role_of(event.role)
            row.accounts, row.person_keys = list(event.accounts), list(event.person_keys)
            row.until, row.until_seconds = moment(event.until), event.until
            row.reason_hash, row.grant = none_if_zero(event.reason_hash), event.grant
        case chain.PersonCorrectionRequested():
            row.kind, row.role = RequestKind.PERSON, ""
            row.accounts, row.person_keys = [event.account], [event.person_key]
        case chain.CitizenMoveRequested():
            row.kind, row.role = RequestKind.MOVE, Role.CITIZEN
            row.accounts = [event.old_account, event.new_account]
    return row


def _step(event: Step) -> RequestStep:
    step = RequestStep(event_id=event.position, timestamp=event.timestamp, request_id=event.request_id)
    match event:
        case chain.RoleChangeCompleted():
            step.kind, step.by = StepKind.COMPLETED, event.second
        case chain.RoleChangeWithdrawn():
            step.kind, step.by = StepKind.WITHDRAWN, event.by
        case chain.RoleChangeApproved():
            step.kind, step.by = StepKind.APPROVED, event.guardian
        case chain.OfficerChangeScheduled():
            step.kind = StepKind.SCHEDULED
            step.effective_at, step.expires_at = moment(event.effective_at), moment(event.expires_at)
        case chain.OfficerChangeObjected():
            step.kind, step.by = StepKind.OBJECTED, event.guardian
            step.reason_hash = none_if_zero(event.reason_hash)
        case chain.OfficerChangeCarriedOut():
            step.kind, step.by = StepKind.CARRIED_OUT, event.by
    return step
