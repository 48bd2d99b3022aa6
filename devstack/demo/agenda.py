"""What Riverbend decides: the form in which its proposals are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HOUR: Final = 3_600
DAY: Final = 24 * HOUR
POLICY, BUDGET, PARAMETER, ROLE = 0, 1, 2, 3  # in the order of the contract's enum
NOTICE: Final = 0.05  # days between setting a vote and its opening, a little more than the rules ask for


@dataclass(frozen=True, slots=True)
class Item:
    """One proposal and its fate. Times are days before now; negative ones lie ahead.

    Attributes:
        key: short name, seed of all chance about it.
        kind: index of the contract's ProposalType.
        proposer: who wrote it.
        created: when it was handed in.
        supporters: how many endorse it.
        activated: when an administrator set the vote; None for a draft.
        opens: when voting opens, if later than the rules ask for.
        queued, executed: when the adopted proposal was queued, carried out.
        cancelled: when two administrators asked for and carried out its cancellation.
        reason: why they did.
        shares: of For and Against among the ballots; the rest abstains.
        turnout: share of those who may vote who did.
        parameter: for a PARAMETER proposal the rule, what it is expected to be, what it shall be.
        delegate: whom a ROLE proposal lists as a delegate.
        credits: whether votes cost credits, so that people say how much it matters to them.
    """

    key: str
    kind: int
    proposer: str
    title: str
    topic: str
    summary: str
    description: str
    created: float
    supporters: int
    activated: float | None = None
    opens: float | None = None
    queued: float | None = None
    executed: float | None = None
    cancelled: tuple[float, float] | None = None
    shares: tuple[float, float] = (0.0, 0.0)
    turnout: float = 0.0
    reason: str = ""
    parameter: tuple[str, int, int] | None = None
    delegate: str = ""
    credits: bool = False

    @property
    def vote_start(self) -> float | None:
        """When voting opens; None for a draft."""
        if self.activated is None or self.opens is not None:
            return self.opens
        return self.activated - NOTICE
