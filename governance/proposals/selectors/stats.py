"""Figures about the whole: who may vote, how many votes were counted, what is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from governance.ballots.models import Vote
from governance.parameters.models import TokenSupplyChange
from governance.parameters.selectors.strategies import strategy_kind
from governance.parameters.strategies import TOKEN_WEIGHTED
from governance.pauses.selectors import pause_now
from governance.proposals.models import Proposal, ProposalState
from governance.proposals.selectors.conditions import current_conditions
from governance.proposals.selectors.proposals import (
    ProposalCounts,
    closes_at,
    open_proposals,
    proposal_counts,
)
from governance.proposals.state import Pause
from identity.census.selectors.roll import census_at
from identity.roles.models import Role
from identity.roles.selectors.roles import members


@dataclass(frozen=True, slots=True)
class GovernanceStats:
    """``turnout`` is the mean over decided votes, in whole percent; None before the first."""

    citizens: int
    delegates: int
    proposals: ProposalCounts
    votes: int
    open_votes: int
    next_closing: Proposal | None
    next_closes_at: datetime | None
    turnout: int | None
    paused: Pause | None
    as_of: datetime


def governance_stats() -> GovernanceStats:
    """The figures at the newest block."""
    waiting = open_proposals()
    at = current_conditions()
    return GovernanceStats(
        citizens=census_at(),
        delegates=len(members(Role.DELEGATE)),
        proposals=proposal_counts(),
        votes=Vote.objects.count(),
        open_votes=len(waiting),
        next_closing=waiting[0] if waiting else None,
        next_closes_at=closes_at(waiting[0]) if waiting else None,
        turnout=_mean_turnout(),
        paused=pause_now(at.now),
        as_of=at.now,
    )


def power_now(proposal: Proposal) -> int:
    """The power that a quorum would be taken of if the vote opened now."""
    if strategy_kind(proposal) == TOKEN_WEIGHTED:
        newest = TokenSupplyChange.objects.order_by("-event_id").values_list("new_supply", flat=True)
        return newest.first() or 0
    return census_at()


def _mean_turnout() -> int | None:
    decided = Proposal.objects.filter(snapshot_supply__isnull=False, quorum_people__isnull=True).exclude(
        state__in=[ProposalState.ACTIVE, ProposalState.CANCELLED]
    )
    shares = [
        100 * (in_favour + against + abstain) / supply
        for supply, in_favour, against, abstain in decided.values_list(
            "snapshot_supply", "for_votes", "against_votes", "abstain_votes"
        )
        if supply
    ]
    return round(sum(shares) / len(shares)) if shares else None
