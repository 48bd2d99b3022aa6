"""Live messages about people's roles."""

from __future__ import annotations

from typing import TypedDict

from contracts.addresses import checksum
from core.live.registry import register_topic
from core.live.stream import Message
from identity.roles.models import RoleChange


class RoleChanged(TypedDict):
    """``role:changed``: who was given or lost which role. Addresses EIP-55, times ISO 8601 in UTC."""

    role: str
    account: str
    change: str
    by: str | None
    until: str | None
    blockNumber: int
    transactionHash: str
    timestamp: str


def role_changed(change: RoleChange, *, block_number: int, transaction_hash: str) -> Message:
    """The message for one change of a role."""
    data = RoleChanged(
        role=change.role,
        account=checksum(change.account),
        change=change.kind,
        by=checksum(change.by) if change.by else None,
        until=change.until.isoformat().replace("+00:00", "Z") if change.until else None,
        blockNumber=block_number,
        transactionHash=transaction_hash,
        timestamp=change.timestamp.isoformat().replace("+00:00", "Z"),
    )
    return Message("role:changed", data)


register_topic("roles", {"role:changed": RoleChanged})
