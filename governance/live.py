"""Live messages about proposals and votes, as the interfaces name them."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from contracts.addresses import checksum
from core.events.registry import Fact
from core.live.registry import register_topic
from core.live.stream import Message
from governance.chain import subject_of
from governance.pauses.models import PauseChange
from governance.proposals.models import Proposal


class TallyPayload(TypedDict):
    """The three sums as decimal text."""

    forVotes: str
    againstVotes: str
    abstainVotes: str


class ProposalCreated(TypedDict):
    """``proposal:created``."""

    proposalId: str
    proposer: str
    proposalType: str
    state: str
    title: str
    summary: str
    topic: str
    metadataHash: str
    transactionHash: str
    blockNumber: int
    createdAt: str


class ProposalStateChanged(TypedDict):
    """``proposal:state_changed``: from which state to which, since when the new one holds."""

    proposalId: str
    title: str
    oldState: str
    newState: str
    since: str
    tally: TallyPayload


class ProposalFinal(TypedDict):
    """``proposal:final``: that it reached ``state`` in this block can't be taken back any more."""

    proposalId: str
    state: str
    blockNumber: int


class VoteCast(TypedDict):
    """``vote:cast``, with the tally after it."""

    proposalId: str
    voter: str
    support: int
    weight: str
    reason: str | None
    transactionHash: str
    blockNumber: int
    timestamp: str
    tally: TallyPayload


class PauseChanged(TypedDict):
    """``pause:changed``: voting was paused, the pause extended or lifted.

    ``until`` is null once lifted; ``reasonHash`` is that of a pause that begins; where a proposal lifted it
    nobody may pause again before ``immuneUntil``.
    """

    pauseNumber: int
    change: str
    by: str | None
    until: str | None
    reasonHash: str | None
    immuneUntil: str | None
    transactionHash: str
    blockNumber: int
    timestamp: str


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with a final Z."""
    return moment.isoformat().replace("+00:00", "Z")


def tally_payload(against: int, for_: int, abstain: int) -> TallyPayload:
    """The three sums, in the order of the contract's ``proposalVotes``."""
    return TallyPayload(forVotes=str(for_), againstVotes=str(against), abstainVotes=str(abstain))


def proposal_created(proposal: Proposal, *, transaction_hash: str, block_number: int) -> Message:
    """The message for a new proposal."""
    data = ProposalCreated(
        proposalId=str(proposal.proposal_id),
        proposer=checksum(proposal.proposer),
        proposalType=proposal.proposal_type,
        state=proposal.state,
        title=proposal.title,
        summary=proposal.summary,
        topic=proposal.topic,
        metadataHash=proposal.cid,
        transactionHash=transaction_hash,
        blockNumber=block_number,
        createdAt=iso(proposal.created_at),
    )
    return Message("proposal:created", data, subject_of(proposal.proposal_id))


def state_changed(proposal: Proposal, *, old_state: str, since: datetime) -> Message:
    """The message for a proposal that has moved on; ``proposal.state`` is the new state."""
    data = ProposalStateChanged(
        proposalId=str(proposal.proposal_id),
        title=proposal.title,
        oldState=old_state,
        newState=proposal.state,
        since=iso(since),
        tally=tally_payload(proposal.against_votes, proposal.for_votes, proposal.abstain_votes),
    )
    return Message("proposal:state_changed", data, subject_of(proposal.proposal_id))


def proposal_final(fact: Fact) -> Message:
    """The message for a decision whose block has become final."""
    data = ProposalFinal(
        proposalId=fact.payload["proposalId"], state=fact.payload["state"], blockNumber=fact.block_number
    )
    return Message("proposal:final", data, fact.subject)


def vote_cast(
    *,
    proposal_id: int,
    voter: str,
    support: int,
    weight: int,
    reason: str | None,
    transaction_hash: str,
    block_number: int,
    timestamp: datetime,
    tally: TallyPayload,
) -> Message:
    """The message for one counted ballot."""
    data = VoteCast(
        proposalId=str(proposal_id),
        voter=checksum(voter),
        support=support,
        weight=str(weight),
        reason=reason,
        transactionHash=transaction_hash,
        blockNumber=block_number,
        timestamp=iso(timestamp),
        tally=tally,
    )
    return Message("vote:cast", data, subject_of(proposal_id))


def pause_changed(change: PauseChange, *, block_number: int, transaction_hash: str) -> Message:
    """The message for a pause that began, was extended or lifted."""
    data = PauseChanged(
        pauseNumber=change.number,
        change=change.kind,
        by=checksum(change.by) if change.by else None,
        until=iso(change.until) if change.until else None,
        reasonHash=change.reason_hash,
        immuneUntil=iso(change.immune_until) if change.immune_until else None,
        transactionHash=transaction_hash,
        blockNumber=block_number,
        timestamp=iso(change.timestamp),
    )
    return Message("pause:changed", data)


register_topic(
    "proposals",
    {
        "proposal:created": ProposalCreated,
        "proposal:state_changed": ProposalStateChanged,
        "proposal:final": ProposalFinal,
        "pause:changed": PauseChanged,
    },
    to_all=("pause:changed",),  # every vote stands still
)
register_topic("votes", {"vote:cast": VoteCast})
# Named by the interfaces and silent until somebody has something to say on them.
register_topic("treasury")
register_topic("comments")
