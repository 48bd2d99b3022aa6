"""Roles and units that ran out are recorded without anybody asking, in batches, once."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.acts.hashes import keccak_hex, reason_hash, role_id
from contracts.models import RelayerTransaction
from contracts.relayer import run
from identity.census.selectors.roll import census_at, is_citizen
from identity.roles import keeper
from identity.roles.health import ends_of_roles_are_recorded
from identity.roles.models import Role
from identity.roles.selectors.expiries import ran_out
from tests.mirror.conftest import DAY, Riverbend

pytestmark = pytest.mark.django_db

NEWCOMERS = [f"0x{0xD00D00 + number:040x}" for number in range(1, 6)]
UNTIL = 2 * DAY


@pytest.fixture(autouse=True)
def _the_town_as_it_was(settings: Any, riverbend: Riverbend) -> None:
    settings.KEEPER_ENABLED, settings.KEEPER_SINCE = True, riverbend.node.now()


def by_two(town: Riverbend, function: str, *args: Any) -> None:
    """Two administrators make the same call."""
    for person in town.people.administrators[:2]:
        town.send(person.address, "RoleManager", function, *args)


def welcome(town: Riverbend, accounts: list[str], role: Role = Role.CITIZEN) -> None:
    """Give the newcomers a role that ends in two days."""
    keys = [keccak_hex(account.encode()) for account in accounts]
    by_two(town, "grantRoles", role_id(role), accounts, keys, town.node.now() + UNTIL)


def keep(town: Riverbend) -> None:
    """One round of the relayer."""
    run.relay_acts()
    town.node.mine(1)
    town.read()


def sent() -> int:
    """How many calls the relayer sent to record ends."""
    beginning = keeper.expiry_call(Role.CITIZEN, [])[:10]
    return RelayerTransaction.objects.filter(data__startswith=beginning).count()


def test_units_that_ran_out_leave_the_roll_in_one_call_for_each_role(riverbend: Riverbend) -> None:
    riverbend.read()
    before = census_at()
    welcome(riverbend, NEWCOMERS)
    welcome(riverbend, NEWCOMERS[:2], Role.DELEGATE)
    riverbend.read()
    keep(riverbend)
    assert (sent(), census_at()) == (0, before + 5)
    riverbend.wait(UNTIL + 60)
    riverbend.read()
    assert census_at() == before + 5  # dead units that still count
    keep(riverbend)
    assert (sent(), census_at(), ran_out()) == (2, before, [])
    assert riverbend.ask("VotingEngine", "citizenCount") == before
    keep(riverbend)
    assert sent() == 2
    assert riverbend.differences() == []


def test_calls_are_of_a_bounded_size(riverbend: Riverbend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "BATCH", 2)
    welcome(riverbend, NEWCOMERS)
    riverbend.wait(UNTIL + 60)
    riverbend.read()
    assert len(list(keeper.due_calls())) == 3
    keep(riverbend)
    assert (sent(), ran_out()) == (3, [])


def test_what_is_under_way_is_not_sent_again_even_with_more_beside_it(riverbend: Riverbend) -> None:
    welcome(riverbend, NEWCOMERS[:2])
    riverbend.wait(DAY)
    welcome(riverbend, NEWCOMERS[2:])
    riverbend.wait(UNTIL - DAY + 60)
    riverbend.read()
    run.relay_acts()
    assert sent() == 1
    riverbend.wait(DAY)
    assert list(keeper.due_calls()) == []  # mined, and the mirror has not read of it
    riverbend.read()
    run.relay_acts()
    assert sent() == 2


def test_records_of_a_citizen_revoked_with_delegations_by_kind_are_closed(riverbend: Riverbend) -> None:
    delegate, citizen = _delegate_and_citizen(riverbend)
    riverbend.send(citizen, "VotingEngine", "delegateFor", 0, delegate)
    by_two(riverbend, "revokeRole", role_id(Role.CITIZEN), citizen, reason_hash("Moved away."))
    riverbend.read()
    before = census_at()
    assert not is_citizen(citizen)
    keep(riverbend)
    assert (sent(), census_at()) == (1, before - 1)
    assert riverbend.differences() == []


def test_keeper_that_is_off_leaves_ends_to_people_and_that_is_told(
    riverbend: Riverbend, settings: Any
) -> None:
    settings.KEEPER_ENABLED = False
    welcome(riverbend, NEWCOMERS[:1])
    riverbend.wait(UNTIL + 60)
    riverbend.read()
    assert ends_of_roles_are_recorded().status == "ok"  # a moment ago
    riverbend.wait(20 * 60)
    riverbend.read()
    keep(riverbend)
    assert sent() == 0
    finding = ends_of_roles_are_recorded()
    assert (finding.status, finding.facts["overdue"]) == ("degraded", 1)
    anyone = riverbend.people.citizens[-1].address
    riverbend.send(anyone, "RoleManager", "expire", role_id(Role.CITIZEN), NEWCOMERS[0])
    riverbend.read()
    assert ends_of_roles_are_recorded().status == "ok"


def test_what_ran_out_before_the_keeper_came_is_left_alone(riverbend: Riverbend, settings: Any) -> None:
    welcome(riverbend, NEWCOMERS[:1])
    riverbend.wait(UNTIL + 60)
    riverbend.read()
    settings.KEEPER_SINCE = riverbend.node.now()
    keep(riverbend)
    assert sent() == 0


def _delegate_and_citizen(town: Riverbend) -> tuple[str, str]:
    delegates = [person for person in town.people.citizens if "DELEGATE" in person.roles]
    others = [person for person in town.people.citizens if "DELEGATE" not in person.roles]
    return delegates[0].address, others[0].address.lower()
