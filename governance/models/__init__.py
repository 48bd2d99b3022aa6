"""Proposals and votes as the chain decided them, and the words people write around them."""

from governance.models.decided import (
    CancellationRequest,
    DelegationChange,
    Endorsement,
    ParameterChange,
    PauseChange,
    PauseKind,
    Proposal,
    ProposalState,
    ProposalType,
    Strategy,
    Support,
    TokenSupplyChange,
    Vote,
    WeightReduction,
)
from governance.models.words import BallotReason, ProposalDraft

__all__ = [
    "BallotReason",
    "CancellationRequest",
    "DelegationChange",
    "Endorsement",
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
