"""The one answer to "may this account act as an officer?"; the officers' site, the API and the admin ask it.

A group alone is no answer: it mirrors what was granted, and a role runs out by the clock without an event.
"""

from __future__ import annotations

from typing import Any

from contracts.selectors import chain_now
from identity.roles.models import Role
from identity.roles.rules import OFFICER_ROLES
from identity.roles.selectors.roles import has_role


def roles_of(user: Any) -> frozenset[Role]:
    """The officers' roles that the account may act as now: of its groups those that it holds on chain.

    A superuser may act as each of them on this site; no contract asks for that.
    """
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return frozenset()
    if user.is_superuser:
        return OFFICER_ROLES
    if not user.address:
        return frozenset()
    groups, moment = set(user.groups.values_list("name", flat=True)), chain_now()
    return frozenset(
        role for role in OFFICER_ROLES if role in groups and has_role(user.address, role, moment)
    )


def holds(user: Any, role: Role | str) -> bool:
    """Whether the account may act as ``role`` now."""
    return role in roles_of(user)
