"""Decisions on the officers' side: proposals, votes, delegations, rules."""

from governance.admin import ballots, proposals, registry

__all__ = ["ballots", "proposals", "registry"]
