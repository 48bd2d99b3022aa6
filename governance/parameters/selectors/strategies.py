"""Which way of counting a proposal was put under."""

from __future__ import annotations

from django.db.models import QuerySet

from governance.parameters.models import Strategy
from governance.parameters.strategies import ONE_PERSON
from governance.proposals.models import (
    Proposal,
)


def strategy_kind(proposal: Proposal) -> str:
    """The kind of ``proposal``'s way of counting, for example ``one-person-one-vote``."""
    kind = Strategy.objects.filter(address=proposal.strategy).values_list("kind", flat=True).first()
    return kind or ONE_PERSON


def strategy_kinds() -> dict[str, str]:
    """Kind by the address of each way of counting; for lists."""
    return dict(Strategy.objects.values_list("address", "kind"))


def strategies() -> QuerySet[Strategy]:
    """All ways of counting, retired ones too, oldest first."""
    return Strategy.objects.order_by("event_id")
