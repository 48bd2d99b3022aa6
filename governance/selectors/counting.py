"""The ways of counting that this deployment has registered, in words."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.addresses import short
from governance import strategies
from governance.parameters import duration
from governance.selectors.proposals import strategies as registered


@dataclass(frozen=True, slots=True)
class WayOfCounting:
    """A way of counting that a proposal may choose; ``explanation`` is a line, empty for an unknown kind."""

    address: str
    kind: str
    label: str
    explanation: str

    @property
    def places(self) -> int:
        """Decimal places of a vote."""
        return strategies.decimals(self.kind)


def ways_of_counting() -> list[WayOfCounting]:
    """The ways that a proposal may choose, oldest first; of several with one name each bears its address."""
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
        )
        for row, label in zip(rows, labels, strict=True)
    ]


def way_of_counting(address: str) -> WayOfCounting | None:
    """The way of counting at ``address``; None if none is registered there."""
    return next((each for each in ways_of_counting() if each.address == address), None)
