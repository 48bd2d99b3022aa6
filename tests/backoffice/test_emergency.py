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

from audit.models import AuditLog
from contracts.acts.hashes import reason_hash
from contracts.calldata import decode_call, encode_call
from governance.pauses.options import (
    EXTENSION_CALL_TAKEN,
    LIFT_CALL_TAKEN,
    PAUSE_ACTIONS,
    PAUSE_CALL_TAKEN,
    WITHDRAWAL_CALL_TAKEN,
)
from governance.pauses.rules import PAUSE_ALONE as ALONE
from governance.proposals.models import ProposalState, ProposalType
from governance.tests.factories import (
    CONTRACTS,
    Town,
    digest,
    extended,
    pause_wish_withdrawn,
    pause_wished,
    paused,
    person,
    unpaused,
)
from identity.accounts.models import User
from identity.reasons.models import Reason
from identity.reasons.services import keep_reason
from identity.roles.models import Role
from identity.tests.factories import CHAIN_ID, Happening, granted, identified, revoked
from tests.backoffice.conftest import officer_named

FIRST, SECOND, TWIN, THIRD = (f"0x{index:040x}" for index in (0xB1, 0xB2, 0xB3, 0xB4))
WEEK, FORTNIGHT = timedelta(days=7), timedelta(days=14)
REASON = "Somebody got hold of a guardian’s key."
PAGE = "/admin/emergency/"


@pytest.fixture
def guarded(town: Town) -> Town:
    """The town with three guardians, one of whom has a second address."""
    for address, human in ((FIRST, FIRST), (SECOND, SECOND), (THIRD, THIRD), (TWIN, FIRST)):
        town.block(identified(address, digest(human)), granted(Role.GUARDIAN, address))
    return town


@pytest.fixture
def first(guarded: Town) -> User:
    return officer_named("lars", FIRST)


@pytest.fixture
def second(guarded: Town) -> User:
    return officer_named("priya", SECOND)


def asks(town: Town, by: str, *, lift: bool, number: int = 1) -> Happening:
    """A guardian's half of ending or extending a pause."""
    return pause_wished(by, lift=lift, lapses=town.now + WEEK, number=number)


def joins(town: Town, by: str = SECOND, *, number: int = 1) -> Happening:
    """A second guardian joins a pause that began in the newest block."""
    return extended(town.now + FORTNIGHT, by, old=town.now + ALONE, number=number)


def begun(town: Town, by: str = FIRST, *, number: int = 1, reason: str = REASON) -> Happening:
    """A pause that begins in the next block."""
    return paused(town.now + town.step + ALONE, by, number=number, reason=reason)


def page(user: User) -> Any:
    """The emergency page as an officer finds it."""
    client = Client()
    client.force_login(user)
    response = client.get(PAGE)
    assert response.status_code == 200
    return response


def kinds(response: Any) -> dict[str, list[str]]:
    """How each deed's checks came out."""
    return {offer.name: [check.kind for check in offer.checks] for offer in response.context["options"]}


def test_a_guardian_may_pause_while_nothing_is_paused(first: User) -> None:
    response = page(first)
    assert kinds(response) == {"pause": ["ok", "ok", "ok"]}
    assert reverse("admin:emergency_action", args=["pause"]).encode() in response.content


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
    assert not AuditLog.objects.filter(action=PAUSE_CALL_TAKEN).exists()


def test_only_officers_come_here(guarded: Town, client: Client) -> None:
    assert client.get(PAGE)["Location"].startswith("/admin/login/")
    citizen = User.objects.create_user("ruth", "ruth@riverbend.example", "not-secret")
    client.force_login(citizen)
    assert client.get(PAGE)["Location"].startswith("/admin/login/")
    citizen.is_staff = True
    citizen.save()
    assert client.get(PAGE)["Location"].startswith("/admin/login/")


def decoded(response: Any) -> tuple[str, list[Any]]:
    """The function and the arguments of the call that a page hands out."""
    call = json.loads(response.context["call"])
    assert (call["value"], call["chainId"]) == ("0x0", CHAIN_ID)
    assert call["to"].lower() == CONTRACTS["GovernanceCore"].lower()
    found = decode_call(call["to"], call["data"])
    assert found is not None
    return found.function, list(found.args.values())


@pytest.mark.parametrize("name", list(PAUSE_ACTIONS))
def test_the_call_is_handed_out_for_the_typed_word_alone_and_that_is_written_down(
    guarded: Town, first: User, client: Client, name: str
) -> None:
    if name != "pause":
        guarded.block(begun(guarded, SECOND, number=7))
    if name in ("extend", "withdraw-extend"):
        guarded.block(joins(guarded, THIRD, number=7))
    if name.startswith("withdraw-"):
        guarded.block(asks(guarded, FIRST, lift=name == "withdraw-end", number=7))
    client.force_login(first)
    address = reverse("admin:emergency_action", args=[name])
    assert b"data-send-call" not in client.get(address).content
    refused = client.post(address, {"word": "please", "reason": REASON})
    assert refused.status_code == 400
    assert b"data-send-call" not in refused.content
    before = AuditLog.objects.count()
    response = client.post(address, {"word": PAUSE_ACTIONS[name].word, "reason": REASON})
    arguments = {
        "pause": [reason_hash(REASON)],
        "end": [7],
        "withdraw-extend": [False],
        "withdraw-end": [True],
    }
    assert decoded(response) == (PAUSE_ACTIONS[name].function, arguments.get(name, []))
    assert b"data-send-call" in response.content
    assert b"data-sign-dialog" in response.content
    assert AuditLog.objects.count() == before + 1
    entry = AuditLog.objects.latest("sequence")
    assert (entry.actor, entry.target) == (FIRST, "GovernanceCore")
    assert entry.action in {
        PAUSE_CALL_TAKEN,
        EXTENSION_CALL_TAKEN,
        LIFT_CALL_TAKEN,
        WITHDRAWAL_CALL_TAKEN,
    }


def test_a_pause_needs_a_reason_that_everybody_reads(
    guarded: Town, first: User, second: User, client: Client
) -> None:
    client.force_login(first)
    address = reverse("admin:emergency_action", args=["pause"])
    refused = client.post(address, {"word": "PAUSE", "reason": " "})
    assert refused.status_code == 400
    assert not AuditLog.objects.filter(action=PAUSE_CALL_TAKEN).exists()
    assert not Reason.objects.exists()
    client.post(address, {"word": "PAUSE", "reason": f" {REASON} "})
    assert Reason.objects.get().text == REASON
    guarded.block(begun(guarded))
    assert REASON.encode() in page(second).content


def test_the_same_person_waits_thirty_days_whichever_address_they_use(guarded: Town, first: User) -> None:
    guarded.block(begun(guarded, TWIN))
    guarded.wait(timedelta(days=29))
    assert kinds(page(first)) == {"pause": ["ok", "ok", "no"]}
    client = Client()
    client.force_login(first)
    answer = client.post(f"{PAGE}pause/", {"word": "PAUSE", "reason": REASON}, follow=True)
    assert b"Other guardians need not wait" in answer.content
    assert not AuditLog.objects.filter(action=PAUSE_CALL_TAKEN).exists()
    guarded.wait(timedelta(days=1))
    assert kinds(page(first)) == {"pause": ["ok", "ok", "ok"]}


def test_nobody_pauses_while_the_citizens_word_is_fresh(guarded: Town, first: User, second: User) -> None:
    guarded.block(begun(guarded))
    guarded.block(unpaused(CONTRACTS["ExecutionModule"], immune=guarded.now + timedelta(days=30)))
    assert kinds(page(second)) == {"pause": ["ok", "ok", "ok", "no"]}
    guarded.wait(timedelta(days=31))
    assert kinds(page(second)) == {"pause": ["ok", "ok", "ok"]}


def test_another_guardian_joins_a_pause_and_then_two_extend_it(
    guarded: Town, first: User, second: User
) -> None:
    guarded.block(begun(guarded))
    start = guarded.now
    assert kinds(page(first)) == {"end": ["ok", "warn"], "join": ["ok", "no"]}
    assert kinds(page(officer_named("twin", TWIN)))["join"] == ["ok", "no"]
    response = page(second)
    assert kinds(response) == {"end": ["ok", "warn"], "join": ["ok", "ok"]}
    assert response.context["options"][1].until == start + FORTNIGHT
    guarded.block(extended(start + FORTNIGHT, SECOND, old=start + ALONE))
    response = page(first)
    assert kinds(response) == {"end": ["ok", "warn"], "extend": ["ok", "warn"]}
    assert response.context["options"][1].until == guarded.now + 2 * FORTNIGHT - guarded.step
    guarded.block(extended(guarded.now + 2 * FORTNIGHT, SECOND, old=start + FORTNIGHT))
    assert kinds(page(first))["extend"] == ["ok", "warn"]
    guarded.block(extended(guarded.now + 3 * FORTNIGHT, SECOND, old=start + FORTNIGHT))
    assert kinds(page(first))["extend"] == ["ok", "no"]


def test_a_request_waits_for_another_person(guarded: Town, first: User, second: User) -> None:
    guarded.block(begun(guarded))
    guarded.block(joins(guarded))
    assert kinds(page(second)) == {"end": ["ok", "warn"], "extend": ["ok", "warn"]}
    guarded.block(asks(guarded, FIRST, lift=True))
    mine, theirs = page(first), page(second)
    assert kinds(mine) == {"end": ["ok", "no"], "extend": ["ok", "warn"]}
    assert kinds(theirs) == {"end": ["ok", "ok"], "extend": ["ok", "warn"]}
    assert b"You asked first." in mine.content
    assert b"emergency/withdraw-end/" in mine.content
    assert b"Lars asked" in theirs.content
    assert b"emergency/withdraw-end/" not in theirs.content
    assert kinds(page(officer_named("twin", TWIN)))["end"] == ["ok", "no"]


def test_a_request_that_was_taken_back_or_lapsed_waits_no_more(
    guarded: Town, first: User, second: User
) -> None:
    guarded.block(begun(guarded))
    guarded.block(joins(guarded))
    guarded.block(asks(guarded, FIRST, lift=True))
    guarded.block(pause_wish_withdrawn(FIRST, lift=True))
    assert kinds(page(second))["end"] == ["ok", "warn"]
    guarded.block(asks(guarded, FIRST, lift=True))
    guarded.wait(WEEK)
    assert kinds(page(second))["end"] == ["ok", "warn"]


def test_a_waiting_request_is_on_the_other_guardians_desk(guarded: Town, first: User, second: User) -> None:
    guarded.block(begun(guarded))
    guarded.block(asks(guarded, FIRST, lift=True))
    for user, mine, others in ((first, [], ["End the pause"]), (second, ["End the pause"], [])):
        client = Client()
        client.force_login(user)
        today = client.get("/admin/").context
        assert [task.title for task in today["mine"]] == mine
        assert [task.title for task in today["others"]] == others


def test_a_request_is_for_the_pause_that_it_names(guarded: Town, first: User, second: User) -> None:
    guarded.block(begun(guarded))
    guarded.block(asks(guarded, FIRST, lift=True))
    guarded.wait(timedelta(days=4))
    guarded.block(begun(guarded, THIRD, number=2))
    assert kinds(page(second))["end"] == ["ok", "warn"]


def test_a_request_of_someone_who_is_no_guardian_any_more_counts_nothing(
    guarded: Town, first: User, second: User
) -> None:
    guarded.block(begun(guarded))
    guarded.block(asks(guarded, FIRST, lift=True))
    assert kinds(page(second))["end"] == ["ok", "ok"]
    guarded.block(revoked(Role.GUARDIAN, FIRST))
    assert kinds(page(second))["end"] == ["ok", "warn"]


def test_history_tells_why_each_pause_began_and_how_it_ended(
    guarded: Town, first: User, second: User
) -> None:
    keep_reason(REASON)
    guarded.block(begun(guarded))  # runs its time
    guarded.wait(timedelta(days=31))
    guarded.block(begun(guarded, number=2))
    guarded.block(joins(guarded, THIRD, number=2))
    guarded.block(asks(guarded, FIRST, lift=False, number=2))
    guarded.block(extended(guarded.now + 2 * FORTNIGHT, SECOND, old=guarded.now + FORTNIGHT, number=2))
    guarded.block(asks(guarded, SECOND, lift=True, number=2))
    guarded.block(unpaused(FIRST, number=2))
    guarded.wait(timedelta(days=31))
    guarded.block(begun(guarded, SECOND, number=3, reason=""))
    guarded.block(unpaused(CONTRACTS["ExecutionModule"], number=3, immune=guarded.now + timedelta(days=30)))
    guarded.wait(timedelta(days=31))
    guarded.block(begun(guarded, SECOND, number=4))
    past = page(first).context["history"]
    assert [each.by for each in past] == ["Priya", "Priya", "Lars", "Lars"]
    assert [each.reason for each in past] == [REASON, "", REASON, REASON]
    assert [each.ending for each in past] == [
        "",
        "By an adopted proposal",
        "By Priya and Lars",
        "By itself",
    ]
    assert past[2].extensions[1][0] == "Lars and Priya"
    assert past[3].length == ALONE


def test_what_stops_leaves_emergencies_out(guarded: Town, first: User, client: Client) -> None:
    guarded.open_vote(title="A bench")
    urgent = guarded.open_vote(title="Dismiss a guardian", proposal_type=ProposalType.EMERGENCY)
    assert urgent.state == ProposalState.ACTIVE
    client.force_login(first)
    response = client.get(f"{PAGE}pause/")
    assert (response.context["votes"], response.context["waiting"]) == (1, 0)


def test_more_pauses_cost_no_more_queries(guarded: Town, first: User, second: User) -> None:
    counts = []
    for number in range(1, 4):
        guarded.wait(timedelta(days=31))
        guarded.block(begun(guarded, number=number))
        guarded.block(asks(guarded, FIRST, lift=True, number=number))
        guarded.block(unpaused(SECOND, number=number))
        with CaptureQueriesContext(connection) as queries:
            page(second)
        counts.append(len(queries))
    assert counts[1] == counts[2]
    assert counts[2] <= 45


def test_nobody_without_an_account_is_named_wrongly(guarded: Town, first: User) -> None:
    guarded.block(begun(guarded, person(900)))
    assert page(first).context["history"][0].by.startswith("0x")


def test_the_guide_tells_the_data_to_send_when_this_site_is_away() -> None:
    guide = (Path(settings.BASE_DIR) / "docs/guides/guardian-guide.md").read_text(encoding="utf-8")
    for name, deed in PAUSE_ACTIONS.items():
        arguments: dict[str, list[Any]] = {
            "pause": ["0x" + "00" * 32],
            "unpause": [0],
            "withdrawPauseRequest": [deed.wish],
        }
        data = encode_call("GovernanceCore", deed.function, arguments.get(deed.function, []))
        assert f"| {name} | `{data[:10]}" in guide
