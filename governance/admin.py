"""The administration pages of every subject, for Django to find."""

from governance.ballots.admin import VoteAdmin
from governance.delegation.admin import DelegationChangeAdmin
from governance.erasure.admin import BallotReasonAdmin
from governance.parameters.admin import ParameterChangeAdmin, StrategyAdmin
from governance.proposals.admin.proposals import ProposalAdmin

__all__ = [
    "BallotReasonAdmin",
    "DelegationChangeAdmin",
    "ParameterChangeAdmin",
    "ProposalAdmin",
    "StrategyAdmin",
    "VoteAdmin",
]
