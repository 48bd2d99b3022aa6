"""The officer who asks for a page: what the chain says of their address, and what the portal calls them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from contracts.addresses import is_address
from identity.census.selectors.persons import is_same_person
from identity.roles.models import Role
from identity.roles.selectors.roles import RoleHeld, current_roles

_CACHE = "_portal_officer"


@dataclass(frozen=True, slots=True)
class OfficerNow:
    """An officer: ``account`` is the account's key, ``address`` (lower case) None if it can sign nothing."""

    account: Any
    name: str
    address: str | None
    roles: tuple[RoleHeld, ...]

    @property
    def is_administrator(self) -> bool:
        """Whether the address is an administrator by the newest block."""
        return any(held.role == Role.ADMINISTRATOR for held in self.roles)

    @property
    def role_words(self) -> str:
        """The officer's roles in words, without those every citizen may hold."""
        officers = [held.label for held in self.roles if held.role not in (Role.CITIZEN, Role.DELEGATE)]
        return ", ".join(officers) or _("No officer’s role on chain")

    def holds(self, role: Role) -> RoleHeld | None:
        """The role, if the address holds it."""
        return next((held for held in self.roles if held.role == role), None)

    def is_same_person(self, actor: str) -> bool:
        """Whether ``actor`` is this officer's account or address, or the same person's by the chain's key.

        Args:
            actor: an address, or ``user:KEY`` as the audit log names an account without one.
        """
        if actor == f"user:{self.account}":
            return True
        if self.address is None or not is_address(actor):
            return False
        return is_same_person(self.address, actor)


def officer_of(request: HttpRequest) -> OfficerNow:
    """The officer who asks; read once in a request."""
    known: OfficerNow | None = getattr(request, _CACHE, None)
    if known is None:
        known = _read(request.user)
        setattr(request, _CACHE, known)
    return known


def _read(user: Any) -> OfficerNow:
    address: str | None = getattr(user, "address", None)
    roles = tuple(current_roles(address)) if address else ()
    return OfficerNow(
        account=user.pk,
        name=user.display_name,
        address=address,
        roles=roles,
    )
