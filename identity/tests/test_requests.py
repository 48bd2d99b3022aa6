"""What becomes of requests that need two officers, as the events say."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.selectors import chain_now
from identity import events as chain
from identity.roles.models import RequestStatus, Role, RoleRequest
from identity.roles.selectors.announced import announced_officer_changes
from identity.roles.selectors.fates import request_fate
from identity.roles.selectors.requests import open_role_requests
from identity.tests.factories import (
    ADMINISTRATORS,
    Happening,
    Ledger,
    agreed,
    announced,
    asked,
    digest,
    granted,
    happened,
    person,
    request_id,
    revoked,
)

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)
CITIZENS = (person(1), person(2))
GUARDIAN = (person(3),)


@pytest.fixture
def town() -> Ledger:
    """A town in which one administrator asked for two citizens and for a guardian."""
    ledger = Ledger()
    ledger.deploy()
    lapses = ledger.now + ledger.step + WEEK
    ledger.block(asked(Role.CITIZEN, CITIZENS, lapses=lapses), asked(Role.GUARDIAN, GUARDIAN, lapses=lapses))
    return ledger


def waiting() -> set[Role]:
    """The roles whose requests wait for a second administrator."""
    return {Role(row.role) for row in open_role_requests()}


def status(role: Role) -> RequestStatus:
    """What became of the newest request for this role."""
    row = RoleRequest.objects.filter(role=role).order_by("-event_id").first()
    assert row is not None
    return request_fate(row).status


def withdrawn(request: str, by: str = ADMINISTRATORS[0]) -> Happening:
    """Who made the request takes it back."""
    return happened(chain.RoleChangeWithdrawn, request_id=request, by=by)


def test_request_waits_until_a_second_administrator_agrees(town: Ledger) -> None:
    assert waiting() == {Role.CITIZEN, Role.GUARDIAN}
    town.block(
        agreed(request_id(Role.CITIZEN, CITIZENS)), *(granted(Role.CITIZEN, each) for each in CITIZENS)
    )
    assert waiting() == {Role.GUARDIAN}
    assert status(Role.CITIZEN) == RequestStatus.COMPLETED


def test_request_waits_until_it_is_taken_back_and_can_be_made_anew(town: Ledger) -> None:
    height = town.block(withdrawn(request_id(Role.CITIZEN, CITIZENS)))
    assert (waiting(), status(Role.CITIZEN)) == ({Role.GUARDIAN}, RequestStatus.WITHDRAWN)
    town.block(asked(Role.CITIZEN, CITIZENS, lapses=town.now + WEEK, by=ADMINISTRATORS[1]))
    assert (waiting(), status(Role.CITIZEN)) == ({Role.CITIZEN, Role.GUARDIAN}, RequestStatus.OPEN)
    town.take_back(height - 1)
    assert waiting() == {Role.CITIZEN, Role.GUARDIAN}


def test_request_lapses_in_the_second_that_the_contract_named(town: Ledger) -> None:
    lapses = RoleRequest.objects.get(role=Role.CITIZEN).expires_at
    town.wait(timedelta(0), until=lapses - timedelta(seconds=1))
    assert waiting() == {Role.CITIZEN, Role.GUARDIAN}
    town.wait(timedelta(0), until=lapses)
    assert (waiting(), status(Role.CITIZEN)) == (set(), RequestStatus.LAPSED)


def test_request_is_overtaken_when_one_of_its_accounts_changes_otherwise(town: Ledger) -> None:
    town.block(granted(Role.DELEGATE, person(1)))
    assert waiting() == {Role.CITIZEN, Role.GUARDIAN}
    town.block(granted(Role.CITIZEN, person(2)))
    assert (waiting(), status(Role.CITIZEN)) == ({Role.GUARDIAN}, RequestStatus.STALE)


def test_request_falls_with_the_role_of_who_made_it_even_if_it_is_given_back(town: Ledger) -> None:
    town.block(revoked(Role.ADMINISTRATOR, ADMINISTRATORS[0]))
    assert (waiting(), status(Role.CITIZEN)) == (set(), RequestStatus.STALE)
    town.block(granted(Role.ADMINISTRATOR, ADMINISTRATORS[0]))
    assert (waiting(), status(Role.CITIZEN)) == (set(), RequestStatus.STALE)


def test_officer_is_announced_until_carried_out(town: Ledger) -> None:
    name = request_id(Role.GUARDIAN, GUARDIAN)
    effective = town.now + timedelta(days=7)
    town.block(agreed(name), announced(name, effective=effective, lapses=effective + WEEK))
    assert (waiting(), status(Role.GUARDIAN)) == ({Role.CITIZEN}, RequestStatus.SCHEDULED)
    (change,) = announced_officer_changes()
    assert (change.role, change.grant, change.accounts) == (Role.GUARDIAN, True, GUARDIAN)
    assert (change.effective_at, change.is_due(town.now)) == (effective, False)
    town.wait(timedelta(0), until=effective)
    assert announced_officer_changes()[0].is_due(town.now)
    town.block(
        granted(Role.GUARDIAN, person(3)),
        happened(chain.OfficerChangeCarriedOut, request_id=name, by=person(9)),
    )
    assert announced_officer_changes() == []
    assert status(Role.GUARDIAN) == RequestStatus.CARRIED_OUT


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("objected", RequestStatus.OBJECTED),
        ("withdrawn", RequestStatus.WITHDRAWN),
        ("overtaken", RequestStatus.STALE),
        ("nothing", RequestStatus.LAPSED),
    ],
)
def test_announcement_ends_without_effect(town: Ledger, what: str, expected: RequestStatus) -> None:
    name = request_id(Role.GUARDIAN, GUARDIAN)
    effective = town.now + timedelta(days=7)
    town.block(agreed(name), announced(name, effective=effective, lapses=effective + WEEK))
    reason = digest("too soon")
    match what:
        case "objected":
            town.block(
                happened(chain.OfficerChangeObjected, request_id=name, guardian=person(8), reason_hash=reason)
            )
        case "withdrawn":
            town.block(withdrawn(name, by=ADMINISTRATORS[1]))
        case "overtaken":
            town.block(granted(Role.GUARDIAN, person(3)))
        case "nothing":
            town.wait(timedelta(0), until=effective + WEEK)
    assert announced_officer_changes() == []
    assert status(Role.GUARDIAN) == expected
    row = RoleRequest.objects.get(role=Role.GUARDIAN)
    assert request_fate(row).reason_hash == (reason if what == "objected" else None)


def test_page_without_announcements_costs_one_question(
    town: Ledger, django_assert_num_queries: object
) -> None:
    now = chain_now()
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert announced_officer_changes(now) == []


def test_corrections_and_moves_wait_like_roles_do() -> None:
    town = Ledger()
    town.deploy()
    lapses = int((town.now + WEEK).timestamp())
    town.block(
        happened(
            chain.PersonCorrectionRequested,
            request_id=digest("correct"),
            administrator=ADMINISTRATORS[0],
            account=person(1),
            person_key=digest("Maya"),
            expires_at=lapses,
        ),
        happened(
            chain.CitizenMoveRequested,
            request_id=digest("move"),
            administrator=ADMINISTRATORS[0],
            old_account=person(1),
            new_account=person(2),
            expires_at=lapses,
        ),
    )
    assert {row.kind for row in open_role_requests()} == {"person", "move"}
    town.block(agreed(digest("move")))
    assert [row.kind for row in open_role_requests()] == ["person"]
