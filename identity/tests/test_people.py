"""Roles, the roll and the names people chose."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from contracts import events as chain
from daoportal.kernel.errors import DomainError
from identity import selectors, services
from identity.chainrole import ROLE_HASHES, role_of
from identity.errors import AddressTaken
from identity.models import CensusChange, Role, RoleChange, RoleRequest, User
from identity.tests.factories import (
    ADMINISTRATORS,
    Happening,
    Ledger,
    digest,
    granted,
    happened,
    person,
    unix,
)

pytestmark = pytest.mark.django_db


def revoked(role: Role, account: str) -> Happening:
    """``account`` loses ``role``."""
    return happened(
        chain.RoleRevoked,
        role=ROLE_HASHES[role],
        account=account,
        revoked_by=ADMINISTRATORS[1],
        old_until=chain.MAX_UINT48,
    )


def requested(role: Role, accounts: tuple[str, ...], *, grant: bool = True) -> Happening:
    """One administrator's half of a change."""
    return happened(
        chain.RoleChangeRequested,
        request_id=digest(f"{role} {accounts} {grant}"),
        role=ROLE_HASHES[role],
        administrator=ADMINISTRATORS[0],
        accounts=accounts,
        until=chain.MAX_UINT48 if grant else 0,
        grant=grant,
    )


def test_role_hashes_are_keccak_of_their_names() -> None:
    from contracts.acts.hashes import role_id

    assert {role: role_id(role.value) for role in Role} == ROLE_HASHES
    with pytest.raises(ValueError, match="no known role"):
        role_of(digest("KING"))


def test_newest_change_says_who_holds_a_role() -> None:
    town = Ledger()
    town.deploy()
    town.block(granted(Role.GUARDIAN, person(1)), granted(Role.DELEGATE, person(1)))
    since = town.now
    town.block(granted(Role.GUARDIAN, person(1), until=unix(town.now + timedelta(days=1))))
    held = selectors.current_roles(person(1))
    assert [(role.role, role.since) for role in held] == [(Role.DELEGATE, since), (Role.GUARDIAN, since)]
    town.block(revoked(Role.DELEGATE, person(1)))
    assert not selectors.has_role(person(1), Role.DELEGATE)
    assert selectors.has_role(person(1), Role.DELEGATE, since)
    assert [member.address for member in selectors.members(Role.GUARDIAN)] == [person(1)]


def test_role_with_an_end_runs_out_by_the_chains_clock() -> None:
    town = Ledger()
    town.deploy()
    end = town.now + timedelta(hours=1)
    town.block(granted(Role.AUDITOR, person(1), until=unix(end)))
    town.wait(timedelta(0), until=end - timedelta(seconds=1))
    assert selectors.has_role(person(1), Role.AUDITOR)
    town.wait(timedelta(0), until=end)
    assert not selectors.has_role(person(1), Role.AUDITOR)
    assert selectors.members(Role.AUDITOR) == []
    town.block(
        happened(chain.RoleExpired, role=ROLE_HASHES[Role.AUDITOR], account=person(1), until=unix(end))
    )
    assert selectors.current_roles(person(1)) == []


def test_end_beyond_the_calendar_is_an_end_that_never_comes() -> None:
    town = Ledger()
    town.block(granted(Role.AUDITOR, person(1), until=2**47))
    assert selectors.current_roles(person(1))[0].until is None


def test_roll_is_counted_as_of_any_moment() -> None:
    town = Ledger()
    town.deploy(citizens=3)
    full = town.now
    town.block(*town.leaves(person(0)))
    assert (selectors.census_at(full), selectors.census_at()) == (3, 2)
    assert selectors.census_at(full - timedelta(seconds=1)) == 0
    assert selectors.is_citizen(person(0), full)
    assert not selectors.is_citizen(person(0))
    assert selectors.units_at([person(0), person(1), person(9)], full) == {person(0), person(1)}
    town.block(*town.joins(person(0)))
    found = selectors.citizenship(person(0))
    assert found is not None
    assert found.since == town.now


def test_groups_and_the_admins_door_follow_the_roles_there_and_back() -> None:
    town = Ledger()
    town.deploy()
    user = User.objects.create(username="ingrid", address=person(1))
    club = Group.objects.create(name="Choir")
    user.groups.add(club)
    height = town.block(granted(Role.CITIZEN, person(1)))

    def groups() -> tuple[set[str], bool]:
        user.refresh_from_db()
        return set(user.groups.values_list("name", flat=True)), user.is_staff

    assert groups() == ({"Choir", "CITIZEN"}, False)
    town.block(granted(Role.ADMINISTRATOR, person(1)))
    assert groups() == ({"Choir", "CITIZEN", "ADMINISTRATOR"}, True)
    town.take_back(height)
    assert groups() == ({"Choir", "CITIZEN"}, False)
    assert RoleChange.objects.filter(account=person(1)).count() == 1


def test_linking_an_address_gives_its_roles_and_belongs_to_one_account() -> None:
    town = Ledger()
    town.deploy()
    town.block(granted(Role.GUARDIAN, person(1)))
    one, other = User.objects.create(username="one"), User.objects.create(username="other")
    services.link_address(user=one, address=person(1).upper().replace("0X", "0x"))
    assert one.is_staff
    with pytest.raises(AddressTaken):
        services.link_address(user=other, address=person(1))
    assert selectors.user_of(person(1)) == one


def test_request_waits_until_it_is_carried_out_or_seven_days_have_passed() -> None:
    town = Ledger()
    town.deploy()
    town.block(requested(Role.CITIZEN, (person(1), person(2))), requested(Role.GUARDIAN, (person(3),)))
    assert len(selectors.open_role_requests()) == 2
    town.block(granted(Role.CITIZEN, person(1)))
    assert len(selectors.open_role_requests()) == 2
    town.block(granted(Role.CITIZEN, person(2)))
    assert [request.role for request in selectors.open_role_requests()] == [Role.GUARDIAN]
    town.wait(timedelta(days=7))
    assert selectors.open_role_requests() == []
    assert RoleRequest.objects.count() == 2


def test_name_is_the_chosen_one_or_the_short_address() -> None:
    User.objects.create(username="maya", address=person(1), metadata={"displayName": "Maya O."})
    User.objects.create(username="gone", address=person(2), metadata={"displayName": "Gone"}, is_active=False)
    User.objects.create(username="bare", address=person(3), first_name="Real", last_name="Name")
    names = selectors.names_for([person(n).upper().replace("0X", "0x") for n in (1, 2, 3)])
    assert names[person(1)] == "Maya O."
    assert names[person(2)] == "0x0000…c002"
    assert names[person(3)] == "0x0000…C003"
    assert selectors.profile(person(1)).name == "Maya O."
    assert selectors.addresses_named("maya") == [person(1)]


@pytest.mark.parametrize("name", ["x" * 61, "Maya\u202e", "a\nb", "\x00"])
def test_name_can_neither_be_endless_nor_turn_the_line_around(name: str) -> None:
    user = User.objects.create(username="maya")
    with pytest.raises(DomainError) as caught:
        services.update_profile(user=user, display_name=name)
    assert (caught.value.code, caught.value.field) == ("field-invalid", "displayName")
    services.update_profile(user=user, display_name=" Maya O. ", bio="Lines\nare fine here.")
    user.refresh_from_db()
    assert user.display_name == "Maya O."


def test_reorg_takes_people_off_the_roll_again() -> None:
    town = Ledger()
    town.deploy(citizens=1)
    height = town.number
    town.block(*town.joins(person(5)))
    town.take_back(height)
    assert selectors.census_at() == 1
    assert CensusChange.objects.count() == 1
