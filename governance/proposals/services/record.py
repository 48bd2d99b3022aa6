"""What the chain did to proposals. No policy here: the contracts have decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from contracts.decoded import Decoded
from contracts.times import moment
from core.live.stream import Message
from governance import events as chain
from governance import facts, live
from governance.parameters.models import Strategy
from governance.parameters.strategies import QUADRATIC
from governance.proposals import projection, state, text
from governance.proposals.models import (
    CancellationRequest,
    CancellationWithdrawal,
    Endorsement,
    EndorsementStrike,
    Proposal,
    ProposalState,
)
from governance.proposals.projection import Fact
from governance.proposals.selectors.conditions import supply_at_snapshot
from governance.publishing import fresh_from, publish_on_commit
from identity.census.selectors.roll import census_at

#: The fields of a row that its events decide (tallies, state and text apart).
FOLDED_FIELDS = (
    "event",
    "proposer",
    "proposal_type",
    "strategy",
    "metadata_hash",
    "content_hash",
    "actions",
    "action_count",
    "created_at",
    "endorsements",
    "activated_at",
    "rules_hash",
    "vote_start",
    "vote_end",
    "quorum_percentage",
    "passing_percentage",
    "execution_delay",
    "grace_period",
    "proposal_threshold",
    "queued_at",
    "execution_time",
    "expires_at",
    "executed_at",
    "endorsed_at",
    "cancelled_at",
    "cancel_reason_hash",
)


def record_proposals_created(*, events: Sequence[chain.ProposalCreated]) -> list[Proposal]:
    """Write new proposals, each with the text that is stored here under its hash (else a stand-in title)."""
    priced = set(Strategy.objects.filter(kind=QUADRATIC).values_list("address", flat=True))
    made: list[Proposal] = []
    messages: list[Message] = []
    since = fresh_from()
    for event in events:
        proposal = projection.fold(event.proposal_id, [fact_of(event)])
        proposal.state = ProposalState.DRAFT
        proposal.roll = census_at(proposal.created_at - timedelta(seconds=1))
        set_text(proposal)
        if proposal.strategy in priced:
            proposal.quorum_people = 0
        made.append(proposal)
        if event.timestamp >= since:
            messages.append(
                live.proposal_created(
                    proposal, transaction_hash=event.transaction_hash, block_number=event.block_number
                )
            )
    Proposal.objects.bulk_create(made, batch_size=200)
    publish_on_commit(messages)
    return made


def record_endorsements(*, events: Sequence[chain.ProposalEndorsed]) -> None:
    """Write who supports a proposal, and the number of those who do."""
    Endorsement.objects.bulk_create(
        [
            Endorsement(
                event_id=event.position,
                timestamp=event.timestamp,
                proposal_id=event.proposal_id,
                endorser=event.endorser,
            )
            for event in events
        ],
        batch_size=500,
    )
    apply_facts(events)


def record_endorsements_reached(*, events: Sequence[chain.ProposalEndorsementReached]) -> None:
    """Note when drafts first had the support they needed."""
    apply_facts(events)


def record_endorsements_struck(*, events: Sequence[chain.EndorsementStruck]) -> None:
    """Write whose endorsement counts no longer, and the number of those that are left."""
    EndorsementStrike.objects.bulk_create(
        [
            EndorsementStrike(
                event_id=event.position,
                timestamp=event.timestamp,
                proposal_id=event.proposal_id,
                endorser=event.endorser,
            )
            for event in events
        ],
        batch_size=500,
    )
    apply_facts(events)


def record_cancellation_requests(*, events: Sequence[chain.ProposalCancellationRequested]) -> None:
    """Write an administrator's half of a cancellation."""
    CancellationRequest.objects.bulk_create(
        [
            CancellationRequest(
                event_id=event.position,
                timestamp=event.timestamp,
                proposal_id=event.proposal_id,
                administrator=event.administrator,
                reason_hash=event.reason_hash,
                expires_at=moment(event.expires_at) or event.timestamp,
            )
            for event in events
        ]
    )
    apply_facts(events)


def record_cancellations_withdrawn(*, events: Sequence[chain.ProposalCancellationWithdrawn]) -> None:
    """Write that administrators took their halves of cancellations back."""
    CancellationWithdrawal.objects.bulk_create(
        [
            CancellationWithdrawal(
                event_id=event.position,
                timestamp=event.timestamp,
                proposal_id=event.proposal_id,
                administrator=event.administrator,
            )
            for event in events
        ]
    )
    apply_facts(events)


def record_proposals_activated(*, events: Sequence[chain.ProposalActivated]) -> None:
    """Write when voting opens and closes, and under which rules."""
    apply_facts(events)


def record_proposals_queued(*, events: Sequence[chain.ProposalQueued]) -> None:
    """Write from when and until when adopted proposals can be carried out."""
    apply_facts(events)
    facts.record_decided(facts.ADOPTED, ProposalState.QUEUED.value, events)


def record_proposals_executed(*, events: Sequence[chain.ProposalExecuted]) -> None:
    """Write that proposals were carried out."""
    apply_facts(events)
    facts.record_decided(facts.EXECUTED, ProposalState.EXECUTED.value, events)


def record_proposals_cancelled(*, events: Sequence[chain.ProposalCancelled]) -> None:
    """Write that proposals were cancelled, and the hash of the reason."""
    apply_facts(events)
    facts.record_decided(facts.CANCELLED, ProposalState.CANCELLED.value, events)


def fill_text(*, metadata_hash: str) -> int:
    """Give the text stored under ``metadata_hash`` to proposals that had none.

    Answers how many it reached.
    """
    filled = 0
    for proposal in Proposal.objects.filter(metadata_hash=metadata_hash, description="", summary=""):
        set_text(proposal)
        if proposal.description or proposal.summary:
            proposal.save(update_fields=["title", "summary", "description", "topic"])
            filled += 1
    return filled


def fill_missing_texts() -> int:
    """Look once more for the texts of proposals that have none; answers how many were found."""
    missing = Proposal.objects.filter(description="", summary="").values_list("metadata_hash", flat=True)
    return sum(fill_text(metadata_hash=digest) for digest in set(missing))


def set_text(proposal: Proposal) -> None:
    """Set title, summary, description and topic from the content store; nothing is saved."""
    words = text.load(proposal.metadata_hash)
    if words is None:
        proposal.title = text.stand_in_title(proposal.proposal_id)
        proposal.summary = proposal.description = proposal.topic = ""
    else:
        proposal.title, proposal.summary = words.title, words.summary
        proposal.description, proposal.topic = words.description, words.topic


def apply_facts(events: Sequence[Decoded]) -> None:
    """Fold lifecycle events into their proposals' rows, with the state each leaves.

    Tells of changed states.
    """
    proposals = by_id(event.proposal_id for event in events)  # type: ignore[attr-defined]
    messages: list[Message] = []
    since = fresh_from()
    for event in events:
        proposal = proposals[event.proposal_id]  # type: ignore[attr-defined]
        projection.apply(proposal, fact_of(event))
        if event.name == "ProposalQueued" and proposal.snapshot_supply is None:
            # Read in bulk: the vote opened and closed between two chunks' ends, where states are settled.
            proposal.snapshot_supply = supply_at_snapshot(proposal)
        proposal.updated_at = max(proposal.updated_at, event.timestamp)
        # At the moment of a lifecycle event no pause and no tally matters: the contract has just judged them.
        standing = state.standing(proposal, event.timestamp, stops=(), supply=proposal.snapshot_supply)
        old_state, proposal.state = proposal.state, standing.state.value
        if proposal.state != old_state and event.timestamp >= since:
            messages.append(live.state_changed(proposal, old_state=old_state, since=standing.since))
    Proposal.objects.bulk_update(
        proposals.values(),
        [*(f for f in FOLDED_FIELDS if f != "event"), "state", "updated_at", "snapshot_supply"],
        batch_size=20,
    )
    publish_on_commit(messages)


def by_id(proposal_ids: Iterable[int]) -> dict[int, Proposal]:
    """The proposals with these numbers.

    Raises:
        ValueError: if one is not there; an event of a proposal that was never created means a gap in the
            history.
    """
    wanted = set(proposal_ids)
    found: dict[int, Proposal] = {}
    numbers = sorted(wanted)
    for start in range(0, len(numbers), 500):
        for proposal in Proposal.objects.filter(proposal_id__in=numbers[start : start + 500]):
            found[proposal.proposal_id] = proposal
    if missing := wanted - found.keys():
        raise ValueError(f"events of unknown proposals: {sorted(missing)[:5]}")
    return found


def fact_of(event: Decoded) -> Fact:
    """A decoded event as the fold reads it."""
    return Fact(event.name, event.as_json(), event.timestamp, event.position)
