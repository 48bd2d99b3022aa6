"""What only time decides: states, snapshots, the blocks in which voting opened and closed.

And mending after a reorg.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from contracts.blocks import BlockHead, RemovedEvent
from contracts.models import Block
from contracts.selectors import events_about
from core.db.fence.services import with_token
from core.live.stream import Message
from governance import live
from governance.ballots.models import Support, Vote, WeightReduction
from governance.chain import PROPOSAL, subject_of
from governance.parameters.services import recall_retirements
from governance.proposals import projection, state
from governance.proposals.models import Proposal, ProposalState
from governance.proposals.projection import Fact
from governance.proposals.selectors.conditions import Conditions, conditions_at, supply_at_snapshot
from governance.proposals.services.record import set_text
from governance.proposals.state import DRAFT_LIFETIME
from governance.publishing import fresh_from, publish_on_commit

#: States that time alone ends; SUCCEEDED only where there is something to carry out, DRAFT when it lapses.
MOVING = (ProposalState.PENDING, ProposalState.ACTIVE, ProposalState.TALLYING, ProposalState.QUEUED)
LONG_FIELDS = ("description", "actions")  # never looked at here, and the bulk of a row
SETTLED_FIELDS = ("state", "updated_at", "snapshot_supply", "start_block", "end_block")
#: How many blocks back to look for the one in which voting opened or closed; beyond, a node is asked.
NEAR = 256


def settle_states(head: BlockHead) -> int:
    """Move each proposal that waits for time to where it stands at ``head``; answers how many moved.

    Runs in the transaction that applied the blocks up to ``head``.
    """
    rows = Proposal.objects.defer(*LONG_FIELDS)
    moving = list(rows.filter(_moves(head.timestamp)))
    over = [ProposalState.DEFEATED, ProposalState.EXPIRED]
    ended = Q(state__in=[each.value for each in over]) | Q(state=ProposalState.SUCCEEDED, action_count=0)
    unlocated = rows.filter(ended, end_block=None)
    moving += unlocated.filter(vote_start__isnull=False, vote_end__gte=head.timestamp - timedelta(days=1))[
        :50
    ]
    if not moving:
        return 0
    return _settle(moving, conditions_at(head.timestamp), blocks=_NearBlocks(head.number))


@with_token
def set_blocks(*, proposal_id: int, start_block: int | None = None, end_block: int | None = None) -> None:
    """Note the blocks in which voting opened and closed, found on a node; what is known already stays."""
    if start_block is not None:
        Proposal.objects.filter(proposal_id=proposal_id, start_block=None).update(start_block=start_block)
    if end_block is not None:
        Proposal.objects.filter(proposal_id=proposal_id, end_block=None).update(end_block=end_block)


def rebuild_after_revert(ancestor_number: int, removed: Sequence[RemovedEvent]) -> None:
    """Fold anew what the removed events had changed, and take every state back to the ancestor's time.

    Rows that point at a removed event went with it; proposals that were created above the ancestor went too.
    """
    now = _time_of(ancestor_number)
    touched = {
        int(event.subject.id)
        for event in removed
        if event.subject is not None and event.subject.kind == PROPOSAL
    }
    for proposal in _existing(touched):
        rebuild(proposal)
    if now is None:
        return  # nothing is left of the history, so no proposal is
    # What had ended by then stays as it ended: a pause that began or was lifted later never moved it.
    rest = Proposal.objects.defer(*LONG_FIELDS).exclude(
        state__in=[ProposalState.DRAFT, ProposalState.CANCELLED, ProposalState.EXECUTED]
    )
    rest = rest.filter(Q(updated_at__gt=now) | _moves(now))
    if any(event.event_name == "StrategyRetired" for event in removed):
        recall_retirements()
    _settle(list(rest), conditions_at(now), blocks=None)


def rebuild(proposal: Proposal) -> None:
    """Write a proposal's row anew from its remaining events and votes, in the state its last event left."""
    events = events_about(subject_of(proposal.proposal_id))
    facts = [
        Fact(event.event_name, event.data, event.timestamp, event.position)
        for event in events.filter(event_name__in=projection.LIFECYCLE_EVENTS).order_by("position")
    ]
    made = projection.fold(proposal.proposal_id, facts)
    made.roll = proposal.roll  # of blocks before its own, which are there if it is
    touching = events.filter(event_name__in=projection.TOUCHING_EVENTS).order_by("-position")
    made.updated_at = touching.values_list("timestamp", flat=True)[0]
    for name, value in projection.tally_fields(recount(proposal.proposal_id)).items():
        setattr(made, name, value)
    if proposal.quorum_people is not None:
        voters = Vote.objects.filter(proposal_id=proposal.proposal_id)
        made.quorum_people = voters.exclude(support=Support.AGAINST).count()
    if made.activated_at is not None:
        made.snapshot_supply = proposal.snapshot_supply
        made.start_block, made.end_block = proposal.start_block, proposal.end_block
    made.state = state.proposal_state(made, facts[-1].timestamp, stops=(), supply=made.snapshot_supply).value
    set_text(made)
    made.save(force_update=True)


def _moves(now: datetime) -> Q:
    """Proposals whose state time may have ended by ``now``."""
    lapsed = Q(state=ProposalState.DRAFT, created_at__lte=now - DRAFT_LIFETIME)
    to_carry_out = Q(state=ProposalState.SUCCEEDED, action_count__gt=0)
    return Q(state__in=[each.value for each in MOVING]) | to_carry_out | lapsed


def recount(proposal_id: int) -> projection.Tally:
    """The tally as the votes' rows add up to it."""
    votes = Vote.objects.filter(proposal_id=proposal_id).values_list("voter", "support", "weight")
    reductions = WeightReduction.objects.filter(proposal_id=proposal_id, counted=True)
    return projection.tally(
        votes.iterator(chunk_size=5000), reductions.values_list("delegate", "old_weight", "new_weight")
    )


def _settle(proposals: Iterable[Proposal], at: Conditions, *, blocks: _NearBlocks | None) -> int:
    """Set what time decides of ``proposals``.

    Without ``blocks``, block numbers are only taken back, never found.
    """
    changed: list[Proposal] = []
    messages: list[Message] = []
    since = fresh_from()
    for proposal in proposals:
        before = tuple(getattr(proposal, name) for name in SETTLED_FIELDS)
        _settle_snapshot(proposal, at.now)
        standing = state.standing(proposal, at.now, stops=at.stops, supply=proposal.snapshot_supply)
        old_state, proposal.state = proposal.state, standing.state.value
        proposal.updated_at = _last_change(proposal, standing.since, taken_back=blocks is None)
        _settle_blocks(proposal, at, blocks)
        if before == tuple(getattr(proposal, name) for name in SETTLED_FIELDS):
            continue
        changed.append(proposal)
        if proposal.state != old_state and at.now >= since:
            messages.append(live.state_changed(proposal, old_state=old_state, since=standing.since))
    Proposal.objects.bulk_update(changed, SETTLED_FIELDS, batch_size=100)
    publish_on_commit(messages)
    return len(changed)


def _settle_snapshot(proposal: Proposal, now: datetime) -> None:
    if proposal.vote_start is None or now < proposal.vote_start:
        proposal.snapshot_supply = None
    elif proposal.snapshot_supply is None:
        proposal.snapshot_supply = supply_at_snapshot(proposal)


def _last_change(proposal: Proposal, since: datetime, *, taken_back: bool) -> datetime:
    """The later of the last event about the proposal and the moment its state began."""
    if not taken_back:
        return max(proposal.updated_at, since)
    touching = (
        events_about(subject_of(proposal.proposal_id))
        .filter(event_name__in=projection.TOUCHING_EVENTS)
        .order_by("-position")
    )
    return max(touching.values_list("timestamp", flat=True)[0], since)


def _settle_blocks(proposal: Proposal, at: Conditions, blocks: _NearBlocks | None) -> None:
    closes = state.vote_closes(proposal, at.stops)
    if proposal.vote_start is None or at.now < proposal.vote_start:
        proposal.start_block = None
    elif proposal.start_block is None and blocks is not None:
        proposal.start_block = blocks.first_at(proposal.vote_start)
    if closes is None or at.now < closes or proposal.cancelled_at is not None:
        proposal.end_block = None
    elif proposal.end_block is None and blocks is not None:
        after = blocks.first_at(closes)
        proposal.end_block = None if after is None else after - 1


class _NearBlocks:
    """The newest blocks, read when first needed: which was the first at or after a time?"""

    def __init__(self, head_number: int) -> None:
        self._head = head_number
        self._rows: list[tuple[int, datetime]] | None = None

    def first_at(self, time: datetime) -> int | None:
        """The number of the first block at or after ``time``, or None where a gap leaves doubt."""
        if self._rows is None:
            near = Block.objects.filter(number__gt=self._head - NEAR).order_by("number")
            self._rows = list(near.values_list("number", "timestamp"))
        for (before, earlier), (number, timestamp) in zip(self._rows, self._rows[1:], strict=False):
            if earlier < time <= timestamp:
                return number if before == number - 1 else None
        return None


def _existing(proposal_ids: Iterable[int]) -> list[Proposal]:
    numbers = sorted(proposal_ids)
    found: list[Proposal] = []
    for start in range(0, len(numbers), 500):
        found += Proposal.objects.filter(proposal_id__in=numbers[start : start + 500])
    return found


def _time_of(number: int) -> datetime | None:
    """The time of block ``number``, or of the newest one below it that the mirror kept."""
    return (
        Block.objects.filter(number__lte=number)
        .order_by("-number")
        .values_list("timestamp", flat=True)
        .first()
    )
