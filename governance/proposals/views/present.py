"""Proposals as the pages show them: the mirror’s row, its tally drawn, its deadlines with pauses added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from contracts.selectors import ChainHead, chain_head, chain_now, confirmation, last_recount
from governance.ballots.models import Support, Vote
from governance.ballots.selectors.votes import effective_weights
from governance.parameters import rules as parameter_rules
from governance.parameters.kinds import KINDS
from governance.parameters.rules import Terms
from governance.parameters.selectors.counting import WayOfCounting, all_ways
from governance.parameters.selectors.values import current_parameters, terms_for
from governance.parameters.strategies import Units
from governance.pauses.selectors import PauseStory, pause_now, running_pause
from governance.proposals import state
from governance.proposals.models import Endorsement, Proposal, ProposalState
from governance.proposals.rules import ready_to_open
from governance.proposals.selectors.conditions import Conditions, current_conditions
from governance.proposals.selectors.due import due_step
from governance.proposals.selectors.timeline import TimelineEntry, timeline
from governance.shapes.tally import BAR_WIDTH, Tally, tally_of
from identity.accounts.selectors import chosen_names
from identity.census.selectors.roll import census_at
from identity.roles.selectors.announced import AnnouncedChange, announced_officer_changes

SOON = timedelta(days=3)
WORDS_A_MINUTE = 200
LEVELS = {"seen": 1, "confirmed": 2, "final": 3}
_BEFORE = {ProposalState.DRAFT, ProposalState.PENDING}


@dataclass(frozen=True, slots=True)
class Times:
    """The deadlines of a proposal with pauses counted in; None where not yet set."""

    snapshot: datetime | None
    closes: datetime | None
    queue_until: datetime | None
    executable_from: datetime | None
    executable_until: datetime | None


@dataclass(frozen=True, slots=True)
class VoteTerms:
    """The rules a vote is decided under, lengths of time as such.

    ``sealed`` once the vote is set: nobody can change them any more. Before, what the rules say today.
    ``passing_percentage`` is of For and Against together, 50 standing for more For than Against.
    """

    sealed: bool
    voting_period: timedelta
    execution_delay: timedelta
    grace_period: timedelta
    notice_period: timedelta
    review_period: timedelta
    quorum_percentage: int
    passing_percentage: int

    @property
    def majority(self) -> bool:
        """Whether more For than Against is enough."""
        return self.passing_percentage <= state.MAJORITY

    @property
    def share(self) -> Fraction:
        """The share of For and Against that For must reach."""
        return Fraction(self.passing_percentage, 100)


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal with what the pages say about it; ``now`` is the chain's time."""

    proposal: Proposal
    tally: Tally
    times: Times
    now: datetime
    endorsements_needed: int
    terms: VoteTerms
    due: str  # what anyone may set off now: "queue", "execute" or nothing
    pause: state.Pause | None  # the pause that stops this one now
    counting: WayOfCounting | None

    @property
    def is_open(self) -> bool:
        return self.proposal.state == ProposalState.ACTIVE

    @property
    def has_vote(self) -> bool:
        """Whether voting has begun at some time."""
        started = self.proposal.vote_start is not None
        return started and self.proposal.state not in {*_BEFORE, ProposalState.CANCELLED}

    @property
    def has_lapsed(self) -> bool:
        """Whether it expired as a draft, because its vote was never set."""
        return self.proposal.state == ProposalState.EXPIRED and self.proposal.vote_start is None

    @property
    def never_voted(self) -> bool:
        """Whether it ended before a vote."""
        return self.has_lapsed or self.proposal.state == ProposalState.CANCELLED

    @property
    def in_words(self) -> bool:
        """Whether it is a decision in words, done when it is adopted."""
        return not self.proposal.action_count

    @property
    def share_reached(self) -> bool:
        """Whether For has the share of For and Against that adopts."""
        votes = self.proposal
        return state.share_reached(votes.for_votes, votes.against_votes, self.terms.passing_percentage)

    @property
    def enough_support(self) -> bool:
        """Whether it has the supporters it needs."""
        return self.proposal.endorsements >= self.endorsements_needed

    @property
    def lapses(self) -> datetime:
        """When it lapses unless its vote is set before."""
        return state.draft_lapses(self.proposal)

    @property
    def is_closed(self) -> bool:
        return self.proposal.state not in {*_BEFORE, ProposalState.ACTIVE}

    @property
    def closes_soon(self) -> bool:
        return self.is_open and self.times.closes is not None and self.times.closes - self.now < SOON

    @property
    def can_open_from(self) -> datetime:
        """When the review is over."""
        return self.proposal.created_at + self.terms.review_period

    @property
    def can_be_opened(self) -> bool:
        """Whether anyone may open the vote now."""
        return self.proposal.state == ProposalState.DRAFT and ready_to_open(
            created_at=self.proposal.created_at,
            endorsements=self.proposal.endorsements,
            review_period=self.terms.review_period,
            needed=self.endorsements_needed,
            now=self.now,
        )

    @property
    def support_x(self) -> float:
        """How far the bar of supporters reaches."""
        needed = max(self.endorsements_needed, 1)
        return round(min(1.0, self.proposal.endorsements / needed) * BAR_WIDTH, 1)

    @property
    def reading_minutes(self) -> int:
        return max(1, round(len(self.proposal.description.split()) / WORDS_A_MINUTE))


@dataclass(frozen=True, slots=True)
class Announced:
    """A change of officers that two administrators announced; once ``is_due`` anyone may carry it out."""

    change: AnnouncedChange
    is_due: bool


@dataclass(frozen=True, slots=True)
class VoteRow:
    """A counted ballot, what it counts now, and how firmly it stands (1 seen, 2 confirmed, 3 final)."""

    vote: Vote
    weight: int
    level: int
    key: str


@dataclass(frozen=True, slots=True)
class SupporterRow:
    """Someone's support, and how firmly it stands."""

    endorsement: Endorsement
    level: int


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A line of the record, and how firmly it stands; 0 where no entry stands behind it."""

    entry: TimelineEntry
    level: int


def present(proposals: Iterable[Proposal]) -> list[ProposalView]:
    """Views of ``proposals``, in their order; as many queries whatever their number."""
    rows = list(proposals)
    at = current_conditions()
    ways = {way.address: way for way in all_ways()}
    current = current_parameters()
    terms = {kind: today(terms_for(kind, current)) for kind in {row.proposal_type for row in rows}}
    permille = current["endorsementPermille"].value if current else 0
    return [
        _present(
            each,
            at,
            _terms(each, terms[each.proposal_type]),
            ways.get(each.strategy),
            parameter_rules.endorsements_needed(each.roll, permille),
        )
        for each in rows
    ]


def rule_values() -> dict[str, int]:
    """The rules by name, as numbers; zero for one that was never announced.

    ``supporters`` are how many a proposal made now would need.
    """
    current = current_parameters()
    values = {name: current[name].value if name in current else 0 for name in KINDS}
    needed = parameter_rules.endorsements_needed(census_at(), values["endorsementPermille"])
    return {**values, "supporters": needed}


def vote_rows(votes: Iterable[Vote], places: int = 0) -> list[VoteRow]:
    """Rows for a table of ballots of one proposal, whose votes have ``places`` decimals; two queries."""
    rows, head = list(votes), chain_head()
    weights = effective_weights(rows)
    return [
        VoteRow(
            vote,
            Units(weights[vote.event_id], places),
            level(vote.block_number, head),
            Support(vote.support).name.lower(),
        )
        for vote in rows
    ]


def supporter_rows(endorsements: Iterable[Endorsement]) -> list[SupporterRow]:
    """Rows for a table of supporters (with their events)."""
    head = chain_head()
    return [SupporterRow(each, level(each.event.block_number, head)) for each in endorsements]


def record_rows(proposal: Proposal) -> list[EntryRow]:
    """The record of ``proposal``, newest first."""
    return [EntryRow(entry, LEVELS.get(entry.confirmation or "", 0)) for entry in timeline(proposal)]


def level(block_number: int, head: ChainHead) -> int:
    """1 seen, 2 confirmed, 3 final."""
    return LEVELS[confirmation(block_number, head)]


def names_of(*addresses: str | None) -> dict[str, str]:
    """The chosen names among ``addresses``; who chose none is shown by the short address."""
    return chosen_names(address for address in addresses if address)


def pause_told() -> PauseStory | None:
    """The pause that holds, with the reason given; None if none does, at the cost of one query."""
    return running_pause(chain_now()) if pause_now() is not None else None


def announced() -> list[Announced]:
    """Changes of officers that two administrators announced and that did not take effect yet."""
    changes = announced_officer_changes()
    now = chain_now() if changes else None
    return [Announced(change, now is not None and change.is_due(now)) for change in changes]


def record_state() -> dict[str, Any]:
    """How fresh the record is, and the last full recount if one was made."""
    head = chain_head()
    return {"last_entry": head.timestamp, "alarm": head.alarm, "recount": last_recount()}


def today(terms: Terms) -> VoteTerms:
    """The rules as they are today, sealed for no vote."""
    return VoteTerms(
        sealed=False,
        voting_period=timedelta(seconds=terms.voting_period),
        execution_delay=timedelta(seconds=terms.execution_delay),
        grace_period=timedelta(seconds=terms.grace_period),
        notice_period=timedelta(seconds=terms.notice_period),
        review_period=timedelta(seconds=terms.review_period),
        quorum_percentage=terms.quorum_percentage,
        passing_percentage=terms.passing_percentage,
    )


def _terms(proposal: Proposal, now: VoteTerms) -> VoteTerms:
    """What was sealed for the vote of ``proposal``; before that, the rules of ``now``."""
    if proposal.voting_period is None:
        return now
    return replace(
        now,
        sealed=True,
        voting_period=proposal.voting_period,
        execution_delay=timedelta(seconds=proposal.execution_delay or 0),
        grace_period=timedelta(seconds=proposal.grace_period or 0),
        quorum_percentage=proposal.quorum_percentage or 0,
        passing_percentage=proposal.passing_percentage or 0,
    )


def _present(
    proposal: Proposal, at: Conditions, terms: VoteTerms, counting: WayOfCounting | None, needed: int
) -> ProposalView:
    times = Times(
        snapshot=proposal.vote_start - timedelta(seconds=1) if proposal.vote_start else None,
        closes=state.vote_closes(proposal, at.stops),
        queue_until=state.queue_closes(proposal, at.stops),
        executable_from=state.executable_from(proposal, at.stops),
        executable_until=state.executable_until(proposal, at.stops),
    )
    return ProposalView(
        proposal=proposal,
        tally=tally_of(proposal, counting.places if counting else 0),
        times=times,
        now=at.now,
        endorsements_needed=needed,
        terms=terms,
        due=due_step(proposal, at),
        pause=state.paused_at(at.now, state.binding_stops(proposal, at.stops)),
        counting=counting,
    )
