"""From events of the RoleManager and the roll of citizens to services."""

from __future__ import annotations

from collections.abc import Sequence

from contracts import events, registry
from contracts.registry import RemovedEvent
from identity import services, verify

ROLE_EVENTS = frozenset({"RoleGranted", "RoleRevoked", "RoleExpired"})


@registry.handle("RoleManager", "RoleGranted")
def on_role_granted(batch: Sequence[events.RoleGranted]) -> None:
    services.record_roles_granted(events=batch)


@registry.handle("RoleManager", "RoleRevoked")
def on_role_revoked(batch: Sequence[events.RoleRevoked]) -> None:
    services.record_roles_revoked(events=batch)


@registry.handle("RoleManager", "RoleExpired")
def on_role_expired(batch: Sequence[events.RoleExpired]) -> None:
    services.record_roles_expired(events=batch)


@registry.handle("RoleManager", "RoleChangeRequested")
def on_role_change_requested(batch: Sequence[events.RoleChangeRequested]) -> None:
    services.record_role_requests(events=batch)


@registry.handle("RoleManager", "OfficerIdentified")
def on_officer_identified(batch: Sequence[events.OfficerIdentified]) -> None:
    services.record_officers(events=batch)


@registry.handle("VotingEngine", "CitizenChanged")
def on_citizen_changed(batch: Sequence[events.CitizenChanged]) -> None:
    services.record_census_changes(events=batch)


@registry.on_revert
def on_reverted(ancestor_number: int, removed: Sequence[RemovedEvent]) -> None:
    """The rows went with their events; what is left are the groups that mirrored them."""
    services.mirror_groups(
        addresses=[event.data["account"] for event in removed if event.event_name in ROLE_EVENTS]
    )


verify.register()
