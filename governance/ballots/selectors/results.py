"""How a vote stands: sums, shares, quorum, turnout, and how it grew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.cache import cache

from governance.ballots.models import Support, Vote, WeightReduction
from governance.parameters import rules
from governance.parameters.selectors.values import current_value
from governance.proposals import state
from governance.proposals.models import Proposal
from governance.proposals.selectors.conditions import current_conditions, supply_at_snapshot

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SERIES_SECONDS = 3600  # how long a computed series is kept; its key changes with every vote


@dataclass(frozen=True, slots=True)
class TallyView:
    """A vote's sums and what they mean. Amounts are in the units of the proposal's way of counting.

    Shares are whole percents that add up to 100 (or are all 0). ``quorum`` is what For and Abstain must reach
    together, ``missing`` what they lack; both None while the snapshot is not taken. ``leading`` is ``for``,
    ``against``, ``tie``, or ``none`` without a vote. ``passing_percentage`` is the share of For and Against
    that For needs (50: more For than Against), ``share_reached`` whether it has it. ``turnout`` is a whole
    percent of ``supply``; None where votes cost credits, whose number says nothing of how many people voted.
    """

    for_votes: int
    against_votes: int
    abstain_votes: int
    total: int
    for_percent: int
    against_percent: int
    abstain_percent: int
    supply: int | None
    quorum: int | None
    counted_for_quorum: int
    missing: int | None
    quorum_reached: bool | None
    turnout: int | None
    leading: str
    passing_percentage: int
    share_reached: bool


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """The sums at the end of a stretch of time that ends at ``at``."""

    at: datetime
    for_votes: int
    against_votes: int
    abstain_votes: int


@dataclass(frozen=True, slots=True)
class ResultSeries:
    """How a vote grew: cumulative sums at the end of each hour or day. ``bucket`` is ``hour`` or ``day``."""

    bucket: str
    start: datetime | None
    end: datetime | None
    quorum: int | None
    points: list[SeriesPoint]


def quorum_needed(proposal: Proposal) -> int | None:
    """What For and Abstain must reach together.

    Before the vote is set it is what today's rules and roll would ask; None if nobody is on the roll.
    """
    supply, percentage = proposal.snapshot_supply, proposal.quorum_percentage
    if percentage is None:
        percentage = current_value("quorumPercentage")
    if supply is None:
        from governance.proposals.selectors.stats import power_now

        supply = power_now(proposal) if proposal.vote_start is None else supply_at_snapshot(proposal)
    if not supply or not percentage:
        return None
    return state.quorum_votes(supply, percentage)


def tally(proposal: Proposal) -> TallyView:
    """The vote's sums and what they mean; needs no query."""
    sums = (proposal.for_votes, proposal.abstain_votes, proposal.against_votes)
    total = sum(sums)
    for_percent, abstain_percent, against_percent = percents(sums)
    supply, percentage = proposal.snapshot_supply, proposal.quorum_percentage
    quorum = None if supply is None or percentage is None else state.quorum_votes(supply, percentage)
    counted = state.counted_for_quorum(proposal)
    people = proposal.quorum_people is None
    passing = proposal.passing_percentage or rules.passing_percentage(proposal.proposal_type)
    if total == 0:
        leading = "none"
    elif proposal.for_votes == proposal.against_votes:
        leading = "tie"
    else:
        leading = "for" if proposal.for_votes > proposal.against_votes else "against"
    return TallyView(
        for_votes=proposal.for_votes,
        against_votes=proposal.against_votes,
        abstain_votes=proposal.abstain_votes,
        total=total,
        for_percent=for_percent,
        against_percent=against_percent,
        abstain_percent=abstain_percent,
        supply=supply,
        quorum=quorum,
        counted_for_quorum=counted,
        missing=None if quorum is None else max(0, quorum - counted),
        quorum_reached=None if quorum is None else counted >= quorum,
        turnout=None if not supply or not people else min(100, round(100 * total / supply)),
        leading=leading,
        passing_percentage=passing,
        share_reached=state.share_reached(proposal.for_votes, proposal.against_votes, passing),
    )


def percents(parts: Sequence[int]) -> list[int]:
    """Whole percents of ``parts`` that add up to 100, by the largest remainder; zeros for nothing."""
    total = sum(parts)
    if total == 0:
        return [0] * len(parts)
    shares = [part * 100 // total for part in parts]
    order = sorted(range(len(parts)), key=lambda i: (-(parts[i] * 100 % total), i))
    for index in order[: 100 - sum(shares)]:
        shares[index] += 1
    return shares


def result_series(proposal: Proposal, bucket: str | None = None) -> ResultSeries:
    """How the vote grew, by ``hour`` or ``day`` (default: days from three days of voting on)."""
    at = current_conditions()
    start, closes = proposal.vote_start, state.vote_closes(proposal, at.stops)
    quorum = tally(proposal).quorum
    if start is None or closes is None or at.now < start:
        return ResultSeries(bucket or "day", start, closes, quorum, [])
    if bucket not in {"hour", "day"}:
        bucket = "day" if closes - start >= timedelta(days=3) else "hour"
    key = f"series:{proposal.proposal_id}:{proposal.event_id}:{bucket}:{proposal.updated_at.timestamp()}"
    key += f":{proposal.for_votes}:{proposal.against_votes}:{proposal.abstain_votes}"
    sums = cache.get(key)
    if sums is None:
        sums = list(_cumulate(_movements(proposal), HOUR if bucket == "hour" else DAY))
        cache.set(key, sums, SERIES_SECONDS)
    return ResultSeries(bucket, start, closes, quorum, [SeriesPoint(*row) for row in sums])


def _movements(proposal: Proposal) -> list[tuple[int, datetime, int, int]]:
    """(event, time, side, change) of every ballot and every vote taken back, in chain order."""
    votes = Vote.objects.filter(proposal_id=proposal.proposal_id)
    moves = list(votes.values_list("event_id", "timestamp", "support", "weight").iterator(chunk_size=5000))
    lost = WeightReduction.objects.filter(proposal_id=proposal.proposal_id, counted=True)
    reductions = list(lost.values_list("event_id", "timestamp", "delegate", "old_weight", "new_weight"))
    if reductions:
        sides = dict(votes.filter(voter__in={row[2] for row in reductions}).values_list("voter", "support"))
        moves += [(event, time, sides[delegate], new - old) for event, time, delegate, old, new in reductions]
    moves.sort()
    return moves


def _cumulate(
    moves: Iterable[tuple[int, datetime, int, int]], width: timedelta
) -> Iterator[tuple[datetime, int, int, int]]:
    """(end, for, against, abstain) of each stretch of ``width``, in UTC, from the first vote on."""
    sums = [0, 0, 0]
    end: datetime | None = None
    for _event, time, side, change in moves:
        if end is None:
            end = _floor(time, width) + width
        while time >= end:
            yield end, sums[Support.FOR], sums[Support.AGAINST], sums[Support.ABSTAIN]
            end += width
        sums[side] += change
    if end is not None:
        yield end, sums[Support.FOR], sums[Support.AGAINST], sums[Support.ABSTAIN]


def _floor(time: datetime, width: timedelta) -> datetime:
    seconds = int(width.total_seconds())
    return datetime.fromtimestamp(int(time.timestamp()) // seconds * seconds, UTC)
