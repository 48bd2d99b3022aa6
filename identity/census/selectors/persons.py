"""Reads about the person behind an account, and the accounts one person had after another."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from identity.census.models import CitizenMove, PersonKey
from identity.census.selectors.roll import is_citizen
from identity.roles.models import Role, RoleChange, RoleChangeKind

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


def has_seat(address: str) -> bool:
    """Whether the person of ``address`` is on record as a citizen under it, now or once: RoleManager's seats.

    Followed over the events of every account that ever shared a person with it.
    """
    account = address.lower()
    accounts = _sharing_a_person(account)
    persons: dict[str, str] = {}
    seats: dict[str, str] = {}
    for _place, row in sorted(_seating(accounts), key=lambda pair: pair[0]):
        if isinstance(row, PersonKey):
            before, after = persons.get(row.account), row.person_key or ""
            persons[row.account] = after
            if before and before != after and seats.get(before) == row.account:
                _reseat(row, before, after, seats)
        else:
            seated = row.new_account if isinstance(row, CitizenMove) else row.account
            seats[persons.get(seated, "")] = seated
    return account in persons and seats.get(persons[account]) == account


def _reseat(row: PersonKey, before: str, after: str, seats: dict[str, str]) -> None:
    """Persons._reseat: the right person's other seat stays if this account is no citizen now."""
    del seats[before]
    if after in seats and not is_citizen(row.account, row.timestamp):
        return
    seats[after] = row.account


def _seating(accounts: set[str]) -> Iterator[tuple[int, PersonKey | RoleChange | CitizenMove]]:
    for key in PersonKey.objects.filter(account__in=accounts):
        yield key.event_id, key
    for change in RoleChange.objects.filter(
        role=Role.CITIZEN, kind=RoleChangeKind.GRANTED, account__in=accounts
    ):
        yield change.event_id, change
    for move in CitizenMove.objects.filter(new_account__in=accounts):
        yield move.event_id, move


def _sharing_a_person(account: str) -> set[str]:
    accounts, found = {account}, {account}
    while found:
        keys = set(PersonKey.objects.filter(account__in=found).values_list("person_key", flat=True)) - {None}
        sharing = set(PersonKey.objects.filter(person_key__in=keys).values_list("account", flat=True))
        found = sharing - accounts
        accounts |= found
    return accounts


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
