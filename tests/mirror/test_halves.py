"""What waits for a second officer, or was announced, is what the contract says, after every step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from contracts.acts.hashes import role_id
from contracts.relayer import run
from contracts.selectors import chain_now
from identity.census.selectors.persons import (
    account_of,
    accounts_of,
    current_of,
    moved_to,
    origin_of,
    person_key,
)
from identity.census.selectors.roll import census_at, is_citizen, own_units
from identity.errors import PersonKnown
from identity.reasons.selectors import reason_text
from identity.reasons.services import keep_reason
from identity.roles import rules
from identity.roles.admin.requests import carry_out_call, check_second, object_call, second_call
from identity.roles.models import RequestKind, RequestStatus, Role, RoleRequest
from identity.roles.selectors.announced import announced_officer_changes
from identity.roles.selectors.expiries import ran_out
from identity.roles.selectors.fates import request_fate, request_fates
from identity.roles.selectors.objections import objected_until
from identity.roles.selectors.requests import open_role_requests
from identity.roles.selectors.roles import current_roles, has_role, role_changes
from tests.mirror.conftest import DAY, Riverbend
from tests.mirror.officers import REASON, Officers, key

pytestmark = pytest.mark.django_db

WEEK = 7 * DAY
NEWCOMERS = [f"0x{0xD00D00 + number:040x}" for number in range(1, 9)]


@pytest.fixture
def officers(riverbend: Riverbend) -> Officers:
    """The officers of the town as it stands today."""
    found = Officers(riverbend)
    found.compare()
    return found


def test_roles_wait_exactly_as_long_as_the_contract_says(officers: Officers) -> None:
    first, second, third = officers.first, officers.second, officers.third
    one, two, three = NEWCOMERS[:3]
    officers.grant(first, Role.CITIZEN, one, two)
    assert officers.status() == RequestStatus.OPEN
    officers.grant(second, Role.CITIZEN, one, two)
    assert officers.status() == RequestStatus.COMPLETED

    officers.grant(first, Role.DELEGATE, one)
    delegate = RoleRequest.objects.latest("event_id").request_id
    officers.send(first, "withdrawRequest", delegate)
    assert officers.status() == RequestStatus.WITHDRAWN

    officers.grant(second, Role.DELEGATE, one)  # the same once more, by another
    assert officers.status() == RequestStatus.OPEN
    end = officers.town.node.now() + 60 * DAY
    officers.grant(first, Role.DELEGATE, one, until=end)
    officers.grant(
        third, Role.DELEGATE, one, until=end
    )  # agreed otherwise: the request without an end is void
    assert {request_fate(row).status for row in RoleRequest.objects.filter(request_id=delegate)} == {
        RequestStatus.WITHDRAWN,
        RequestStatus.STALE,
    }
    officers.grant(third, Role.DELEGATE, one)  # so this is a first half again
    assert officers.status() == RequestStatus.OPEN
    officers.grant(first, Role.DELEGATE, one)
    assert officers.status() == RequestStatus.COMPLETED

    officers.revoke(second, Role.DELEGATE, one)
    officers.grant(first, Role.AUDITOR, three)  # of another role and account: touches nothing
    officers.revoke(third, Role.DELEGATE, one)
    assert not has_role(one, Role.DELEGATE)
    assert reason_text(role_changes()[0].reason_hash) == REASON

    lapses = RoleRequest.objects.latest("event_id").expires_at
    officers.wait(int(lapses.timestamp()) - officers.town.node.now() - 1)
    assert officers.status() == RequestStatus.OPEN
    officers.wait(1)
    assert (officers.status(), open_role_requests()) == (RequestStatus.LAPSED, [])
    officers.grant(second, Role.AUDITOR, three)
    officers.grant(first, Role.AUDITOR, three)
    assert has_role(three, Role.AUDITOR)
    assert officers.town.differences() == []


def test_role_that_ran_out_overtakes_no_request(officers: Officers) -> None:
    newcomer = NEWCOMERS[0]
    end = officers.town.node.now() + DAY
    officers.grant(officers.first, Role.AUDITOR, newcomer, until=end)
    officers.grant(officers.second, Role.AUDITOR, newcomer, until=end)
    officers.grant(officers.first, Role.AUDITOR, newcomer)
    officers.wait(DAY + 60)
    officers.send(officers.anyone, "expire", role_id(Role.AUDITOR), newcomer)
    assert officers.status() == RequestStatus.OPEN
    officers.grant(officers.third, Role.AUDITOR, newcomer)
    assert officers.status() == RequestStatus.COMPLETED


def test_person_behind_a_role_or_a_former_citizen_is_left_to_a_proposal(officers: Officers) -> None:
    first, second, account = officers.first, officers.second, NEWCOMERS[0]

    def both(step: Callable[..., None], role: Role) -> None:
        for sender in (first, second):
            step(sender, role, account)

    both(officers.grant, Role.AUDITOR)
    both(officers.revoke, Role.AUDITOR)
    officers.send(first, "correctPerson", account, key("right"))
    row = RoleRequest.objects.get(kind=RequestKind.PERSON)
    check_second(row)  # a former auditor: nothing in the way
    for role, free_afterwards in ((Role.AUDITOR, True), (Role.CITIZEN, False)):
        both(officers.grant, role)
        _is_refused(officers, row)
        both(officers.revoke, role)
        if free_afterwards:
            check_second(row)
    assert officers.status(RequestKind.PERSON) == RequestStatus.OPEN
    assert not is_citizen(account)
    _is_refused(officers, row)


def _is_refused(officers: Officers, row: RoleRequest) -> None:
    """Both by the portal beforehand and by the contract."""
    with pytest.raises(PersonKnown):
        check_second(row)
    with pytest.raises(RuntimeError, match="not mined"):
        officers.town.transact(officers.second, _data_of(second_call(row)))


def test_corrections_wait_until_the_person_is_corrected_otherwise(officers: Officers) -> None:
    first, second, third = officers.first, officers.second, officers.third
    newcomer = NEWCOMERS[0]
    for sender in (first, second):
        officers.grant(sender, Role.AUDITOR, newcomer)
    for sender in (first, second):
        officers.revoke(sender, Role.AUDITOR, newcomer)
    right, wrong = key("right"), key("wrong")
    officers.send(first, "correctPerson", newcomer, wrong)
    assert officers.status(RequestKind.PERSON) == RequestStatus.OPEN
    officers.send(second, "correctPerson", newcomer, right)
    officers.send(third, "correctPerson", newcomer, right)
    assert person_key(newcomer) == right
    assert [request_fate(row).status for row in RoleRequest.objects.filter(kind="person")] == [
        RequestStatus.COMPLETED,
        RequestStatus.STALE,
    ]
    assert officers.town.differences() == []


def test_moves_wait_until_one_of_the_units_changes_otherwise(officers: Officers) -> None:
    first, second, third = officers.first, officers.second, officers.third
    old, new, other = NEWCOMERS[:3]
    for sender in (first, second):
        officers.grant(sender, Role.CITIZEN, old)
    officers.send(first, "moveCitizen", old, new)
    officers.send(second, "moveCitizen", old, other)
    assert officers.status(RequestKind.MOVE) == RequestStatus.OPEN
    officers.send(third, "moveCitizen", old, other)
    assert [request_fate(row).status for row in RoleRequest.objects.filter(kind="move")] == [
        RequestStatus.COMPLETED,
        RequestStatus.STALE,
    ]
    assert (moved_to(old), origin_of(other), current_of(old)) == (
        other,
        old,
        other,
    )
    assert not is_citizen(old)
    assert account_of(key(old)) == other
    assert [role.role for role in current_roles(other)] == [Role.CITIZEN]
    assert officers.town.differences() == []


def test_change_of_officers_is_announced_until_it_is_carried_out(officers: Officers) -> None:
    first, second = officers.first, officers.second
    newcomer = NEWCOMERS[0]
    officers.grant(first, Role.GUARDIAN, newcomer)
    officers.grant(second, Role.GUARDIAN, newcomer)
    assert officers.status() == RequestStatus.SCHEDULED
    (change,) = announced_officer_changes()
    assert not change.is_due(chain_now())
    officers.wait(officers.town.ask("GovernanceCore", "officerDelay"))
    (change,) = announced_officer_changes()
    assert change.is_due(chain_now())
    officers.town.transact(officers.anyone, _data_of(carry_out_call(change.request)))
    officers.compare()
    assert officers.status() == RequestStatus.CARRIED_OUT
    assert has_role(newcomer, Role.GUARDIAN)
    assert officers.town.differences() == []


@pytest.mark.parametrize("how", ["objected", "withdrawn", "lapsed"])
def test_announced_change_ends_without_effect(officers: Officers, how: str) -> None:
    newcomer = NEWCOMERS[0]
    for sender in (officers.first, officers.second):
        officers.grant(sender, Role.ADMINISTRATOR, newcomer)
    change = announced_officer_changes()[0].request
    request = change.request_id
    if how == "objected":
        officers.town.transact(officers.guardian, _data_of(object_call(change, keep_reason("Too soon."))))
        officers.compare()
    elif how == "withdrawn":
        officers.send(officers.second, "withdrawRequest", request)
    else:
        officers.wait(officers.town.ask("GovernanceCore", "officerDelay") + WEEK - 60)
        assert officers.status() == RequestStatus.SCHEDULED
        officers.wait(120)
    assert officers.status() == RequestStatus(how)
    if how == "objected":
        officers.wait(int(rules.OBJECTION_LENGTH.total_seconds()) - 60)
        with pytest.raises(RuntimeError, match="not mined"):
            officers.grant(officers.third, Role.ADMINISTRATOR, newcomer)
        officers.wait(60)
    officers.grant(officers.third, Role.ADMINISTRATOR, newcomer)  # a first half again
    assert officers.status() == RequestStatus.OPEN


def test_objection_voids_what_was_asked_about_the_account_until_a_proposal_changes_it(
    officers: Officers,
) -> None:
    first, second = officers.first, officers.second
    newcomer = NEWCOMERS[0]
    for sender in (first, second):
        officers.grant(sender, Role.ADMINISTRATOR, newcomer)
    end = officers.town.node.now() + 300 * DAY
    officers.grant(first, Role.ADMINISTRATOR, newcomer, until=end)  # another half about the same account
    assert len(open_role_requests()) == 1
    change = announced_officer_changes()[0].request
    officers.town.transact(officers.guardian, _data_of(object_call(change, keep_reason("Too soon."))))
    officers.compare()
    assert open_role_requests() == []
    assert objected_until(Role.ADMINISTRATOR, newcomer) is not None
    timelock = officers.town.deployment.address("ExecutionModule")
    officers.town.node.rpc("anvil_impersonateAccount", timelock)
    officers.town.node.rpc("anvil_setBalance", timelock, hex(10**20))
    arguments = (role_id(Role.ADMINISTRATOR), newcomer, key(newcomer), end)
    officers.send(timelock, "grantTemporaryRole", *arguments)
    assert objected_until(Role.ADMINISTRATOR, newcomer) is None
    officers.revoke(first, Role.ADMINISTRATOR, newcomer)
    assert officers.status() == RequestStatus.OPEN
    assert officers.town.differences() == []


def test_request_with_nothing_left_to_do_waits_no_longer(officers: Officers) -> None:
    first, second = officers.first, officers.second
    one, two = NEWCOMERS[:2]
    end = officers.town.node.now() + DAY
    for sender in (first, second):
        officers.grant(sender, Role.AUDITOR, one, until=end)
    officers.revoke(first, Role.AUDITOR, one)
    officers.grant(first, Role.AUDITOR, two, until=end)
    assert len(open_role_requests()) == 2
    officers.wait(DAY + 60)
    assert open_role_requests() == []
    assert _statuses(RoleRequest.objects.order_by("-event_id")[:2]) == {
        RequestStatus.LAPSED,
        RequestStatus.STALE,
    }


def test_account_named_twice_is_refused(officers: Officers) -> None:
    with pytest.raises(RuntimeError, match="not mined"):
        officers.grant(officers.first, Role.AUDITOR, NEWCOMERS[0], NEWCOMERS[0])


def test_moved_citizen_with_kinds_arranged_is_on_the_roll_once_the_old_end_is_recorded(
    officers: Officers, settings: Any
) -> None:
    settings.KEEPER_ENABLED, settings.KEEPER_SINCE = True, officers.town.node.now()
    first, second, town = officers.first, officers.second, officers.town
    old = next(each.address for each in town.people.citizens if not each.roles[1:])
    to = next(each.address for each in town.people.citizens if "DELEGATE" in each.roles)
    new = NEWCOMERS[0]
    town.send(old, "VotingEngine", "delegateFor", 1, to)
    before = town.ask("VotingEngine", "citizenCount")
    for sender in (first, second):
        officers.send(sender, "moveCitizen", old, new)
    assert not is_citizen(old)
    assert not is_citizen(new)
    assert not town.ask("VotingEngine", "isCitizen", new)
    officers.revoke(first, Role.CITIZEN, new)  # who waits can be taken off the roll
    assert officers.status() == RequestStatus.OPEN
    assert [(role, account) for role, account, _until in ran_out()] == [(Role.CITIZEN, old.lower())]
    run.relay_acts()
    town.node.mine(1)
    officers.compare()
    assert (ran_out(), is_citizen(new)) == ([], True)
    assert town.ask("VotingEngine", "isCitizen", new)
    assert census_at() == town.ask("VotingEngine", "citizenCount") == before
    snapshot = chain_now()
    assert own_units([old, new], snapshot) == {new}
    timelock = town.deployment.address("ExecutionModule")
    town.node.rpc("anvil_impersonateAccount", timelock)
    town.node.rpc("anvil_setBalance", timelock, hex(10**20))
    officers.wait(60)
    officers.send(timelock, "moveCitizen", new, old)  # back to the earlier account
    for account in (old, new):
        assert current_of(account) == old.lower()
        assert origin_of(account) == town.ask("VotingEngine", "originOf", account).lower()
        assert accounts_of(account) == [old.lower(), new]
        assert is_citizen(account) == town.ask("VotingEngine", "isCitizen", account)
    assert (moved_to(new), moved_to(old)) == (old.lower(), None)
    assert town.differences() == []


def test_what_an_officer_asked_or_agreed_to_falls_with_the_office(officers: Officers) -> None:
    first, second, third = officers.first, officers.second, officers.third
    for sender in (second, third):
        officers.revoke(sender, Role.ADMINISTRATOR, first)
    officers.wait(officers.town.ask("GovernanceCore", "officerDelay"))
    for sender in (first, second):
        officers.grant(sender, Role.GUARDIAN, NEWCOMERS[0])  # announced
    officers.grant(first, Role.DELEGATE, NEWCOMERS[1])  # half
    leaves = next(each for each in announced_officer_changes() if not each.grant)
    officers.town.transact(officers.anyone, _data_of(carry_out_call(leaves.request)))
    officers.compare()
    assert not has_role(first, Role.ADMINISTRATOR)
    assert announced_officer_changes() == []
    assert open_role_requests() == []
    assert _statuses(RoleRequest.objects.filter(grant=True, event_id__gt=leaves.request.pk)) == {
        RequestStatus.STALE
    }


def test_second_calls_of_the_officers_pages_complete_every_kind_of_request(officers: Officers) -> None:
    first, second = officers.first, officers.second
    old, new, former = NEWCOMERS[:3]
    for sender in (first, second):
        officers.grant(sender, Role.CITIZEN, old)
        officers.grant(sender, Role.AUDITOR, former)
    for sender in (first, second):
        officers.revoke(sender, Role.AUDITOR, former)
    officers.grant(first, Role.DELEGATE, old, until=officers.town.node.now() + 30 * DAY)
    officers.send(first, "correctPerson", former, key("right"))
    officers.send(first, "moveCitizen", old, new)
    officers.revoke(first, Role.GUARDIAN, officers.guardian)
    waiting = open_role_requests()
    assert len(waiting) == 4
    for row in waiting:
        officers.town.transact(second, _data_of(second_call(row)))
        officers.compare()
    assert _statuses(waiting) == {RequestStatus.COMPLETED, RequestStatus.SCHEDULED}
    assert open_role_requests() == []


def _statuses(rows: Iterable[RoleRequest]) -> set[RequestStatus]:
    return {fate.status for fate in request_fates(rows).values()}


def _data_of(call: dict[str, Any]) -> dict[str, str]:
    return {"to": call["to"], "data": call["data"]}
