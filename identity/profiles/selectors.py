"""Reads of what is public of an address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.addresses import short
from identity.accounts.selectors import user_of
from identity.census.selectors.roll import citizenship
from identity.roles.selectors.roles import RoleHeld, current_roles


@dataclass(frozen=True, slots=True)
class Profile:
    """What is public of an address: chosen words and what the chain says."""

    address: str
    name: str
    chosen_name: str
    bio: str
    avatar: str
    did: str | None
    joined_at: datetime | None
    last_active: datetime | None
    roles: list[RoleHeld]
    citizen_since: datetime | None


def profile(address: str) -> Profile:
    """What is public of ``address``; every address has a profile, most are bare."""
    address = address.lower()
    user = user_of(address)
    metadata = user.metadata if user is not None and user.is_active else {}
    unit = citizenship(address)
    chosen = str(metadata.get("displayName") or "")
    return Profile(
        address=address,
        name=chosen or short(address),
        chosen_name=chosen,
        bio=str(metadata.get("bio") or ""),
        avatar=str(metadata.get("avatar") or ""),
        did=user.did if user else None,
        joined_at=user.date_joined if user else None,
        last_active=user.last_active if user else None,
        roles=current_roles(address),
        citizen_since=unit.since if unit else None,
    )
