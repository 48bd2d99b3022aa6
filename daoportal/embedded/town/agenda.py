"""What Riverbend decides: the form in which its proposals are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

DAY: Final = 86_400
POLICY, BUDGET, PARAMETER, ROLE = 0, 1, 2, 3  # in the order of the contract's enum


@dataclass(frozen=True, slots=True)
class Item:
    """One proposal and its fate. Times are days before now; negative ones lie ahead.

    Attributes:
        key: short name, seed of all chance about it.
        kind: index of the contract's ProposalType.
        proposer: who wrote it.
        created: when it was handed in.
        supporters: how many endorse it.
        activated: when an administrator opened it; None for a draft.
        opens: when voting opens, if later than activation.
        queued, executed: when the adopted proposal was queued, carried out.
        cancelled: when two administrators asked for and carried out its cancellation.
        shares: of For and Against among the ballots; the rest abstains.
        turnout: share of those who may vote who did.
        parameters: new rules, for a PARAMETER proposal.
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
    parameters: dict[str, int] = field(default_factory=dict)
    delegate: str = ""
    credits: bool = False
