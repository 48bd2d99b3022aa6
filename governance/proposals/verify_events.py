"""Tables in which each row is one event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.times import moment
from contracts.verify.compare import Difference, compare_table
from contracts.verify.context import VerifyContext
from governance.proposals.models import (
    CancellationRequest,
    CancellationWithdrawal,
    Endorsement,
    EndorsementStrike,
)

NOBODY = "0x" + "0" * 40
NO_HASH = "0x" + "0" * 64
Expected = dict[Any, Mapping[str, Any]]


def endorsements(ctx: VerifyContext) -> Iterator[Difference]:
    """Who supports which proposal."""
    expected: Expected = {
        event["position"]: {
            "timestamp": event["timestamp"],
            "proposal_id": event["args"]["proposalId"],
            "endorser": event["args"]["endorser"],
        }
        for event in ctx.named("ProposalEndorsed")
    }
    return compare_table(Endorsement, expected, within=ctx.positions)


def endorsement_strikes(ctx: VerifyContext) -> Iterator[Difference]:
    """Whose endorsements were taken off."""
    expected: Expected = {
        event["position"]: {
            "timestamp": event["timestamp"],
            "proposal_id": event["args"]["proposalId"],
            "endorser": event["args"]["endorser"],
        }
        for event in ctx.named("EndorsementStruck")
    }
    return compare_table(EndorsementStrike, expected, within=ctx.positions)


def cancellation_requests(ctx: VerifyContext) -> Iterator[Difference]:
    """Halves of cancellations."""
    expected: Expected = {
        event["position"]: {
            "timestamp": event["timestamp"],
            "proposal_id": event["args"]["proposalId"],
            "administrator": event["args"]["administrator"],
            "reason_hash": event["args"]["reasonHash"],
            "expires_at": moment(event["args"]["expiresAt"]),
        }
        for event in ctx.named("ProposalCancellationRequested")
    }
    return compare_table(CancellationRequest, expected, within=ctx.positions)


def cancellation_withdrawals(ctx: VerifyContext) -> Iterator[Difference]:
    """Halves of cancellations that were taken back."""
    expected: Expected = {
        event["position"]: {
            "timestamp": event["timestamp"],
            "proposal_id": event["args"]["proposalId"],
            "administrator": event["args"]["administrator"],
        }
        for event in ctx.named("ProposalCancellationWithdrawn")
    }
    return compare_table(CancellationWithdrawal, expected, within=ctx.positions)
