"""Proposals and votes as the chain decided them, and the words people write around them."""

from governance.models.decided import (
    CancellationRequest,
    CancellationWithdrawal,
    DelegationChange,
    Endorsement,
    EndorsementStrike,
    Proposal,
    ProposalState,
    ProposalType,
    Support,
    Vote,
    WeightReduction,
)
from governance.models.registry import (
    Counting,
    ParameterChange,
    PauseChange,
    PauseKind,
    Strategy,
    TokenSupplyChange,
)
from governance.models.words import BallotReason, ProposalDraft

__all__ = [
    "BallotReason",
    "CancellationRequest",
    "CancellationWithdrawal",
    "Counting",
    "DelegationChange",
    "Endorsement",
    "EndorsementStrike",
    "ParameterChange",
    "PauseChange",
    "PauseKind",
    "Proposal",
    "ProposalDraft",
    "ProposalState",
    "ProposalType",
    "Strategy",
    "Support",
    "TokenSupplyChange",
    "Vote",
    "WeightReduction",
]
