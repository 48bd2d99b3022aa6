"""Whether roles that ran out get recorded. Registered by ``IdentityConfig``."""

from __future__ import annotations

from core.health.registry import Finding, part
from identity.roles.keeper import overdue


@part("expiries", source="database")
def ends_of_roles_are_recorded() -> Finding:
    """Whether the end of a role or of a citizen's unit waits to be recorded longer than it should."""
    count = len(overdue())
    detail = (
        f"{count} roles ran out and nobody told the contracts, so that they count in quorums" if count else ""
    )
    return Finding("degraded" if count else "ok", detail, {"overdue": count})
