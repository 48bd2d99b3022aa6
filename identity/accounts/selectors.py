"""Reads about accounts: who is linked to an address, and what people chose to show."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from contracts.addresses import short
from core.db.chunks import chunks
from identity.accounts.models import User


def user_of(address: str) -> User | None:
    """The account linked to ``address``, if any."""
    return User.objects.filter(address=address.lower()).first()


def chosen_names(addresses: Iterable[str]) -> dict[str, str]:
    """The names that people chose to show, for those of ``addresses`` (any case) that have one.

    Keys lower case.
    """
    return _told("displayName", addresses)


def statements(addresses: Iterable[str]) -> dict[str, str]:
    """What people say of themselves, for those of ``addresses`` that said something; keys lower case."""
    return _told("bio", addresses)


def names_for(addresses: Iterable[str]) -> dict[str, str]:
    """The chosen name of each of ``addresses`` (any case), else the short address; keys lower case."""
    wanted = {address.lower() for address in addresses if address}
    chosen = chosen_names(wanted)
    return {address: chosen.get(address) or short(address) for address in wanted}


def name_for(address: str) -> str:
    """The name to show for one address."""
    return names_for([address])[address.lower()]


def addresses_named(text: str) -> list[str]:
    """Addresses whose chosen name contains ``text``, at most 100; for search boxes."""
    users = User.objects.filter(address__isnull=False).filter(Q(metadata__displayName__icontains=text))
    return [address for address in users.values_list("address", flat=True)[:100] if address]


def _told(member: str, addresses: Iterable[str]) -> dict[str, str]:
    """One member of people's ``metadata``, for those of ``addresses`` that have it; keys lower case."""
    found: dict[str, str] = {}
    for chunk in chunks(addresses):
        users = User.objects.filter(address__in=chunk, is_active=True)
        for address, metadata in users.values_list("address", "metadata"):
            words = str((metadata or {}).get(member) or "").strip()
            if address and words:
                found[address] = words
    return found
