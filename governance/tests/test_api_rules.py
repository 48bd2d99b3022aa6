"""What the API tells of the rules: terms sealed with a vote, reasons, pauses, what two officers decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from contracts import events as chain
from contracts.addresses import checksum
from governance.pauses.rules import PAUSE_ALONE, PAUSE_JOINED
from governance.proposals.models import ProposalType
from governance.tests.factories import (
    ADMINISTRATORS,
    CONTRACTS,
    TOKEN_STRATEGY,
    Town,
    cancellation_asked,
    cancelled,
    delegated,
    digest,
    endorsed,
    extended,
    happened,
    parameter,
    paused,
    person,
    retired,
    struck,
    unpaused,
)
from identity.reasons.services import keep_reason
from identity.roles.models import Role
from identity.tests.factories import agreed, announced, asked, granted, request_id, revoked

pytestmark = pytest.mark.django_db
Api = Callable[[str], Any]
GUARDIAN, SECOND = person(900), person(901)


@pytest.fixture
def town() -> Town:
    return Town.founded(citizens=60)


@pytest.fixture
def api(client: Client) -> Api:
    """The JSON of an address under ``/api``."""

    def get(path: str) -> Any:
        response = client.get(f"/api{path}")
        assert response.status_code == 200, response.content
        return response.json()

    return get


def test_terms_are_told_once_they_are_sealed_and_no_later_rule_moves_them(town: Town, api: Api) -> None:
    proposal = town.propose(proposal_type=ProposalType.ROLE)
    names = ("passingPercentage", "quorumPercentage", "executionDelay", "gracePeriod", "proposalThreshold")
    assert [api("/proposals/1")[name] for name in names] == [None] * 5
    town.block(town.activated(proposal))
    town.block(parameter("executionDelay", 2 * 86_400, 3 * 86_400))
    for row in (api("/proposals/1"), api("/proposals")["results"][0]):
        assert [row[name] for name in names] == [60, 20, 2 * 86_400, 3 * 86_400, "1"]
    assert api("/proposals/1")["result"]["passingPercentage"] == 60
    assert api("/proposals/1")["result"]["shareReached"] is False


def test_support_is_told_with_what_is_needed_and_struck_support_is_gone(town: Town, api: Api) -> None:
    proposal = town.propose()
    town.block(endorsed(proposal, 2, 0), endorsed(proposal, 3, 1))
    town.block(struck(proposal, 2, 2))
    row = api("/proposals/1")
    assert (row["endorsements"], row["endorsementsNeeded"]) == (1, 3)


def test_wish_to_cancel_and_its_reason_are_told_until_it_is_cancelled(town: Town, api: Api) -> None:
    proposal = town.propose()
    assert api("/proposals/1")["cancellationRequest"] is None
    reason = keep_reason("It is unlawful.")
    town.block(cancellation_asked(proposal, ADMINISTRATORS[0], reason="It is unlawful."))
    wish = api("/proposals/1")["cancellationRequest"]
    assert (wish["administrator"], wish["reason"]) == (checksum(ADMINISTRATORS[0]), "It is unlawful.")
    town.block(cancelled(proposal, reason="It is unlawful."))
    row = api("/proposals/1")
    assert (row["cancelReasonHash"], row["cancelReason"]) == (reason, "It is unlawful.")
    assert row["cancellationRequest"] is None
    line = next(
        each for each in api("/proposals/1/timeline")["entries"] if each["key"] == "ProposalCancelled"
    )
    assert line["reason"] == "It is unlawful."


def test_rules_are_told_with_their_bounds_and_for_each_kind(town: Town, api: Api) -> None:
    town.block(retired(TOKEN_STRATEGY))
    told = api("/governance/params")
    assert (told["noticePeriod"], told["officerDelay"], told["endorsementPermille"]) == (
        "3600",
        "604800",
        "50",
    )
    permille = next(rule for rule in told["parameters"] if rule["name"] == "endorsementPermille")
    assert (permille["unit"], permille["text"], permille["minimum"], permille["maximum"]) == (
        "permille",
        "5%",
        "1",
        "50",
    )
    terms = {each["proposalType"]: each for each in told["terms"]}
    assert {kind: each["passingPercentage"] for kind, each in terms.items()} == {
        "POLICY": 50,
        "BUDGET": 50,
        "PARAMETER": 50,
        "ROLE": 60,
        "UPGRADE": 60,
        "EMERGENCY": 50,
    }
    assert terms["EMERGENCY"]["votingPeriod"] == 48 * 3600
    ways = {each["kind"]: each for each in told["strategies"]}
    assert ways["one-person-one-vote"]["types"] == list(terms)
    assert ways["token-weighted"]["types"] == ["POLICY", "BUDGET"]
    assert (ways["token-weighted"]["threshold"], ways["token-weighted"]["retired"]) == (str(10**18), True)


def test_pauses_are_told_with_who_and_why(town: Town, api: Api) -> None:
    assert api("/governance/pauses") == {"immuneUntil": None, "pauses": []}
    keep_reason("A break-in.")
    began = town.now + town.step
    town.block(paused(began + PAUSE_ALONE, GUARDIAN, reason="A break-in."))
    town.block(extended(began + PAUSE_JOINED, SECOND, old=began + PAUSE_ALONE))
    immune = town.now + timedelta(days=30)
    town.block(unpaused(CONTRACTS["ExecutionModule"], immune=immune))
    told = api("/governance/pauses")
    (pause,) = told["pauses"]
    assert (pause["pauseNumber"], pause["reason"]) == ("1", "A break-in.")
    assert [pause[name] for name in ("guardian", "joinedBy", "liftedBy")] == [
        checksum(each) for each in (GUARDIAN, SECOND, CONTRACTS["ExecutionModule"])
    ]
    assert told["immuneUntil"] == pause["immuneUntil"] is not None


def test_requests_of_administrators_are_told_with_what_became_of_them(town: Town, api: Api) -> None:
    keep_reason("Moved away.")
    keep_reason("We know nothing of this person.")
    lapses, effective = town.now + timedelta(days=7), town.now + timedelta(days=8)
    leaving, coming = (person(3),), (person(5),)
    reason = keep_reason("Moved away.")
    guardian = request_id(Role.GUARDIAN, coming)
    town.block(asked(Role.CITIZEN, leaving, lapses=lapses, grant=False, reason_hash=reason))
    town.block(asked(Role.GUARDIAN, coming, lapses=lapses))
    later, first = api("/roles/requests")["results"]
    assert (first["role"], first["grant"], first["status"], first["reason"]) == (
        "CITIZEN",
        False,
        "open",
        "Moved away.",
    )
    assert (first["accounts"], first["administrator"]) == (
        [checksum(person(3))],
        checksum(ADMINISTRATORS[0]),
    )
    assert later["status"] == "open"
    town.block(
        agreed(guardian), announced(guardian, effective=effective, lapses=effective + timedelta(days=7))
    )
    (row,) = api("/roles/requests?role=GUARDIAN")["results"]
    assert (row["status"], row["secondedBy"]) == ("scheduled", checksum(ADMINISTRATORS[1]))
    objection = keep_reason("We know nothing of this person.")
    town.block(
        happened(chain.OfficerChangeObjected, request_id=guardian, guardian=GUARDIAN, reason_hash=objection)
    )
    (row,) = api("/roles/requests?role=GUARDIAN")["results"]
    assert (row["status"], row["statusBy"]) == ("objected", checksum(GUARDIAN))
    assert row["objection"] == "We know nothing of this person."
    town.block(*town.leaves(person(3), reason_hash=reason))
    assert api("/roles/requests?role=CITIZEN")["results"][0]["status"] != "open"
    history = api(f"/users/{person(3)}/roles")["history"]
    assert (history[0]["change"], history[0]["reason"]) == ("revoked", "Moved away.")


def test_delegate_who_lost_the_role_is_told_to_stand_no_more(town: Town, api: Api) -> None:
    town.block(granted(Role.DELEGATE, person(0)), delegated(1, 0))
    town.open_vote()
    assert api(f"/users/{person(1)}")["delegations"][0]["stands"] is True
    town.block(revoked(Role.DELEGATE, person(0), reason_hash=digest("unknown words")))
    assert api(f"/users/{person(1)}")["delegations"][0]["stands"] is False
    power = api(f"/proposals/1/power/{person(1)}")
    assert (power["delegate"], power["delegateStands"]) == (checksum(person(0)), False)
    assert api(f"/proposals/1/power/{person(0)}")["weight"] == "1"


def test_citizen_who_moved_says_where_to(town: Town, api: Api) -> None:
    assert api(f"/users/{person(1)}/roles")["movedTo"] is None
    town.block(*town.moves(person(1), person(70), digest("one and the same")))
    assert api(f"/users/{person(1)}/roles")["movedTo"] == checksum(person(70))
