"""The contracts that say who is who: which of their events are read, and why the others are not."""

from __future__ import annotations

from contracts.abi import register_contract
from identity import events

register_contract(
    "RoleManager",
    events=events.ROLE_MANAGER,
    ignored={"RoleUnchanged": "A proposal asked for what was so already: no row changes."},
    unread={"Initialized": "a proxy's initialiser ran, once, at deployment"},
)
register_contract("VotingEngine", events=events.VOTING_ENGINE)
