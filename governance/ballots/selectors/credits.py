"""Voice credits: what a person may still spend where n votes cost n × n of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from math import isqrt

from governance.ballots.models import Vote
from governance.parameters.models import Strategy
from governance.parameters.strategies import QUADRATIC
from governance.proposals.models import Proposal
from identity.census.selectors.persons import accounts_of


@dataclass(frozen=True, slots=True)
class Credits:
    """One person's credits in the period of a vote: ``[since, until)``. What is left then is lost."""

    budget: int
    spent: int
    since: datetime
    until: datetime

    @property
    def left(self) -> int:
        return self.budget - self.spent

    @property
    def most_votes(self) -> int:
        """How many votes the rest buys in one ballot."""
        return isqrt(self.left)


def credits_of(proposal: Proposal, address: str) -> Credits | None:
    """What ``address`` may spend in the period in which voting on ``proposal`` opens.

    None where votes cost nothing, or before the opening is set.
    """
    strategy = Strategy.objects.filter(address=proposal.strategy, kind=QUADRATIC).first()
    if strategy is None or proposal.vote_start is None or not strategy.period_length:
        return None
    length = strategy.period_length
    begins = int(proposal.vote_start.timestamp()) // length * length
    since, until = datetime.fromtimestamp(begins, UTC), datetime.fromtimestamp(begins + length, UTC)
    cast = Vote.objects.filter(
        voter__in=accounts_of(address),  # a new account brings no new credits
        proposal__strategy=proposal.strategy,
        proposal__vote_start__gte=since,
        proposal__vote_start__lt=until,
    )
    spent = sum(weight**2 for weight in cast.values_list("weight", flat=True))
    return Credits(strategy.credits or 0, spent, since, until)
