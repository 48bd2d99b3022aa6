"""Decisions on the officers' side: proposals, votes, their reasons, delegations, rules."""

from governance.admin import ballots, proposals, reasons, registry

__all__ = ["ballots", "proposals", "reasons", "registry"]
