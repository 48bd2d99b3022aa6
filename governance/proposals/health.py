"""Whether what was decided gets done. Registered by ``GovernanceConfig``."""

from __future__ import annotations

from core.health.registry import Finding, part
from governance.proposals.keeper import overdue


@part("keeper", source="database")
def decisions_are_carried_out() -> Finding:
    """Whether something adopted has waited for its next step longer than it should."""
    count = len(overdue())
    detail = f"{count} decisions wait for what anyone may set off" if count else ""
    return Finding("degraded" if count else "ok", detail, {"overdue": count})
