"""What the chain decided about roles, persons and the roll, written as it says. No policy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from contracts.times import moment
from core.live import stream
from identity import events as chain
from identity import live
from identity.accounts.services import mirror_groups
from identity.census.services import none_if_zero
from identity.facts import record_roles
from identity.roles.hashes import role_of
from identity.roles.models import RoleChange, RoleChangeKind

FRESH = timedelta(minutes=2)  # older events are history being read, not news


def record_role_changes(
    *, events: Sequence[chain.RoleGranted | chain.RoleRevoked | chain.RoleExpired]
) -> list[RoleChange]:
    """Write what the events say: roles given, taken and run out."""
    changes = RoleChange.objects.bulk_create([_change(event) for event in events], batch_size=1000)
    mirror_groups(addresses=[change.account for change in changes])
    record_roles(events, changes)
    fresh_from = timezone.now() - FRESH
    messages = [
        live.role_changed(change, block_number=event.block_number, transaction_hash=event.transaction_hash)
        for change, event in zip(changes, events, strict=True)
        if change.timestamp >= fresh_from
    ]
    if messages:
        transaction.on_commit(partial(stream.publish, messages))
    return changes


def _change(event: chain.RoleGranted | chain.RoleRevoked | chain.RoleExpired) -> RoleChange:
    change = RoleChange(
        event_id=event.position,
        timestamp=event.timestamp,
        role=role_of(event.role),
        account=event.account,
    )
    match event:
        case chain.RoleGranted():
            change.kind = RoleChangeKind.GRANTED
            change.by, change.until = none_if_zero(event.granted_by), moment(event.new_until)
        case chain.RoleRevoked():
            change.kind = RoleChangeKind.REVOKED
            change.by, change.reason_hash = none_if_zero(event.revoked_by), none_if_zero(event.reason_hash)
        case chain.RoleExpired():
            change.kind, change.until = RoleChangeKind.EXPIRED, moment(event.until)
    return change
