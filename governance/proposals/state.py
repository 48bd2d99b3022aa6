"""The law of a proposal's life: where it stands, given its facts, the pauses and the time; no database.

It mirrors ``ProposalManager.state`` of the contracts; a test holds the two side by side on a real node.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from governance.pauses.models import PauseKind
from governance.proposals.models import ProposalState, ProposalType

#: A draft whose vote was not set within this time lapses (ProposalManager.DRAFT_LIFETIME).
DRAFT_LIFETIME = timedelta(days=180)
#: The passing share, in percent, that asks for no more than a majority.
MAJORITY = 50


class LifecycleFacts(Protocol):
    """What of a proposal decides its state; :class:`governance.models.Proposal` has all of it."""

    proposal_type: str
    action_count: int
    created_at: datetime
    activated_at: datetime | None
    vote_start: datetime | None
    vote_end: datetime | None
    queued_at: datetime | None
    execution_time: datetime | None
    expires_at: datetime | None
    executed_at: datetime | None
    cancelled_at: datetime | None
    quorum_percentage: int | None
    passing_percentage: int | None
    grace_period: int | None
    for_votes: int
    against_votes: int
    abstain_votes: int
    quorum_people: int | None


class PauseFacts(Protocol):
    """One row of :class:`governance.models.PauseChange`."""

    kind: str
    timestamp: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch ``[start, end)`` in which voting and execution stood still."""

    start: datetime
    end: datetime

    def holds_at(self, moment: datetime) -> bool:
        """Whether ``moment`` lies inside."""
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True)
class Standing:
    """A state and the moment from which it has held."""

    state: ProposalState
    since: datetime


def pauses(changes: Iterable[PauseFacts]) -> list[Pause]:
    """The pauses that ``changes`` (in chain order) make: each ends at its last limit, or earlier when lifted.

    A pause that still holds ends, as far as anyone knows, at its limit.
    """
    found: list[Pause] = []
    for change in changes:
        if change.kind == PauseKind.PAUSED:
            found.append(Pause(change.timestamp, change.until or change.timestamp))
        elif not found:
            continue
        elif change.kind == PauseKind.EXTENDED:
            found[-1] = Pause(found[-1].start, change.until or found[-1].end)
        elif found[-1].holds_at(change.timestamp):
            found[-1] = Pause(found[-1].start, change.timestamp)
    return found


def shifted(deadline: datetime, since: datetime, stops: Sequence[Pause]) -> datetime:
    """When ``deadline``, set at ``since``, is really reached: time spent paused since then does not count.

    ``stops`` are in order. A pause that begins at or after the moment reached moves nothing.
    """
    for stop in stops:
        start = max(stop.start, since)
        if start >= deadline:
            break
        if stop.end > start:
            deadline += stop.end - start
    return deadline


def paused_at(moment: datetime, stops: Sequence[Pause]) -> Pause | None:
    """The pause that holds at ``moment``, if one does."""
    return next((stop for stop in stops if stop.holds_at(moment)), None)


def quorum_votes(supply: int, percentage: int) -> int:
    """What For and Abstain must reach together: ``percentage`` of ``supply``, rounded up."""
    return -(-supply * percentage // 100)


def counted_for_quorum(proposal: LifecycleFacts) -> int:
    """For plus Abstain; where votes cost credits, the people who cast them."""
    if proposal.quorum_people is not None:
        return proposal.quorum_people
    return proposal.for_votes + proposal.abstain_votes


def share_reached(for_votes: int, against_votes: int, percentage: int) -> bool:
    """Whether For has the share of For and Against that adopts: ``percentage``, or for 50 a majority."""
    if percentage <= MAJORITY:
        return for_votes > against_votes
    return for_votes > 0 and 100 * for_votes >= percentage * (for_votes + against_votes)


def passes(proposal: LifecycleFacts, *, supply: int) -> bool:
    """Whether its tally adopts under its sealed terms: the share of For, and what counts for the quorum."""
    if proposal.quorum_percentage is None or proposal.passing_percentage is None:
        return False
    enough = counted_for_quorum(proposal) >= quorum_votes(supply, proposal.quorum_percentage)
    return enough and share_reached(proposal.for_votes, proposal.against_votes, proposal.passing_percentage)


def binding_stops(proposal: LifecycleFacts, stops: Sequence[Pause]) -> Sequence[Pause]:
    """The pauses that stop this proposal: none for an emergency, decided while all else stands still."""
    return () if proposal.proposal_type == ProposalType.EMERGENCY else stops


def draft_lapses(proposal: LifecycleFacts) -> datetime:
    """When the proposal lapses unless its vote is set before."""
    return proposal.created_at + DRAFT_LIFETIME


def vote_closes(proposal: LifecycleFacts, stops: Sequence[Pause]) -> datetime | None:
    """When voting ends, pauses since the opening included; None before the vote was set."""
    if proposal.vote_end is None or proposal.vote_start is None:
        return None
    return shifted(proposal.vote_end, proposal.vote_start, binding_stops(proposal, stops))


def queue_closes(proposal: LifecycleFacts, stops: Sequence[Pause]) -> datetime | None:
    """Until when an adopted proposal can be queued; None before the vote was set, or with nothing to do."""
    if proposal.vote_end is None or proposal.vote_start is None or not proposal.action_count:
        return None
    grace = timedelta(seconds=proposal.grace_period or 0)
    return shifted(proposal.vote_end + grace, proposal.vote_start, binding_stops(proposal, stops))


def executable_from(proposal: LifecycleFacts, stops: Sequence[Pause]) -> datetime | None:
    """From when a queued proposal can be carried out; None if it is not queued."""
    if proposal.execution_time is None or proposal.queued_at is None:
        return None
    return shifted(proposal.execution_time, proposal.queued_at, binding_stops(proposal, stops))


def executable_until(proposal: LifecycleFacts, stops: Sequence[Pause]) -> datetime | None:
    """Until when (exclusive) a queued proposal can be carried out; None if it is not queued."""
    if proposal.expires_at is None or proposal.queued_at is None:
        return None
    return shifted(proposal.expires_at, proposal.queued_at, binding_stops(proposal, stops))


def standing(
    proposal: LifecycleFacts,
    now: datetime,
    *,
    stops: Sequence[Pause],
    supply: int | None,
    tallied: bool = True,
) -> Standing:
    """The state at ``now`` and since when it has held.

    Args:
        proposal: its facts; deadlines as the events set them, without pauses.
        now: the time of a block.
        stops: the pauses, in order (:func:`pauses`).
        supply: the power at the snapshot, in the units of the proposal's way of counting; None before the
            snapshot, which counts as a quorum that nobody can reach.
        tallied: whether the ballot box has published its result; the VotingEngine's always has.
    """
    if proposal.cancelled_at is not None:
        return Standing(ProposalState.CANCELLED, proposal.cancelled_at)
    if proposal.executed_at is not None:
        return Standing(ProposalState.EXECUTED, proposal.executed_at)
    if proposal.queued_at is not None:
        until = executable_until(proposal, stops)
        if until is not None and now >= until:
            return Standing(ProposalState.EXPIRED, until)
        return Standing(ProposalState.QUEUED, proposal.queued_at)
    closes = vote_closes(proposal, stops)
    if closes is None or proposal.vote_start is None or proposal.activated_at is None:
        lapses = draft_lapses(proposal)
        if now >= lapses:
            return Standing(ProposalState.EXPIRED, lapses)
        return Standing(ProposalState.DRAFT, proposal.created_at)
    if now < proposal.vote_start:
        return Standing(ProposalState.PENDING, proposal.activated_at)
    if now < closes:
        return Standing(ProposalState.ACTIVE, proposal.vote_start)
    if not tallied:
        return Standing(ProposalState.TALLYING, closes)
    if supply is None or not passes(proposal, supply=supply):
        return Standing(ProposalState.DEFEATED, closes)
    last = queue_closes(proposal, stops)
    if last is not None and now >= last:
        return Standing(ProposalState.EXPIRED, last)
    return Standing(ProposalState.SUCCEEDED, closes)


def proposal_state(
    proposal: LifecycleFacts,
    now: datetime,
    *,
    stops: Sequence[Pause],
    supply: int | None,
) -> ProposalState:
    """The state at ``now``; see :func:`standing` for the arguments."""
    return standing(proposal, now, stops=stops, supply=supply).state
