"""What was decided about people's roles, as domain events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypedDict

from contracts.facts import fact_of
from core.events.registry import register_event
from core.events.services import record
from identity import events as chain
from identity.roles.models import RoleChange, RoleChangeKind

GRANTED: Final = "role.granted"
ENDED: Final = "role.ended"


class RoleDecided(TypedDict):
    """Whose role, and how it changed (``granted``, ``revoked``, ``expired``). Addresses lower-case 0x-hex."""

    role: str
    account: str
    change: str


for _name in (GRANTED, ENDED):
    register_event(_name, RoleDecided)


def record_roles(
    events: Sequence[chain.RoleGranted | chain.RoleRevoked | chain.RoleExpired], changes: Sequence[RoleChange]
) -> None:
    """Record roles given and ended; ``changes`` are the rows made of ``events``, in the same order."""
    record(
        [
            fact_of(
                GRANTED if change.kind == RoleChangeKind.GRANTED else ENDED,
                event,
                RoleDecided(role=str(change.role), account=change.account, change=str(change.kind)),
            )
            for event, change in zip(events, changes, strict=True)
        ]
    )
