"""Reads about the person behind an account, and the accounts one person had after another."""

from __future__ import annotations

from identity.models import CitizenMove, PersonKey
from identity.selectors.roll import is_citizen

_LONGEST_WAY = 1000  # moves of one person; a loop is impossible on chain, endless reading must be so here


def person_key(address: str) -> str | None:
    """The keyed hash of the person behind ``address``, or None."""
    rows = PersonKey.objects.filter(account=address.lower()).order_by("-event_id")
    return rows.values_list("person_key", flat=True).first()


def account_of(key: str) -> str | None:
    """The account under which the person with this key is a citizen now, or None."""
    rows = PersonKey.objects.filter(person_key=key.lower()).order_by("-event_id")
    for account in dict.fromkeys(rows.values_list("account", flat=True)):
        if person_key(account) == key.lower() and is_citizen(account):
            return account
    return None


def moved_to(address: str) -> str | None:
    """The account that the citizen of ``address`` was moved to, or None."""
    rows = CitizenMove.objects.filter(old_account=address.lower()).order_by("-event_id")
    return rows.values_list("new_account", flat=True).first()


def current_of(address: str) -> str:
    """The newest account of the citizen of ``address``: itself unless moved."""
    account = address.lower()
    for _step in range(_LONGEST_WAY):
        later = moved_to(account)
        if later is None:
            break
        account = later
    return account


def origin_of(address: str) -> str:
    """The first account of the citizen of ``address``, by which the chain keeps credits and endorsements."""
    account = address.lower()
    for _step in range(_LONGEST_WAY):
        rows = CitizenMove.objects.filter(new_account=account).order_by("-event_id")
        earlier = rows.values_list("old_account", flat=True).first()
        if earlier is None:
            break
        account = earlier
    return account


def accounts_of(address: str) -> list[str]:
    """All accounts the citizen of ``address`` had one after another, oldest first; one if never moved."""
    account = origin_of(address)
    found = [account]
    for _step in range(_LONGEST_WAY):
        later = moved_to(account)
        if later is None:
            break
        found.append(later)
        account = later
    return found
