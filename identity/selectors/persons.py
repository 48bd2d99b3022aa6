"""Reads about the person behind an account, and the accounts one person had after another."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from identity.models import CitizenMove, PersonKey
from identity.selectors.roll import is_citizen

_LONGEST_WAY = 1000  # moves of one person; a loop is impossible on chain, endless reading must be so here


def person_key(address: str) -> str | None:
    """The keyed hash of the person behind ``address``, or None."""
    rows = PersonKey.objects.filter(account=address.lower()).order_by("-event_id")
    return rows.values_list("person_key", flat=True).first()


def is_same_person(first: str, second: str) -> bool:
    """Whether two addresses are one person's, by the key that the chain keeps for each."""
    if first.lower() == second.lower():
        return True
    key = person_key(first)
    return key is not None and key == person_key(second)


def account_of(key: str) -> str | None:
    """The account under which the person with this key is a citizen now, or None."""
    rows = PersonKey.objects.filter(person_key=key.lower()).order_by("-event_id")
    for account in dict.fromkeys(rows.values_list("account", flat=True)):
        if person_key(account) == key.lower() and is_citizen(account):
            return account
    return None


def moved_to(address: str) -> str | None:
    """The account that the citizen of ``address`` was moved to, or None; None again once moved back."""
    account = address.lower()
    move = _moves(account).order_by("-event_id").first()
    return move.new_account if move is not None and move.old_account == account else None


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
        move = _moves(account).order_by("event_id").first()
        if move is None or move.old_account == account:
            break
        account = move.old_account
    return account


def accounts_of(address: str) -> list[str]:
    """All accounts the citizen of ``address`` had, in the order of their first day; one if never moved."""
    account, place = origin_of(address), -1
    found = [account]
    for _step in range(_LONGEST_WAY):
        leaving = CitizenMove.objects.filter(old_account=account, event_id__gt=place)
        move = leaving.order_by("event_id").first()
        if move is None:
            break
        account, place = move.new_account, move.event_id
        if account not in found:
            found.append(account)
    return found


def _moves(account: str) -> QuerySet[CitizenMove]:
    """Moves to the account and away from it: a person may come back to an earlier one."""
    return CitizenMove.objects.filter(Q(old_account=account) | Q(new_account=account))
