"""Domain events that rest on the chain's: recorded with them, withdrawn with them, final with their block."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contracts import registry
from contracts.blocks import RemovedEvent
from contracts.decoded import Decoded
from contracts.indexer.cursor import NAME
from contracts.models import Cursor
from core.db.fence.services import exclusive_lock
from core.events.registry import Fact
from core.events.services import deliver, tell_withdrawn, withdraw_above
from core.subjects import Subject

LOCK = "events"
LOCK_SECONDS = 30  # longer than a subscriber should take; the database keeps two tellers apart after that


def fact_of(name: str, event: Decoded, payload: Mapping[str, Any]) -> Fact:
    """A domain event that rests on one of the chain's events and is about the same."""
    kind, subject_id = event.subject_columns()
    return Fact(
        name,
        payload,
        position=event.position,
        block_number=event.block_number,
        block_hash=event.block_hash,
        occurred_at=event.timestamp,
        subject=Subject(kind, subject_id) if kind else None,
    )


@registry.on_revert
def on_reverted(ancestor_number: int, removed: Sequence[RemovedEvent]) -> None:
    """What rested on the events that went stands no more."""
    withdraw_above(ancestor_number)


def tell_subscribers() -> None:
    """Tell what was withdrawn, seen and final since; what fails is told again the next time.

    Outside any transaction of the indexer's, so that no subscriber slows it down or makes it fail.
    """
    with exclusive_lock(LOCK, seconds=LOCK_SECONDS) as got:
        if not got:
            return  # another worker tells it
        tell_withdrawn(lambda: _cursor("block_number"))
        deliver("seen", _cursor("block_number"))
        deliver("final", _cursor("finalized_number"))


def _cursor(column: str) -> int:
    found = Cursor.objects.filter(name=NAME).values_list(column, flat=True).first()
    return -1 if found is None else found
