"""Reads about people: roles, the roll of citizens, requests by two, the names they chose."""

from identity.selectors.accounts import (
    addresses_named,
    chosen_names,
    name_for,
    names_for,
    statements,
    user_of,
)
from identity.selectors.announced import AnnouncedChange, announced_officer_changes
from identity.selectors.chunks import IN_CHUNK
from identity.selectors.clock import now
from identity.selectors.expiries import ran_out
from identity.selectors.fates import Fate, request_fate, request_fates
from identity.selectors.objections import objected_until
from identity.selectors.persons import (
    account_of,
    accounts_of,
    current_of,
    has_seat,
    is_same_person,
    moved_to,
    origin_of,
    person_key,
)
from identity.selectors.profiles import Profile, profile
from identity.selectors.reasons import reason_text, reason_texts
from identity.selectors.requests import open_role_requests, request_of
from identity.selectors.roles import (
    Member,
    RoleHeld,
    current_roles,
    has_role,
    has_role_since,
    held_since,
    members,
    role_changes,
)
from identity.selectors.roll import (
    Citizenship,
    census_at,
    census_changes,
    citizenship,
    is_citizen,
    own_units,
    units_at,
)

__all__ = [
    "IN_CHUNK",
    "AnnouncedChange",
    "Citizenship",
    "Fate",
    "Member",
    "Profile",
    "RoleHeld",
    "account_of",
    "accounts_of",
    "addresses_named",
    "announced_officer_changes",
    "census_at",
    "census_changes",
    "chosen_names",
    "citizenship",
    "current_of",
    "current_roles",
    "has_role",
    "has_role_since",
    "has_seat",
    "held_since",
    "is_citizen",
    "is_same_person",
    "members",
    "moved_to",
    "name_for",
    "names_for",
    "now",
    "objected_until",
    "open_role_requests",
    "origin_of",
    "own_units",
    "person_key",
    "profile",
    "ran_out",
    "reason_text",
    "reason_texts",
    "request_fate",
    "request_fates",
    "request_of",
    "role_changes",
    "statements",
    "units_at",
    "user_of",
]
