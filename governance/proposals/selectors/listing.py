"""The list of proposals as people look through it: filtered, sorted, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from governance.proposals.models import Proposal, ProposalState
from governance.proposals.selectors.proposals import proposals, search

PAGE_SIZE = 8
#: What is open comes first, then what will be, then what waits for an act, then what is over.
_RANK = {
    state: rank
    for rank, state in enumerate(
        (
            ProposalState.ACTIVE,
            ProposalState.PENDING,
            ProposalState.DRAFT,
            ProposalState.SUCCEEDED,
            ProposalState.QUEUED,
        )
    )
}
CLOSING, NEWEST, VOTES = "closing", "newest", "votes"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asks for; empty means everything."""

    words: str = ""
    states: Sequence[str] = ()
    kinds: Sequence[str] = ()
    topics: Sequence[str] = ()
    only: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page: rows in order, how many fit in all, and the numbers that its neighbours hang on."""

    rows: list[Proposal]
    total: int
    after: int | None
    before: int | None


def list_page(
    wanted: Wanted, *, sort: str = CLOSING, after: int | None = None, before: int | None = None
) -> ListPage:
    """The page that follows the proposal ``after``, or precedes ``before``; else the first.

    Pages hang on a proposal, not on a number, so what is added meanwhile shifts nothing. Two queries.
    """
    queryset = search(proposals(), wanted.words) if wanted.words else proposals()
    if wanted.states:
        queryset = queryset.filter(state__in=wanted.states)
    if wanted.kinds:
        queryset = queryset.filter(proposal_type__in=wanted.kinds)
    if wanted.topics:
        queryset = queryset.filter(topic__in=wanted.topics)
    columns = (
        "proposal_id",
        "state",
        "vote_end",
        "created_at",
        "for_votes",
        "against_votes",
        "abstain_votes",
        "action_count",
    )
    rows = [row for row in queryset.values_list(*columns) if wanted.only is None or row[0] in wanted.only]
    numbers = [row[0] for row in sorted(rows, key=lambda row: _key(row, sort))]
    start = _start(numbers, after, before)
    shown = numbers[start : start + PAGE_SIZE]
    found = Proposal.objects.in_bulk(shown)
    return ListPage(
        rows=[found[number] for number in shown if number in found],
        total=len(numbers),
        after=shown[-1] if shown and start + PAGE_SIZE < len(numbers) else None,
        before=shown[0] if shown and start > 0 else None,
    )


def _start(numbers: list[int], after: int | None, before: int | None) -> int:
    if after in numbers:
        return numbers.index(after) + 1
    if before in numbers:
        return max(0, numbers.index(before) - PAGE_SIZE)
    return 0


def _key(row: tuple[int, str, datetime | None, datetime, int, int, int, int], sort: str) -> tuple[float, ...]:
    number, state, vote_end, created_at, *votes, actions = row
    newest = -created_at.timestamp()
    if sort == NEWEST:
        return (newest, -number)
    if sort == VOTES:
        return (-sum(votes), newest, -number)
    over = state == ProposalState.SUCCEEDED and not actions  # a decision in words waits for nothing
    rank = len(_RANK) if over else _RANK.get(ProposalState(state), len(_RANK))
    if vote_end is None:
        return (rank, newest, -number)
    # Open votes that close soonest first; of those that are over, the latest first.
    return (rank, vote_end.timestamp() if rank < len(_RANK) else -vote_end.timestamp(), -number)
