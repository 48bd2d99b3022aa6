"""A proposal as a fold over its events, without a database: what each event does to the row.

The handlers apply new events with it, and a reorganisation rebuilds a row from the events that are left.
Votes are not among them, for their number: tallies are sums over the votes' rows, :func:`tally`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from contracts.addresses import ZERO_HASH
from contracts.times import moment
from governance.ballots.models import Support
from governance.proposals.models import Proposal, ProposalType

#: The events that a proposal's row is folded from, votes apart.
LIFECYCLE_EVENTS = frozenset(
    {
        "ProposalCreated",
        "ProposalEndorsed",
        "ProposalEndorsementReached",
        "EndorsementStruck",
        "ProposalActivated",
        "ProposalQueued",
        "ProposalExecuted",
        "ProposalCancellationRequested",
        "ProposalCancellationWithdrawn",
        "ProposalCancelled",
    }
)
#: All events after which ``updated_at`` moves.
TOUCHING_EVENTS = LIFECYCLE_EVENTS | {"VoteCast", "DelegateWeightReduced"}


@dataclass(frozen=True, slots=True)
class Fact:
    """An event of one proposal: its name, its arguments under their Solidity names, its block's time."""

    name: str
    data: Mapping[str, Any]
    timestamp: datetime
    position: int


class Tally(NamedTuple):
    """Sums of weights, in the order of :class:`governance.models.Support`."""

    against_votes: int
    for_votes: int
    abstain_votes: int


def apply(proposal: Proposal, fact: Fact) -> None:
    """Change ``proposal`` as ``fact`` says; nothing is saved.

    Raises:
        ValueError: for an event that no proposal is folded from.
    """
    data = fact.data
    match fact.name:
        case "ProposalCreated":
            proposal.event_id = fact.position
            proposal.proposer = data["proposer"]
            proposal.proposal_type = list(ProposalType)[int(data["proposalType"])].value
            proposal.strategy = data["strategy"]
            proposal.metadata_hash = data["metadataHash"]
            proposal.content_hash = data["contentHash"]
            proposal.actions = [dict(action) for action in data["actions"]]
            proposal.action_count = len(proposal.actions)
            proposal.created_at = fact.timestamp
        case "ProposalEndorsed" | "EndorsementStruck":
            proposal.endorsements = int(data["newEndorsements"])
        case "ProposalEndorsementReached":
            proposal.endorsed_at = fact.timestamp
        case "ProposalActivated":
            proposal.activated_at = fact.timestamp
            proposal.rules_hash = data["rulesHash"]
            proposal.vote_start = moment(int(data["voteStart"]))
            proposal.vote_end = moment(int(data["voteEnd"]))
            proposal.quorum_percentage = int(data["quorumPercentage"])
            proposal.passing_percentage = int(data["passingPercentage"])
            proposal.execution_delay = int(data["executionDelay"])
            proposal.grace_period = int(data["gracePeriod"])
            proposal.proposal_threshold = int(data["proposalThreshold"])
        case "ProposalQueued":
            proposal.queued_at = fact.timestamp
            proposal.execution_time = moment(int(data["executionTime"]))
            proposal.expires_at = moment(int(data["expiresAt"]))
        case "ProposalExecuted":
            proposal.executed_at = fact.timestamp
        case "ProposalCancelled":
            proposal.cancelled_at = fact.timestamp
            reason = data["reasonHash"]
            proposal.cancel_reason_hash = None if reason == ZERO_HASH else reason
        case "ProposalCancellationRequested" | "ProposalCancellationWithdrawn":
            pass  # their own rows say it; the proposal goes on until a second officer agrees
        case _:
            raise ValueError(f"no proposal is folded from {fact.name}")


def fold(proposal_id: int, facts: Iterable[Fact]) -> Proposal:
    """The proposal that ``facts`` (in chain order, creation first) make.

    Tallies, state and text are not set.
    """
    proposal = Proposal(proposal_id=proposal_id)
    for fact in facts:
        apply(proposal, fact)
        proposal.updated_at = fact.timestamp
    return proposal


def tally(
    votes: Iterable[tuple[str, int, int]], counted_reductions: Iterable[tuple[str, int, int]] = ()
) -> Tally:
    """Sum votes of one proposal.

    Args:
        votes: (voter, support, weight as cast).
        counted_reductions: (delegate, old weight, new weight) of those that lowered a tally.

    Raises:
        ValueError: when a reduction names a delegate who has not voted.
    """
    sums = [0, 0, 0]
    side: dict[str, int] = {}
    for voter, support, weight in votes:
        sums[support] += weight
        side[voter] = support
    for delegate, old, new in counted_reductions:
        if delegate not in side:
            raise ValueError(f"{delegate} lost weight without having voted")
        sums[side[delegate]] -= old - new
    return Tally(*sums)


def tally_fields(sums: Tally) -> dict[str, int]:
    """The tally under the names of the row's fields."""
    return {
        "against_votes": sums[Support.AGAINST],
        "for_votes": sums[Support.FOR],
        "abstain_votes": sums[Support.ABSTAIN],
    }
