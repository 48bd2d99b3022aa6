"""A tally as a bar, and the quorum as another, in the units of an SVG's view box."""

from __future__ import annotations

from dataclasses import dataclass

from governance.ballots.models import Support
from governance.ballots.selectors.results import TallyView, tally
from governance.parameters.strategies import Units
from governance.proposals.models import Proposal

BAR_WIDTH = 600.0  # the browser stretches it to the room there is
_GAP = 2.0  # between two parts of a bar, so that they are told apart without colour
_MARK_AT = 400.0  # where the quorum's mark stands while the bar has room beyond it


@dataclass(frozen=True, slots=True)
class Part:
    """One choice of a tally: votes, share in whole percents, and its place in the bar."""

    support: Support
    votes: int
    percent: int
    x: float
    width: float

    @property
    def key(self) -> str:
        return self.support.name.lower()


@dataclass(frozen=True, slots=True)
class Tally:
    """A tally as the pages draw it: parts in the order For, Abstain, Against; the quorum once it is known.

    ``places`` are the decimal places of a vote: none where people count, 18 where tokens do.
    """

    parts: tuple[Part, ...]
    total: int
    counted: int
    needed: int | None
    missing: int
    is_met: bool
    supply: int | None
    turnout: int | None
    places: int

    @property
    def leader(self) -> Part | None:
        """The side that is ahead, None at a tie; Abstain takes no side."""
        forward, _abstain, against = self.parts
        if forward.votes == against.votes:
            return None
        return forward if forward.votes > against.votes else against

    @property
    def mark_x(self) -> float:
        """Where the quorum's mark stands; it moves left as the count outgrows the bar."""
        return self._scale(self.needed or 0)

    @property
    def counted_x(self) -> float:
        """How far the quorum's bar reaches."""
        return self._scale(self.counted)

    def _scale(self, votes: int) -> float:
        top = max((self.needed or 0) * BAR_WIDTH / _MARK_AT, self.counted, 1)
        return round(votes * BAR_WIDTH / top, 1)


def tally_of(proposal: Proposal, places: int) -> Tally:
    """The tally of ``proposal``, whose votes have ``places`` decimals, with its geometry; needs no query."""
    view = tally(proposal)

    def known(votes: int | None) -> Units | None:
        return None if votes is None else Units(votes, places)

    return Tally(
        parts=_parts(view, places),
        total=Units(view.total, places),
        counted=Units(view.counted_for_quorum, places),
        needed=known(view.quorum),
        missing=Units(view.missing or 0, places),
        is_met=bool(view.quorum_reached),
        supply=known(view.supply),
        turnout=view.turnout,
        places=places,
    )


def _parts(view: TallyView, places: int) -> tuple[Part, ...]:
    choices = (
        (Support.FOR, view.for_votes, view.for_percent),
        (Support.ABSTAIN, view.abstain_votes, view.abstain_percent),
        (Support.AGAINST, view.against_votes, view.against_percent),
    )
    shown = sum(1 for _support, votes, _percent in choices if votes)
    room = BAR_WIDTH - _GAP * max(0, shown - 1)
    parts: list[Part] = []
    x = 0.0
    for support, votes, percent in choices:
        width = room * votes / view.total if view.total else 0.0
        parts.append(Part(support, Units(votes, places), percent, round(x, 1), round(width, 1)))
        x += width + _GAP if votes else 0.0
    return tuple(parts)
