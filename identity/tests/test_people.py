"""Roles, the roll and the names people chose."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from contracts import events as chain
from core.errors import DomainError
from identity.accounts.models import User
from identity.accounts.selectors import addresses_named, names_for, user_of
from identity.accounts.services import link_address
from identity.census.models import CensusChange
from identity.census.selectors.persons import (
    account_of,
    accounts_of,
    current_of,
    moved_to,
    origin_of,
    person_key,
)
from identity.census.selectors.roll import census_at, citizenship, is_citizen, own_units, units_at
from identity.errors import AddressTaken, ReasonInvalid
from identity.profiles.selectors import profile
from identity.profiles.services import update_profile
from identity.reasons.models import Reason
from identity.reasons.selectors import reason_text
from identity.reasons.services import keep_reason
from identity.roles.hashes import ROLE_HASHES, role_of
from identity.roles.models import Role, RoleChange
from identity.roles.selectors.expiries import ran_out
from identity.roles.selectors.roles import current_roles, has_role, has_role_since, held_since, members
from identity.tests.factories import (
    ZERO_HASH,
    Ledger,
    digest,
    granted,
    happened,
    identified,
    person,
    revoked,
    unix,
)

pytestmark = pytest.mark.django_db


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
    held = current_roles(person(1))
    assert [(role.role, role.since) for role in held] == [(Role.DELEGATE, since), (Role.GUARDIAN, since)]
    town.block(revoked(Role.DELEGATE, person(1)))
    assert not has_role(person(1), Role.DELEGATE)
    assert has_role(person(1), Role.DELEGATE, since)
    assert [member.address for member in members(Role.GUARDIAN)] == [person(1)]


def test_role_with_an_end_runs_out_by_the_chains_clock() -> None:
    town = Ledger()
    town.deploy()
    end = town.now + timedelta(hours=1)
    town.block(granted(Role.AUDITOR, person(1), until=unix(end)))
    town.wait(timedelta(0), until=end - timedelta(seconds=1))
    assert has_role(person(1), Role.AUDITOR)
    town.wait(timedelta(0), until=end)
    assert not has_role(person(1), Role.AUDITOR)
    assert members(Role.AUDITOR) == []
    town.block(
        happened(chain.RoleExpired, role=ROLE_HASHES[Role.AUDITOR], account=person(1), until=unix(end))
    )
    assert current_roles(person(1)) == []


def test_end_beyond_the_calendar_is_an_end_that_never_comes() -> None:
    town = Ledger()
    town.block(granted(Role.AUDITOR, person(1), until=2**47))
    assert current_roles(person(1))[0].until is None


def test_roll_is_counted_as_of_any_moment() -> None:
    town = Ledger()
    town.deploy(citizens=3)
    full = town.now
    town.block(*town.leaves(person(0)))
    assert (census_at(full), census_at()) == (3, 2)
    assert census_at(full - timedelta(seconds=1)) == 0
    assert is_citizen(person(0), full)
    assert not is_citizen(person(0))
    assert units_at([person(0), person(1), person(9)], full) == {person(0), person(1)}
    town.block(*town.joins(person(0)))
    found = citizenship(person(0))
    assert found is not None
    assert found.since == town.now


def test_groups_and_the_admins_door_follow_the_roles_there_and_back() -> None:
    town = Ledger()
    town.deploy()
    user = User.objects.create(username="ingrid", address=person(1))
    club = Group.objects.create(name="Choir")
    user.groups.add(club)
    height = town.block(*town.joins(person(1)))

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
    link_address(user=one, address=person(1).upper().replace("0X", "0x"))
    assert one.is_staff
    with pytest.raises(AddressTaken):
        link_address(user=other, address=person(1))
    assert user_of(person(1)) == one


def test_unit_taken_by_officers_counts_in_votes_that_had_begun_and_one_that_ran_out_does_not() -> None:
    town = Ledger()
    town.deploy(citizens=2)
    end = town.now + timedelta(hours=2)
    town.block(*town.joins(person(2), until=unix(end)))
    snapshot = town.now
    everybody = [person(n) for n in range(4)]
    assert own_units(everybody, snapshot) == {person(0), person(1), person(2)}
    town.block(*town.leaves(person(0)))
    assert own_units(everybody, snapshot) == {person(0), person(1), person(2)}
    assert own_units(everybody, town.now) == {person(1), person(2)}
    town.wait(timedelta(0), until=end)
    assert own_units(everybody, snapshot) == {person(0), person(1)}
    town.block(*town.runs_out(person(2), end))
    assert own_units(everybody, snapshot) == {person(0), person(1)}
    assert own_units(everybody, snapshot - timedelta(days=1)) == set()


def test_first_end_after_the_snapshot_decides_whatever_came_later() -> None:
    town = Ledger()
    town.deploy()
    end = town.now + timedelta(hours=1)
    town.block(*town.joins(person(1), until=unix(end)), *town.joins(person(2)))
    snapshot = town.now
    town.wait(timedelta(0), until=end)
    town.block(*town.runs_out(person(1), end), *town.leaves(person(2)))
    town.block(*town.joins(person(1)), *town.joins(person(2), until=unix(town.now + timedelta(hours=2))))
    both = [person(1), person(2)]
    assert own_units(both, snapshot) == {person(2)}  # run out and given anew; revoked and given anew
    assert own_units(both, town.now) == {person(1), person(2)}
    town.wait(timedelta(hours=2))
    assert own_units(both, snapshot) == {person(2)}
    assert units_at(both, end) == {person(2)}


def test_unit_revoked_but_not_yet_struck_off_is_over_and_counts_in_votes_before() -> None:
    town = Ledger()
    town.deploy(citizens=1)
    since = snapshot = town.now
    town.block(
        happened(
            chain.CitizenChanged,
            account=person(0),
            since=unix(since),
            until=unix(town.now + town.step),
            old_supply=1,
            new_supply=1,
        ),
        revoked(Role.CITIZEN, person(0)),
    )
    assert not is_citizen(person(0))
    assert units_at([person(0)], town.now) == set()
    assert own_units([person(0)], snapshot) == {person(0)}
    assert ran_out() == [(Role.CITIZEN, person(0), town.now)]
    town.block(*town.runs_out(person(0), town.now))
    assert (own_units([person(0)], snapshot), ran_out()) == ({person(0)}, [])


def test_role_is_held_since_a_time_only_without_a_break() -> None:
    town = Ledger()
    town.deploy()
    town.block(granted(Role.DELEGATE, person(1)), granted(Role.DELEGATE, person(2)))
    since = town.now
    assert not has_role_since(person(1), Role.DELEGATE, since - timedelta(seconds=1))
    town.block(granted(Role.DELEGATE, person(1), until=unix(since + timedelta(days=1))))
    town.block(revoked(Role.DELEGATE, person(2)))
    town.block(granted(Role.DELEGATE, person(2)))
    assert held_since([person(1), person(2), person(3)], Role.DELEGATE, since) == {person(1)}
    assert has_role_since(person(2), Role.DELEGATE, town.now)
    town.wait(timedelta(days=2))
    assert not has_role_since(person(1), Role.DELEGATE, since)


def test_roles_that_ran_out_are_those_whose_end_the_chain_was_not_told() -> None:
    town = Ledger()
    town.deploy()
    end = town.now + timedelta(hours=1)
    town.block(*(granted(Role.AUDITOR, person(n), until=unix(end + timedelta(minutes=n))) for n in range(4)))
    assert ran_out() == []
    town.block(granted(Role.AUDITOR, person(0)))
    town.wait(timedelta(0), until=end + timedelta(minutes=3))
    left = [(Role.AUDITOR, person(n), end + timedelta(minutes=n)) for n in (1, 2, 3)]
    assert ran_out() == left
    assert ran_out(end + timedelta(minutes=2)) == left[:2]
    town.block(
        happened(
            chain.RoleExpired,
            role=ROLE_HASHES[Role.AUDITOR],
            account=person(1),
            until=unix(end + timedelta(minutes=1)),
        ),
        revoked(Role.AUDITOR, person(2)),
    )
    assert ran_out() == left[2:]


def test_person_keeps_the_key_and_the_first_account_through_moves() -> None:
    town = Ledger()
    town.deploy()
    key = digest("Maya")
    town.block(identified(person(1), key), *town.joins(person(1)))
    assert (person_key(person(1)), account_of(key)) == (key, person(1))
    for old, new in ((1, 2), (2, 3)):
        town.block(*town.moves(person(old), person(new), key))
    assert account_of(key) == person(3)
    assert moved_to(person(1)) == person(2)
    assert {origin_of(person(n)) for n in (1, 2, 3)} == {person(1)}
    assert {current_of(person(n)) for n in (1, 2, 3)} == {person(3)}
    assert accounts_of(person(2)) == [person(1), person(2), person(3)]
    assert accounts_of(person(9)) == [person(9)]
    town.block(identified(person(3), ZERO_HASH, old=key))
    assert person_key(person(3)) is None


def test_words_of_a_reason_are_kept_once_and_found_by_their_hash() -> None:
    digest_of = keep_reason("  The proposer asked for it. ")
    assert keep_reason("The proposer asked for it.") == digest_of
    assert reason_text(digest_of.upper().replace("0X", "0x")) == "The proposer asked for it."
    assert reason_text(digest("never given")) == reason_text(None) == ""
    assert keep_reason("  ") == ZERO_HASH
    assert Reason.objects.count() == 1
    with pytest.raises(ReasonInvalid):
        keep_reason("x" * 2001)


def test_name_is_the_chosen_one_or_the_short_address() -> None:
    User.objects.create(username="maya", address=person(1), metadata={"displayName": "Maya O."})
    User.objects.create(username="gone", address=person(2), metadata={"displayName": "Gone"}, is_active=False)
    User.objects.create(username="bare", address=person(3), first_name="Real", last_name="Name")
    names = names_for([person(n).upper().replace("0X", "0x") for n in (1, 2, 3)])
    assert names[person(1)] == "Maya O."
    assert names[person(2)] == "0x0000…c002"
    assert names[person(3)] == "0x0000…C003"
    assert profile(person(1)).name == "Maya O."
    assert addresses_named("maya") == [person(1)]


@pytest.mark.parametrize("name", ["x" * 61, "Maya\u202e", "a\nb", "\x00"])
def test_name_can_neither_be_endless_nor_turn_the_line_around(name: str) -> None:
    user = User.objects.create(username="maya")
    with pytest.raises(DomainError) as caught:
        update_profile(user=user, display_name=name)
    assert (caught.value.code, caught.value.field) == ("field-invalid", "displayName")
    update_profile(user=user, display_name=" Maya O. ", bio="Lines\nare fine here.")
    user.refresh_from_db()
    assert user.display_name == "Maya O."


def test_reorg_takes_people_off_the_roll_again() -> None:
    town = Ledger()
    town.deploy(citizens=1)
    height = town.number
    town.block(*town.joins(person(5)))
    town.take_back(height)
    assert census_at() == 1
    assert CensusChange.objects.count() == 1
