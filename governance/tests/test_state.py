"""The law of a proposal's life, tried at every boundary and under random pauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.pauses.models import PauseKind
from governance.proposals import state
from governance.proposals.models import Proposal, ProposalState, ProposalType
from governance.proposals.state import Pause

T0 = datetime(2026, 3, 1, tzinfo=UTC)
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
OPENS, CLOSES = T0 + DAY, T0 + 8 * DAY
GRACE = 3 * DAY
QUEUED, EXECUTABLE, EXPIRES = CLOSES + HOUR, CLOSES + HOUR + 2 * DAY, CLOSES + HOUR + 5 * DAY


def proposal(**fields: Any) -> Proposal:
    """A proposal whose vote is set, with 20 For and 10 Against of 100, unless told otherwise."""
    facts: dict[str, Any] = {
        "proposal_id": 1,
        "proposal_type": ProposalType.POLICY,
        "created_at": T0,
        "activated_at": T0 + HOUR,
        "vote_start": OPENS,
        "vote_end": CLOSES,
        "quorum_percentage": 20,
        "passing_percentage": 50,
        "action_count": 1,
        "grace_period": int(GRACE.total_seconds()),
        "for_votes": 20,
        "against_votes": 10,
    }
    return Proposal(**(facts | fields))


def queued(**fields: Any) -> Proposal:
    """An adopted proposal in the timelock."""
    return proposal(queued_at=QUEUED, execution_time=EXECUTABLE, expires_at=EXPIRES, **fields)


def at(
    subject: Proposal, now: datetime, stops: Sequence[Pause] = (), supply: int | None = 100
) -> ProposalState:
    """The state at ``now``."""
    return state.proposal_state(subject, now, stops=stops, supply=supply)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (T0 + HOUR, "PENDING"),
        (OPENS - SECOND, "PENDING"),
        (OPENS, "ACTIVE"),
        (CLOSES - SECOND, "ACTIVE"),
        (CLOSES, "SUCCEEDED"),
        (CLOSES + GRACE - SECOND, "SUCCEEDED"),
        (CLOSES + GRACE, "EXPIRED"),
    ],
)
def test_each_boundary_belongs_to_the_later_state(now: datetime, expected: str) -> None:
    assert at(proposal(), now) == expected


def test_draft_lapses_after_180_days() -> None:
    draft = Proposal(proposal_id=1, created_at=T0)
    assert at(draft, T0 + 180 * DAY - SECOND) == ProposalState.DRAFT
    assert at(draft, T0 + 180 * DAY) == ProposalState.EXPIRED
    lapsed = state.standing(draft, T0 + 400 * DAY, stops=(), supply=None)
    assert lapsed.since == T0 + 180 * DAY


def test_decision_in_words_is_done_when_it_is_adopted() -> None:
    subject = proposal(action_count=0)
    assert at(subject, CLOSES + 4000 * DAY) == ProposalState.SUCCEEDED
    assert state.queue_closes(subject, ()) is None


def test_vote_that_is_over_and_not_counted_is_being_counted() -> None:
    for tallied, expected in ((False, "TALLYING"), (True, "SUCCEEDED")):
        found = state.standing(proposal(), CLOSES, stops=(), supply=100, tallied=tallied)
        assert (found.state, found.since) == (expected, CLOSES)


@pytest.mark.parametrize(
    ("for_votes", "against_votes", "percentage", "reached"),
    [
        (60, 40, 60, True),
        (59, 40, 60, False),  # 59 of 99 is less than 60 %
        (3, 2, 60, True),
        (2, 1, 60, True),
        (4, 3, 60, False),
        (0, 0, 60, False),
        (0, 0, 50, False),
        (10, 10, 50, False),
        (11, 10, 50, True),
    ],
)
def test_raised_share_is_taken_of_for_and_against_together(
    for_votes: int, against_votes: int, percentage: int, reached: bool
) -> None:
    assert state.share_reached(for_votes, against_votes, percentage) is reached
    subject = proposal(for_votes=for_votes, against_votes=against_votes, passing_percentage=percentage)
    expected = ProposalState.SUCCEEDED if reached else ProposalState.DEFEATED
    assert at(subject, CLOSES, supply=1) == expected


@given(st.integers(0, 10**20), st.integers(0, 10**20), st.sampled_from([50, 60]))
def test_share_is_reached_as_the_contract_computes_it(for_votes: int, against: int, percentage: int) -> None:
    needed = -(-(for_votes + against) * percentage // 100)  # rounded up, as Math.mulDiv with Ceil
    assert state.share_reached(for_votes, against, percentage) == (
        for_votes > against and for_votes >= needed
    )


@pytest.mark.parametrize(
    ("votes", "supply", "adopted"),
    [
        ((20, 10, 0), 100, True),
        ((19, 10, 0), 100, False),  # one short of the quorum
        ((10, 9, 10), 100, True),  # Abstain helps to reach it
        ((10, 10, 80), 100, False),  # a tie is not adopted
        ((0, 0, 0), 0, False),  # nobody may vote
        ((1, 0, 0), 1, True),
        ((21, 0, 0), 101, True),  # 20 % of 101 is 20.2: rounded up
        ((20, 0, 0), 101, False),
        ((20, 10, 0), None, False),
    ],
)
def test_adoption_needs_more_for_than_against_and_the_quorum(
    votes: tuple[int, int, int], supply: int | None, adopted: bool
) -> None:
    for_votes, against_votes, abstain_votes = votes
    subject = proposal(for_votes=for_votes, against_votes=against_votes, abstain_votes=abstain_votes)
    expected = ProposalState.SUCCEEDED if adopted else ProposalState.DEFEATED
    assert at(subject, CLOSES, supply=supply) == expected


def test_defeat_is_for_good() -> None:
    assert at(proposal(for_votes=0), CLOSES + 4000 * DAY) == ProposalState.DEFEATED


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (QUEUED, "QUEUED"),
        (EXECUTABLE, "QUEUED"),
        (EXPIRES - SECOND, "QUEUED"),
        (EXPIRES, "EXPIRED"),
    ],
)
def test_queued_proposal_expires_if_nobody_carries_it_out(now: datetime, expected: str) -> None:
    assert at(queued(), now) == expected


def test_executed_and_cancelled_are_for_good() -> None:
    assert at(queued(executed_at=EXECUTABLE), EXPIRES + DAY) == ProposalState.EXECUTED
    assert at(proposal(cancelled_at=T0 + 2 * HOUR), CLOSES) == ProposalState.CANCELLED


def test_pause_moves_the_close_by_its_length_and_leaves_the_opening() -> None:
    stops = [Pause(OPENS + DAY, OPENS + 2 * DAY)]
    assert at(proposal(), OPENS, stops) == ProposalState.ACTIVE
    assert at(proposal(), CLOSES + DAY - SECOND, stops) == ProposalState.ACTIVE
    assert at(proposal(), CLOSES + DAY, stops) == ProposalState.SUCCEEDED


def test_pause_before_the_vote_was_set_moves_nothing() -> None:
    stops = [Pause(T0 - DAY, T0 + HOUR)]
    assert at(proposal(), CLOSES, stops) == ProposalState.SUCCEEDED


def test_only_the_part_of_a_pause_after_the_opening_moves_the_close() -> None:
    assert state.vote_closes(proposal(), [Pause(T0 + 2 * HOUR, OPENS)]) == CLOSES
    assert state.vote_closes(proposal(), [Pause(OPENS - HOUR, OPENS + 2 * HOUR)]) == CLOSES + 2 * HOUR
    assert state.vote_closes(proposal(), [Pause(OPENS, OPENS + HOUR)]) == CLOSES + HOUR


def test_pause_after_the_close_reopens_no_vote() -> None:
    stops = [Pause(CLOSES, CLOSES + 10 * DAY)]
    for now in (CLOSES, CLOSES + DAY, CLOSES + 10 * DAY):
        assert at(proposal(), now, stops) == ProposalState.SUCCEEDED
    assert at(proposal(), CLOSES + GRACE + 10 * DAY - SECOND, stops) == ProposalState.SUCCEEDED
    assert at(proposal(), CLOSES + GRACE + 10 * DAY, stops) == ProposalState.EXPIRED


def test_pause_moves_the_timelock() -> None:
    stops = [Pause(QUEUED + HOUR, QUEUED + 3 * HOUR)]
    assert state.executable_from(queued(), stops) == EXECUTABLE + 2 * HOUR
    assert at(queued(), EXPIRES + 2 * HOUR - SECOND, stops) == ProposalState.QUEUED
    assert at(queued(), EXPIRES + 2 * HOUR, stops) == ProposalState.EXPIRED


def test_emergency_goes_on_while_all_else_stands_still() -> None:
    stops = [Pause(OPENS, CLOSES + 30 * DAY)]
    subject = proposal(proposal_type=ProposalType.EMERGENCY)
    assert at(subject, CLOSES, stops) == ProposalState.SUCCEEDED
    assert at(proposal(), CLOSES, stops) == ProposalState.ACTIVE


def change(kind: PauseKind, moment: datetime, until: datetime | None = None) -> SimpleNamespace:
    """One row of the brake's history."""
    return SimpleNamespace(kind=kind, timestamp=moment, until=until)


def test_pause_ends_at_its_limit_when_extended_or_lifted() -> None:
    history = [
        change(PauseKind.PAUSED, T0, T0 + 14 * DAY),
        change(PauseKind.PAUSED, T0 + 20 * DAY, T0 + 34 * DAY),
        change(PauseKind.EXTENDED, T0 + 21 * DAY, T0 + 48 * DAY),
        change(PauseKind.LIFTED, T0 + 40 * DAY),
    ]
    assert state.pauses(history[:1]) == [Pause(T0, T0 + 14 * DAY)]
    assert state.pauses(history[:3])[-1] == Pause(T0 + 20 * DAY, T0 + 48 * DAY)
    assert state.pauses(history)[-1] == Pause(T0 + 20 * DAY, T0 + 40 * DAY)


def test_lifting_what_has_run_out_changes_nothing() -> None:
    history = [change(PauseKind.PAUSED, T0, T0 + DAY), change(PauseKind.LIFTED, T0 + 2 * DAY)]
    assert state.pauses(history) == [Pause(T0, T0 + DAY)]
    assert state.pauses([change(PauseKind.LIFTED, T0)]) == []


@dataclass(frozen=True)
class Clock:
    """The contract's way of telling time: seconds that are not paused, up to ``now``."""

    stops: Sequence[Pause]

    def paused(self, since: datetime, now: datetime) -> timedelta:
        """How much of ``since`` to ``now`` was paused."""
        spans = [(max(stop.start, since), min(stop.end, now)) for stop in self.stops]
        return sum((end - start for start, end in spans if end > start), timedelta(0))


@st.composite
def pause_lists(draw: st.DrawFn) -> list[Pause]:
    """Pauses that do not overlap, in order."""
    stops, at_hour = [], 0
    for _ in range(draw(st.integers(0, 4))):
        at_hour += draw(st.integers(0, 100))
        length = draw(st.integers(1, 100))
        stops.append(Pause(T0 + at_hour * HOUR, T0 + (at_hour + length) * HOUR))
        at_hour += length
    return stops


@given(pause_lists(), st.integers(0, 200), st.integers(0, 300), st.integers(0, 900))
def test_walking_the_pauses_equals_the_contracts_clock(
    stops: list[Pause], since_hour: int, length: int, now_hour: int
) -> None:
    since, now = T0 + since_hour * HOUR, T0 + max(since_hour, now_hour) * HOUR
    deadline = since + length * HOUR
    # The contract: now >= deadline + seconds paused since then, up to now.
    over = now >= deadline + Clock(stops).paused(since, now)
    assert (now >= state.shifted(deadline, since, stops)) == over


ORDER = [
    ProposalState.DRAFT,
    ProposalState.PENDING,
    ProposalState.ACTIVE,
    ProposalState.SUCCEEDED,
    ProposalState.DEFEATED,
    ProposalState.QUEUED,
    ProposalState.EXPIRED,
]


@given(pause_lists(), st.lists(st.integers(0, 1500), min_size=2, max_size=8), st.integers(0, 40))
def test_time_never_leads_back_and_since_is_when_the_state_began(
    stops: list[Pause], hours: list[int], for_votes: int
) -> None:
    subject = proposal(for_votes=for_votes)
    before = -1
    for hour in sorted(hours):
        now = subject.created_at + hour * HOUR
        standing = state.standing(subject, now, stops=stops, supply=100)
        assert ORDER.index(standing.state) >= before
        before = ORDER.index(standing.state)
        if now >= OPENS:
            assert standing.since <= now
            assert at(subject, standing.since, stops) == standing.state


@given(st.integers(0, 10**30), st.integers(1, 100))
def test_quorum_is_the_least_number_that_reaches_the_share(supply: int, percentage: int) -> None:
    needed = state.quorum_votes(supply, percentage)
    assert needed * 100 >= supply * percentage
    assert needed == 0 or (needed - 1) * 100 < supply * percentage
    assert needed == (supply * percentage + 99) // 100  # as the contract computes it
