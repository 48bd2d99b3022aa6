"""The emergency page: who may send what, what is checked beforehand, what stays written down."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contracts import events as chain
from contracts.calldata import encode_call
from daoportal.audit.actions import Action
from daoportal.audit.models import AuditLog
from daoportal.officers.tests.conftest import officer_named
from governance.admin.emergency import DEEDS
from governance.models import ProposalState, ProposalType
from governance.tests.factories import (
    ADMINISTRATORS,
    CONTRACTS,
    Town,
    digest,
    happened,
    paused,
    person,
    unix,
    unpaused,
)
from identity.chainrole import ROLE_HASHES
from identity.models import Role, User
from identity.tests.factories import CHAIN_ID, Happening, granted

FIRST, SECOND, TWIN = (f"0x{index:040x}" for index in (0xB1, 0xB2, 0xB3))
FORTNIGHT = timedelta(days=14)
PAGE = "/admin/emergency/"


@pytest.fixture
def guarded(town: Town) -> Town:
    """The town with two guardians, one of whom has a second address."""
    for address, human in ((FIRST, FIRST), (SECOND, SECOND), (TWIN, FIRST)):
        identified = happened(
            chain.OfficerIdentified, account=address, person_hash=digest(human), by=ADMINISTRATORS[0]
        )
        town.block(identified, granted(Role.GUARDIAN, address))
    return town


@pytest.fixture
def first(guarded: Town) -> User:
    return officer_named("lars", FIRST)


@pytest.fixture
def second(guarded: Town) -> User:
    return officer_named("priya", SECOND)


def asks(by: str, *, lift: bool) -> Happening:
    """A guardian's half of ending or extending a pause."""
    return happened(chain.PauseChangeRequested, guardian=by, lift=lift)


def extends(town: Town, by: str) -> Happening:
    """The second half: the pause of 14 days becomes one of 28."""
    return happened(
        chain.PauseExtended,
        guardian=by,
        old_until=unix(town.now + FORTNIGHT),
        new_until=unix(town.now + 2 * FORTNIGHT),
    )


def begun(town: Town, by: str = FIRST) -> Happening:
    """A pause that begins in the next block and has its 14 days."""
    return paused(town.now + town.step + FORTNIGHT, by)


def page(user: User) -> Any:
    """The emergency page as an officer finds it."""
    client = Client()
    client.force_login(user)
    response = client.get(PAGE)
    assert response.status_code == 200
    return response


def kinds(response: Any) -> dict[str, list[str]]:
    """How each deed's checks came out."""
    return {offer.name: [check.kind for check in offer.checks] for offer in response.context["offers"]}


def test_a_guardian_may_pause_while_nothing_is_paused(first: User) -> None:
    response = page(first)
    assert kinds(response) == {"pause": ["ok", "ok", "ok"]}
    assert reverse("admin:emergency_deed", args=["pause"]).encode() in response.content


def test_an_officer_who_is_no_guardian_reads_and_is_told_who_may(
    officer: User, first: User, second: User
) -> None:
    response = page(officer)
    assert kinds(response) == {"pause": ["no"]}
    assert b"Only a guardian can begin a pause" in response.content
    assert b"<strong>Lars</strong>" in response.content
    assert b"emergency/pause/" not in response.content
    client = Client()
    client.force_login(officer)
    for answer in (client.get(f"{PAGE}pause/"), client.post(f"{PAGE}pause/", {"word": "PAUSE"})):
        assert answer.status_code == 403
    assert not AuditLog.objects.filter(action=Action.PAUSE_CALL_TAKEN).exists()


def test_only_officers_come_here(guarded: Town, client: Client) -> None:
    assert client.get(PAGE)["Location"].startswith("/admin/login/")
    citizen = User.objects.create_user("ruth", "ruth@riverbend.example", "not-secret")
    client.force_login(citizen)
    assert client.get(PAGE)["Location"].startswith("/admin/login/")
    citizen.is_staff = True
    citizen.save()
    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize("name", list(DEEDS))
def test_the_call_is_handed_out_for_the_typed_word_alone_and_that_is_written_down(
    guarded: Town, first: User, client: Client, name: str
) -> None:
    if name != "pause":
        guarded.block(begun(guarded, SECOND))
    client.force_login(first)
    address = reverse("admin:emergency_deed", args=[name])
    assert b"data-send-call" not in client.get(address).content
    refused = client.post(address, {"word": "please"})
    assert refused.status_code == 400
    assert b"data-send-call" not in refused.content
    before = AuditLog.objects.count()
    response = client.post(address, {"word": DEEDS[name].word})
    call = json.loads(response.context["call"])
    assert call.pop("to").lower() == CONTRACTS["GovernanceCore"].lower()
    data = encode_call("GovernanceCore", DEEDS[name].function)
    assert call == {"data": data, "value": "0x0", "chainId": CHAIN_ID}
    assert b"data-send-call" in response.content
    assert b"data-sign-dialog" in response.content
    assert AuditLog.objects.count() == before + 1
    entry = AuditLog.objects.latest("sequence")
    assert (entry.actor, entry.target) == (FIRST, "GovernanceCore")
    assert entry.action in {Action.PAUSE_CALL_TAKEN, Action.EXTENSION_CALL_TAKEN, Action.LIFT_CALL_TAKEN}


def test_the_same_person_waits_thirty_days_whichever_address_they_use(guarded: Town, first: User) -> None:
    guarded.block(begun(guarded, TWIN))
    guarded.wait(timedelta(days=29))
    assert kinds(page(first)) == {"pause": ["ok", "ok", "no"]}
    client = Client()
    client.force_login(first)
    answer = client.post(f"{PAGE}pause/", {"word": "PAUSE"}, follow=True)
    assert b"Other guardians need not wait" in answer.content
    assert not AuditLog.objects.filter(action=Action.PAUSE_CALL_TAKEN).exists()
    guarded.wait(timedelta(days=1))
    assert kinds(page(first)) == {"pause": ["ok", "ok", "ok"]}


def test_a_request_waits_for_another_person(guarded: Town, first: User, second: User) -> None:
    guarded.block(begun(guarded))
    assert kinds(page(second)) == {"end": ["ok", "warn"], "extend": ["ok", "warn"]}
    guarded.block(asks(FIRST, lift=True))
    mine, theirs = page(first), page(second)
    assert kinds(mine) == {"end": ["ok", "no"], "extend": ["ok", "warn"]}
    assert kinds(theirs) == {"end": ["ok", "ok"], "extend": ["ok", "warn"]}
    assert b"You asked first." in mine.content
    assert b"Lars asked" in theirs.content
    assert kinds(page(officer_named("twin", TWIN)))["end"] == ["ok", "no"]


def test_a_waiting_request_is_on_the_other_guardians_desk(guarded: Town, first: User, second: User) -> None:
    guarded.block(begun(guarded))
    guarded.block(asks(FIRST, lift=True))
    for user, mine, others in ((first, [], ["End the pause"]), (second, ["End the pause"], [])):
        client = Client()
        client.force_login(user)
        today = client.get("/admin/").context
        assert [task.title for task in today["mine"]] == mine
        assert [task.title for task in today["others"]] == others


def test_a_request_is_for_the_pause_as_it_was(guarded: Town, first: User, second: User) -> None:
    guarded.block(begun(guarded))
    guarded.block(asks(FIRST, lift=True), asks(FIRST, lift=False))
    guarded.block(extends(guarded, SECOND))
    assert kinds(page(second)) == {"end": ["ok", "warn"], "extend": ["ok", "warn"]}


def test_a_request_of_someone_who_is_no_guardian_any_more_counts_nothing(
    guarded: Town, first: User, second: User
) -> None:
    guarded.block(begun(guarded))
    guarded.block(asks(FIRST, lift=True))
    assert kinds(page(second))["end"] == ["ok", "ok"]
    guarded.block(
        happened(
            chain.RoleRevoked,
            role=ROLE_HASHES[Role.GUARDIAN],
            account=FIRST,
            revoked_by=ADMINISTRATORS[1],
            old_until=chain.MAX_UINT48,
        )
    )
    assert kinds(page(second))["end"] == ["ok", "warn"]


def test_history_tells_how_each_pause_ended(guarded: Town, first: User, second: User) -> None:
    guarded.block(begun(guarded))  # runs its time
    guarded.wait(timedelta(days=31))
    guarded.block(begun(guarded))
    guarded.block(asks(FIRST, lift=False))
    guarded.block(extends(guarded, SECOND), asks(SECOND, lift=True))
    guarded.block(unpaused(FIRST))
    guarded.wait(timedelta(days=31))
    guarded.block(begun(guarded, SECOND))
    guarded.block(unpaused(CONTRACTS["ExecutionModule"]))
    guarded.wait(timedelta(days=31))
    guarded.block(begun(guarded, SECOND))
    past = page(first).context["history"]
    assert [each.by for each in past] == ["Priya", "Priya", "Lars", "Lars"]
    assert [each.ending for each in past] == [
        "",
        "By an adopted proposal",
        "By Priya and Lars",
        "By itself",
    ]
    assert [people for people, _until in past[2].extensions] == ["Lars and Priya"]
    assert past[3].length == FORTNIGHT


def test_what_stops_leaves_emergencies_out(guarded: Town, first: User, client: Client) -> None:
    guarded.open_vote(title="A bench")
    urgent = guarded.open_vote(title="Dismiss a guardian", proposal_type=ProposalType.EMERGENCY)
    assert urgent.state == ProposalState.ACTIVE
    client.force_login(first)
    response = client.get(f"{PAGE}pause/")
    assert (response.context["votes"], response.context["waiting"]) == (1, 0)


def test_more_pauses_cost_no_more_queries(guarded: Town, first: User, second: User) -> None:
    counts = []
    for _round in range(3):
        guarded.wait(timedelta(days=31))
        guarded.block(begun(guarded))
        guarded.block(asks(FIRST, lift=True))
        guarded.block(unpaused(SECOND))
        with CaptureQueriesContext(connection) as queries:
            page(second)
        counts.append(len(queries))
    assert counts[1] == counts[2]
    assert counts[2] <= 40


def test_nobody_without_an_account_is_named_wrongly(guarded: Town, first: User) -> None:
    guarded.block(begun(guarded, person(900)))
    assert page(first).context["history"][0].by.startswith("0x")


def test_the_guide_tells_the_data_to_send_when_this_site_is_away() -> None:
    guide = (Path(settings.BASE_DIR) / "docs/guides/guardian-guide.md").read_text(encoding="utf-8")
    for name, deed in DEEDS.items():
        assert f"| {name} | `{encode_call('GovernanceCore', deed.function)}` |" in guide
