"""The contracts that say who is who: which of their events are read, and why the others are not."""

from __future__ import annotations

from contracts import events
from contracts.registry import register_contract

register_contract(
    "RoleManager",
    events=(
        events.RoleGranted,
        events.RoleRevoked,
        events.RoleExpired,
        events.RoleUnchanged,
        events.RoleChangeRequested,
        events.RoleChangeCompleted,
        events.RoleChangeWithdrawn,
        events.RoleChangeApproved,
        events.OfficerChangeScheduled,
        events.OfficerChangeObjected,
        events.OfficerChangeCarriedOut,
        events.PersonIdentified,
        events.PersonCorrectionRequested,
        events.CitizenMoveRequested,
        events.CitizenMoved,
    ),
    ignored={"RoleUnchanged": "A proposal asked for what was so already: no row changes."},
    unread={"Initialized": "a proxy's initialiser ran, once, at deployment"},
)
register_contract("VotingEngine", events=(events.CitizenChanged,))
