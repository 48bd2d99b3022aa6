"""What the chain decided about pauses, written as it says. No policy."""

from __future__ import annotations

from collections.abc import Sequence

from contracts import events as chain
from contracts.addresses import ZERO_HASH
from contracts.times import moment
from governance import live
from governance.pauses.models import PauseChange, PauseKind
from governance.publishing import fresh_from, publish_on_commit


def record_pauses_begun(*, events: Sequence[chain.GovernancePaused]) -> None:
    """Write that a guardian stopped voting and execution, and the hash of the reason."""
    _record_pauses(
        events,
        [
            PauseChange(
                event_id=event.position,
                timestamp=event.timestamp,
                number=event.pause_number,
                kind=PauseKind.PAUSED,
                by=event.guardian,
                until=moment(event.until),
                reason_hash=None if event.reason_hash == ZERO_HASH else event.reason_hash,
            )
            for event in events
        ],
    )


def record_pauses_extended(*, events: Sequence[chain.PauseExtended]) -> None:
    """Write that a second guardian joined a pause, or that two extended it."""
    _record_pauses(
        events,
        [
            PauseChange(
                event_id=event.position,
                timestamp=event.timestamp,
                number=event.pause_number,
                kind=PauseKind.EXTENDED,
                by=event.guardian,
                until=moment(event.new_until),
            )
            for event in events
        ],
    )


def record_pauses_lifted(*, events: Sequence[chain.GovernanceUnpaused]) -> None:
    """Write that a pause was lifted, and until when nobody may pause again."""
    _record_pauses(
        events,
        [
            PauseChange(
                event_id=event.position,
                timestamp=event.timestamp,
                number=event.pause_number,
                kind=PauseKind.LIFTED,
                by=event.by,
                immune_until=moment(event.immune_until),
            )
            for event in events
        ],
    )


def _record_pauses(events: Sequence[chain.Decoded], changes: Sequence[PauseChange]) -> None:
    PauseChange.objects.bulk_create(changes)
    since = fresh_from()
    publish_on_commit(
        [
            live.pause_changed(
                change, block_number=event.block_number, transaction_hash=event.transaction_hash
            )
            for event, change in zip(events, changes, strict=True)
            if event.timestamp >= since
        ]
    )
