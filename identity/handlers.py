"""From events of the RoleManager and the roll of citizens to services."""

from __future__ import annotations

from collections.abc import Sequence

from contracts import registry
from contracts.blocks import RemovedEvent
from identity import events, verify
from identity.accounts.services import mirror_groups
from identity.census.services import record_census_changes, record_citizen_moves, record_person_keys
from identity.roles.services.changes import record_role_changes
from identity.roles.services.requests import record_halves, record_steps

# Events after which groups are mirrored, and which of their arguments say whose.
ROLE_EVENTS = {
    "RoleGranted": ("account",),
    "RoleRevoked": ("account",),
    "RoleExpired": ("account",),
    "CitizenMoved": ("oldAccount", "newAccount"),
    "CitizenChanged": ("account",),
}


@registry.handle("RoleManager", "RoleGranted")
def on_role_granted(batch: Sequence[events.RoleGranted]) -> None:
    record_role_changes(events=batch)


@registry.handle("RoleManager", "RoleRevoked")
def on_role_revoked(batch: Sequence[events.RoleRevoked]) -> None:
    record_role_changes(events=batch)


@registry.handle("RoleManager", "RoleExpired")
def on_role_expired(batch: Sequence[events.RoleExpired]) -> None:
    record_role_changes(events=batch)


@registry.handle("RoleManager", "RoleChangeRequested")
def on_role_change_requested(batch: Sequence[events.RoleChangeRequested]) -> None:
    record_halves(events=batch)


@registry.handle("RoleManager", "PersonCorrectionRequested")
def on_person_correction_requested(batch: Sequence[events.PersonCorrectionRequested]) -> None:
    record_halves(events=batch)


@registry.handle("RoleManager", "CitizenMoveRequested")
def on_citizen_move_requested(batch: Sequence[events.CitizenMoveRequested]) -> None:
    record_halves(events=batch)


@registry.handle("RoleManager", "RoleChangeCompleted")
def on_role_change_completed(batch: Sequence[events.RoleChangeCompleted]) -> None:
    record_steps(events=batch)


@registry.handle("RoleManager", "RoleChangeWithdrawn")
def on_role_change_withdrawn(batch: Sequence[events.RoleChangeWithdrawn]) -> None:
    record_steps(events=batch)


@registry.handle("RoleManager", "RoleChangeApproved")
def on_role_change_approved(batch: Sequence[events.RoleChangeApproved]) -> None:
    record_steps(events=batch)


@registry.handle("RoleManager", "OfficerChangeScheduled")
def on_officer_change_scheduled(batch: Sequence[events.OfficerChangeScheduled]) -> None:
    record_steps(events=batch)


@registry.handle("RoleManager", "OfficerChangeObjected")
def on_officer_change_objected(batch: Sequence[events.OfficerChangeObjected]) -> None:
    record_steps(events=batch)


@registry.handle("RoleManager", "OfficerChangeCarriedOut")
def on_officer_change_carried_out(batch: Sequence[events.OfficerChangeCarriedOut]) -> None:
    record_steps(events=batch)


@registry.handle("RoleManager", "PersonIdentified")
def on_person_identified(batch: Sequence[events.PersonIdentified]) -> None:
    record_person_keys(events=batch)


@registry.handle("RoleManager", "CitizenMoved")
def on_citizen_moved(batch: Sequence[events.CitizenMoved]) -> None:
    record_citizen_moves(events=batch)


@registry.handle("VotingEngine", "CitizenChanged")
def on_citizen_changed(batch: Sequence[events.CitizenChanged]) -> None:
    record_census_changes(events=batch)


@registry.on_revert
def on_reverted(ancestor_number: int, removed: Sequence[RemovedEvent]) -> None:
    """The rows went with their events; what is left are the groups that mirrored them."""
    mirror_groups(
        addresses=[event.data[name] for event in removed for name in ROLE_EVENTS.get(event.event_name, ())]
    )


verify.register()
