"""From the contract's event to rows, and the recount of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contracts import registry
from contracts.verify.compare import Difference, compare_table
from contracts.verify.context import VerifyContext
from testing.exampleapp import events
from testing.exampleapp.models import Pledge


@registry.handle("TestPledges", "Pledged")
def on_pledged(batch: Sequence[events.Pledged]) -> None:
    """Write a row for each."""
    Pledge.objects.bulk_create(
        Pledge(
            event_id=event.position,
            timestamp=event.timestamp,
            cause_id=event.cause_id,
            helper=event.helper,
            hours=event.hours,
        )
        for event in batch
    )


def verify_pledges(ctx: VerifyContext) -> Iterator[Difference]:
    """Every pledge, every field."""
    expected = {
        event["position"]: {
            "timestamp": event["timestamp"],
            "cause_id": event["args"]["causeId"],
            "helper": event["args"]["helper"],
            "hours": event["args"]["hours_"],
        }
        for event in ctx.named("Pledged")
    }
    return compare_table(Pledge, expected, within=ctx.positions)


registry.verifier("example_pledges", verify_pledges, partial=True)
