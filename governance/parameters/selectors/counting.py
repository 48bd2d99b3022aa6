"""The ways of counting that this deployment has registered, in words."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.addresses import short
from governance.parameters import strategies
from governance.parameters.kinds import duration
from governance.parameters.models import Counting
from governance.parameters.selectors.strategies import strategies as registered
from governance.proposals.models import ProposalType


@dataclass(frozen=True, slots=True)
class WayOfCounting:
    """A way of counting, the kinds of proposals that it may decide, and what a proposer needs under it.

    ``explanation`` is a line, empty for an unknown kind. ``threshold`` is in units of its token; 0 where
    people are counted. One that is ``retired`` takes no new proposals.
    """

    address: str
    kind: str
    label: str
    explanation: str
    counting: Counting
    types: frozenset[ProposalType]
    threshold: int
    retired: bool

    @property
    def places(self) -> int:
        """Decimal places of a vote."""
        return strategies.decimals(self.kind)


def all_ways() -> list[WayOfCounting]:
    """Every way of counting, oldest first; of several with one name each bears its address."""
    rows = list(registered())
    labels = [strategies.label(row.kind) for row in rows]
    return [
        WayOfCounting(
            address=row.address,
            kind=row.kind,
            label=label if labels.count(label) == 1 else f"{label} · {short(row.address)}",
            explanation=strategies.explanation(
                row.kind, credits=row.credits or 0, period=duration(row.period_length or 0)
            ),
            counting=Counting(row.counting),
            types=strategies.decides(row.types),
            threshold=row.threshold,
            retired=row.retired_at is not None,
        )
        for row, label in zip(rows, labels, strict=True)
    ]


def ways_of_counting() -> list[WayOfCounting]:
    """The ways that a new proposal may choose."""
    return [each for each in all_ways() if not each.retired]


def ways_for(kind: str) -> list[WayOfCounting]:
    """The ways that a new proposal of ``kind`` may choose."""
    return [each for each in ways_of_counting() if kind in each.types]


def way_of_counting(address: str) -> WayOfCounting | None:
    """The way of counting at ``address``, retired or not; None if none is registered there."""
    return next((each for each in all_ways() if each.address == address), None)
