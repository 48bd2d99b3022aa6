"""The models of every subject, for Django to find."""

from governance.authoring.models import ProposalDraft
from governance.ballots.models import BallotReason, Vote, WeightReduction
from governance.delegation.models import DelegationChange
from governance.parameters.models import ParameterChange, Strategy, TokenSupplyChange
from governance.pauses.models import PauseChange
from governance.proposals.models import (
    CancellationRequest,
    CancellationWithdrawal,
    Endorsement,
    EndorsementStrike,
    Proposal,
)

__all__ = [
    "BallotReason",
    "CancellationRequest",
    "CancellationWithdrawal",
    "DelegationChange",
    "Endorsement",
    "EndorsementStrike",
    "ParameterChange",
    "PauseChange",
    "Proposal",
    "ProposalDraft",
    "Strategy",
    "TokenSupplyChange",
    "Vote",
    "WeightReduction",
]
