"""Writes about people. ``record_*`` write what the chain decided and apply no policy.

The rest serve a person.
"""

from identity.services.accounts import (
    LIMITS,
    accept_profile,
    link_address,
    mirror_groups,
    shown_text,
    touch,
    update_profile,
)
from identity.services.decided import (
    record_census_changes,
    record_citizen_moves,
    record_person_keys,
    record_role_changes,
)
from identity.services.reasons import LONGEST_REASON, keep_reason
from identity.services.requests import record_halves, record_steps

__all__ = [
    "LIMITS",
    "LONGEST_REASON",
    "accept_profile",
    "keep_reason",
    "link_address",
    "mirror_groups",
    "record_census_changes",
    "record_citizen_moves",
    "record_halves",
    "record_person_keys",
    "record_role_changes",
    "record_steps",
    "shown_text",
    "touch",
    "update_profile",
]
