"""What the chain decided about delegations, written as it says. No policy."""

from __future__ import annotations

from collections.abc import Sequence

from contracts import events as chain
from contracts.addresses import ZERO_ADDRESS
from governance.delegation.models import DelegationChange


def record_delegation_changes(*, events: Sequence[chain.DelegateChanged]) -> None:
    """Write votes given to delegates and taken back."""
    DelegationChange.objects.bulk_create(
        [
            DelegationChange(
                event_id=event.position,
                timestamp=event.timestamp,
                delegator=event.delegator,
                scope=event.scope,
                from_delegate=None if event.from_delegate == ZERO_ADDRESS else event.from_delegate,
                to_delegate=None if event.to_delegate == ZERO_ADDRESS else event.to_delegate,
            )
            for event in events
        ],
        batch_size=1000,
    )
