"""What was decided about proposals, as domain events, and the one that tells open pages that it is final."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, TypedDict

from django.utils import timezone

from contracts.facts import fact_of
from core.events.registry import Fact, register_event, subscribe
from core.events.services import record
from governance import events as chain
from governance import live
from governance.publishing import publish_on_commit

ADOPTED: Final = "proposal.adopted"
EXECUTED: Final = "proposal.executed"
CANCELLED: Final = "proposal.cancelled"
NEWS: Final = timedelta(days=1)  # what became final in an older block is history being read


class ProposalDecided(TypedDict):
    """The state that was reached, and the transaction that says so."""

    proposalId: str
    state: str
    transactionHash: str


for _name in (ADOPTED, EXECUTED, CANCELLED):
    register_event(_name, ProposalDecided)


def record_decided(
    name: str,
    state: str,
    events: Sequence[chain.ProposalQueued | chain.ProposalExecuted | chain.ProposalCancelled],
) -> None:
    """Record that proposals reached ``state``."""
    record(
        [
            fact_of(
                name,
                event,
                ProposalDecided(
                    proposalId=str(event.proposal_id), state=state, transactionHash=event.transaction_hash
                ),
            )
            for event in events
        ]
    )


@subscribe(ADOPTED, "final")
@subscribe(EXECUTED, "final")
@subscribe(CANCELLED, "final")
def tell_final(fact: Fact) -> None:
    """Have open pages say that it can't be taken back any more."""
    if fact.occurred_at >= timezone.now() - NEWS:
        publish_on_commit([live.proposal_final(fact)])
