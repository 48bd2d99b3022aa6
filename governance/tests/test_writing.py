"""Writing proposals that do something: asked for, kept, told before it is signed; wrong input named."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contracts.acts.registry import builder_of
from contracts.addresses import checksum, proxy_admin
from contracts.calldata import decode_call
from governance import effects, services
from governance.errors import FieldInvalid
from governance.forms import draft_form
from governance.models import ProposalDraft, Strategy
from governance.selectors.counting import ways_of_counting
from governance.selectors.preparation import parameter_actions
from governance.tests.factories import (
    ADMINISTRATORS,
    CONTRACTS,
    ONE_PERSON_STRATEGY,
    TOKEN_STRATEGY,
    ZERO,
    ZERO_HASH,
    Town,
    digest,
    paused,
    person,
    registered,
    retired,
)
from identity.models import Role, User
from identity.tests.factories import granted, identified

pytestmark = pytest.mark.django_db

GUARDIANS = (person(900), person(901))
NEW_CODE = "0x" + "ab" * 20
WORDS = {
    "title": "Plant trees",
    "topic": "Parks",
    "summary": "Forty trees.",
    "description": "## Why\n\nShade.",
}
ROLE = {
    "proposal_type": "ROLE",
    "role-0-do": "give",
    "role-0-role": "DELEGATE",
    "role-0-account": checksum(person(1)),
}
EMERGENCY = {"proposal_type": "EMERGENCY", "emergency-0-dismiss": GUARDIANS[0]}
KEY = digest("the papers of a newcomer")
UPGRADE = {
    "proposal_type": "UPGRADE",
    "upgrade-0-contract": "VotingEngine",
    "upgrade-0-implementation": NEW_CODE,
}
QUADRATIC_WAY = {
    "proposal_type": "UPGRADE",
    "ways-0-admit": "quadratic",
    "ways-0-types": "BUDGET",
    "ways-0-credits": "64",
    "ways-0-days": "90",
}
TOKEN_WAY = {
    "proposal_type": "UPGRADE",
    "ways-0-admit": "token-weighted",
    "ways-0-types": "POLICY BUDGET",
    "ways-0-token": NEW_CODE,
    "ways-0-threshold": "2.5",
}


@pytest.fixture
def town() -> Town:
    """Five citizens, two guardians, and names for some."""
    town = Town.founded(citizens=5)
    for guardian in GUARDIANS:
        town.block(identified(guardian), granted(Role.GUARDIAN, guardian))
    town.block(identified(person(2), digest("Maya")))
    User.objects.create(username="maya", address=person(1), metadata={"displayName": "Maya O."})
    User.objects.create(username="ruth", address=GUARDIANS[0], metadata={"displayName": "Ruth A."})
    return town


def text_of(response: Any) -> str:
    """The page's words, tags dropped and white space joined."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split()))


def sent(client: Client, fields: dict[str, str]) -> Any:
    """The answer to the filled form, wherever it leads."""
    return client.post("/proposals/new", {**WORDS, **fields, "then": "preview"}, follow=True)


def signed_fields(response: Any) -> dict[str, Any]:
    """What the preview's button hands to the wallet."""
    found = re.search(r'data-sign-fields="([^"]+)"', response.content.decode())
    assert found, text_of(response)
    return json.loads(html.unescape(found.group(1)))


def complaint(response: Any, control: str) -> str:
    """The complaint that stands beside a control and is named by it."""
    page = response.content.decode()
    tag = re.search(rf'<(?:input|select)[^>]*name="{control}"[^>]*>', page)
    assert tag, f"no control {control}"
    assert 'aria-invalid="true"' in tag.group(0)
    assert f"id_{control}_error" in tag.group(0)
    found = re.search(rf'id="id_{control}_error">(.*?)</div>', page)
    assert found, f"no complaint beside {control}"
    return html.unescape(re.sub(r"<[^>]+>", "", found.group(1)))


# --- ways of counting ---


def test_way_of_counting_is_kept_shown_and_signed(town: Town, client: Client) -> None:
    page = text_of(client.get("/proposals/new"))
    assert "One person, one vote Everyone on the roll of citizens counts the same." in page
    assert "By civic tokens held Each civic token is a vote" in page
    response = sent(client, {"proposal_type": "POLICY", "strategy": TOKEN_STRATEGY})
    assert "How votes are counted By civic tokens held." in text_of(response)
    assert signed_fields(response)["strategy"] == TOKEN_STRATEGY
    draft = ProposalDraft.objects.get()
    assert draft.strategy == TOKEN_STRATEGY
    again = client.get(reverse("draft", args=[draft.pk])).content.decode()
    assert re.search(rf'value="{TOKEN_STRATEGY}"[^>]* checked', again)


def test_one_person_one_vote_unless_another_is_chosen(town: Town, client: Client) -> None:
    assert re.search(
        rf'value="{ONE_PERSON_STRATEGY}"[^>]* checked', client.get("/proposals/new").content.decode()
    )
    response = sent(client, {"proposal_type": "POLICY"})
    assert signed_fields(response)["strategy"] == ONE_PERSON_STRATEGY
    assert "How votes are counted One person, one vote." in text_of(response)


def test_no_choice_where_one_way_is_registered(town: Town, client: Client) -> None:
    Strategy.objects.filter(address=TOKEN_STRATEGY).delete()
    assert 'name="strategy"' not in client.get("/proposals/new").content.decode()
    assert signed_fields(sent(client, {"proposal_type": "POLICY"}))["strategy"] == ONE_PERSON_STRATEGY


def test_unregistered_way_is_refused_beside_the_choice(town: Town, client: Client) -> None:
    response = sent(client, {"proposal_type": "POLICY", "strategy": person(7)})
    assert "How votes are counted : Select a valid choice" in text_of(response)
    assert services.create_draft(owner="x", fields={"strategy": ""}).strategy is None
    with pytest.raises(FieldInvalid):
        services.create_draft(owner="x", fields={"strategy": "0x12"})
    unknown = services.create_draft(owner="x", fields={**WORDS, "strategy": person(7)})
    with pytest.raises(FieldInvalid) as caught:
        services.prepare_proposal(draft=unknown)
    assert caught.value.field == "strategy"


def test_credits_are_said_as_registered_and_twins_are_told_apart(town: Town) -> None:
    for number, credits in ((1, 100), (2, 64)):
        address = person(700 + number)
        town.block(
            registered(address, "quadratic"),
        )
        Strategy.objects.filter(address=address).update(credits=credits, period_length=365 * 86_400)
    first, second = (way for way in ways_of_counting() if way.kind == "quadratic")
    assert first.explanation.startswith("Everyone has 100 credits for each period of 365 days.")
    assert "64 credits" in second.explanation
    assert first.label != second.label


def test_proposal_says_on_its_page_how_it_is_counted(town: Town, client: Client) -> None:
    town.propose(strategy=TOKEN_STRATEGY)
    for path in ("/proposals/1", "/proposals/1/parts/head"):
        assert "How votes are counted: By civic tokens held" in text_of(client.get(path))


# --- from the form to what is signed, and back into the form ---


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (ROLE, ["Give Maya O. the role of Delegate", checksum(person(1)), "Without an end"]),
        (
            {**ROLE, "role-0-until": "2027-01-31"},
            ["Give Maya O. the role of Delegate", "Until 31 January 2027"],
        ),
        (
            {**ROLE, "role-0-do": "take", "role-0-role": "CITIZEN", "role-0-until": "2000-01-01"},
            ["Take the role of Citizen from Maya O.", checksum(person(1))],
        ),
        (EMERGENCY, ["Take the role of Guardian from Ruth A.", checksum(GUARDIANS[0])]),
        (
            {"proposal_type": "EMERGENCY", "emergency-0-appoint": person(1), "emergency-0-person": KEY},
            ["Give Maya O. the role of Guardian", checksum(person(1))],
        ),
        (
            {**ROLE, "role-0-role": "AUDITOR", "role-0-person": KEY},
            ["Give Maya O. the role of Auditor", checksum(person(1))],
        ),
        (
            QUADRATIC_WAY,
            [
                "Admit a new way of counting votes",
                "By credits spent",
                "64 credits for each period of 90 days",
            ],
        ),
        (TOKEN_WAY, ["Admit a new way of counting votes", "By tokens held", "2.5 needed to propose"]),
        (
            {"proposal_type": "UPGRADE", "ways-0-retire": TOKEN_STRATEGY},
            ["Retire a way of counting votes", "By civic tokens held"],
        ),
        (
            UPGRADE,
            [
                "Replace the program for votes, roll of citizens and delegations (VotingEngine)",
                f"New program: {checksum(NEW_CODE)}",
                "This replaces the program that holds the rules itself.",
            ],
        ),
    ],
)
def test_preview_tells_exactly_what_would_happen(
    town: Town, client: Client, fields: dict[str, str], told: list[str]
) -> None:
    response = sent(client, fields)
    for words in (*told, "Exactly this, and nothing else."):
        assert words in text_of(response)
    assert "has no words for this call" not in text_of(response)
    draft = ProposalDraft.objects.get()
    again = draft_form(draft)
    for control, value in fields.items():
        if control != "role-0-until" or fields["role-0-do"] == "give":
            assert again[control].value() == value


def test_several_changes_of_roles_are_signed_in_their_order(town: Town, client: Client) -> None:
    more = {
        "role-2-do": "take",
        "role-2-role": "GUARDIAN",
        "role-2-account": GUARDIANS[1],
    }
    response = sent(client, {**ROLE, **more})
    assert "Exactly these 2 steps" in text_of(response)
    first, second = signed_fields(response)["actions"]
    assert first["target"] == second["target"] == CONTRACTS["RoleManager"]
    draft = ProposalDraft.objects.get()
    assert draft.effects
    assert draft.effects["ROLE"][1] == {}, "an empty row keeps its place"
    assert "open><summary>One more change" in client.get(reverse("draft", args=[draft.pk])).content.decode()


def test_upgrade_is_called_on_the_admin_of_its_proxy(town: Town, client: Client) -> None:
    (action,) = signed_fields(sent(client, UPGRADE))["actions"]
    assert action["target"] == proxy_admin(CONTRACTS["VotingEngine"])
    assert action["data"].startswith("0x9623609d")


def test_signing_names_the_whole_address_of_who_gets_a_role(
    town: Town, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = signed_fields(sent(client, ROLE))
    # Whether the contract agrees is tried on a real one (tests/mirror/test_writing_on_chain.py).
    monkeypatch.setattr("governance.acts.proposals.actions_for", lambda _kind, given: given["actions"])
    act = builder_of("propose")(person(2), fields)
    (passes,) = [row["value"] for row in act.summary if row["label"] == "If it passes"]
    assert passes == f"Give Maya O. the role of Delegate ({checksum(person(1))} · Without an end)"


def test_the_persons_number_is_the_recorded_one_unless_another_is_given(town: Town, client: Client) -> None:
    def named(fields: dict[str, str]) -> str:
        (action,) = signed_fields(sent(client, fields))["actions"]
        call = decode_call(action["target"], action["data"])
        assert call is not None
        return call.args["personKey"]

    auditor = {**ROLE, "role-0-role": "AUDITOR"}
    assert named({**auditor, "role-0-account": person(2)}) == digest("Maya")
    assert named({**auditor, "role-0-account": person(2), "role-0-person": KEY}) == KEY
    assert named(ROLE) == ZERO_HASH, "a delegate needs none"


def test_terms_of_a_new_way_of_counting_are_those_of_the_contract(town: Town, client: Client) -> None:
    def terms(fields: dict[str, str]) -> dict[str, Any]:
        (action,) = signed_fields(sent(client, fields))["actions"]
        call = decode_call(action["target"], action["data"])
        assert call is not None
        return call.args["terms"]

    assert terms(QUADRATIC_WAY) == {
        "counting": 2,
        "types": 0b10,
        "threshold": 0,
        "token": ZERO,
        "credits": 64,
        "periodLength": 90 * 86_400,
    }
    assert terms(TOKEN_WAY) == {
        "counting": 1,
        "types": 0b11,
        "threshold": 25 * 10**17,
        "token": NEW_CODE,
        "credits": 0,
        "periodLength": 0,
    }


def test_each_rule_changes_by_an_action_of_its_own_that_names_what_held(town: Town, client: Client) -> None:
    changes = {"rule-votingPeriod": "10", "unit-votingPeriod": "86400", "rule-quorumPercentage": "25"}
    response = sent(client, {"proposal_type": "PARAMETER", **changes})
    assert "Exactly these 2 steps" in text_of(response)
    assert signed_fields(response)["parameters"] == {"votingPeriod": 10 * 86_400, "quorumPercentage": 25}
    first, second = parameter_actions(signed_fields(response)["parameters"])
    for action, name, old, new in (
        (first, "votingPeriod", 7 * 86_400, 10 * 86_400),
        (second, "quorumPercentage", 20, 25),
    ):
        call = decode_call(action["target"], action["data"])
        assert call is not None
        assert call.args == {
            "name": "0x" + name.encode().ljust(32, b"\0").hex(),
            "oldValue": old,
            "newValue": new,
        }


def test_rules_are_asked_for_within_the_bounds_of_this_deployment(town: Town, client: Client) -> None:
    page = text_of(client.get("/proposals/new"))
    assert "Now: 20%. From 1% to 50%." in page
    assert "Now: 7 days. From 1 day to 60 days." in page
    refused = sent(client, {"proposal_type": "PARAMETER", "rule-quorumPercentage": "51"})
    assert "Between 1% and 50%." in text_of(refused)


def test_rules_roles_and_emergencies_are_counted_one_person_one_vote_whatever_is_chosen(
    town: Town, client: Client
) -> None:
    for fields in (ROLE, EMERGENCY, UPGRADE):
        response = sent(client, {**fields, "strategy": TOKEN_STRATEGY})
        assert signed_fields(response)["strategy"] == ONE_PERSON_STRATEGY


def test_a_retired_way_of_counting_is_offered_no_more(town: Town, client: Client) -> None:
    town.block(retired(TOKEN_STRATEGY))
    assert "By civic tokens held" not in text_of(client.get("/proposals/new")).split("Ways of counting")[0]
    town.propose(strategy=TOKEN_STRATEGY)
    assert "How votes are counted: By civic tokens held" in text_of(client.get("/proposals/1"))


def test_pause_can_be_ended_while_one_holds(town: Town, client: Client) -> None:
    page = client.get("/proposals/new")
    assert "Nothing is paused now." in text_of(page)
    assert 'name="emergency-0-unpause"' not in page.content.decode()
    wish = {"proposal_type": "EMERGENCY", "emergency-0-unpause": "on"}
    refused = sent(client, wish)
    assert complaint(refused, "emergency-0-unpause") == "Nothing is paused now."
    town.block(paused(town.now + timedelta(days=3), number=7))
    page = client.get("/proposals/new")
    assert 'name="emergency-0-unpause"' in page.content.decode()
    assert "Pause no. 7, and no other." in text_of(page)
    response = sent(client, {**wish, "emergency-0-dismiss": GUARDIANS[0]})
    lift, dismissal = signed_fields(response)["actions"]
    assert (lift["target"], dismissal["target"]) == (CONTRACTS["GovernanceCore"], CONTRACTS["RoleManager"])
    call = decode_call(lift["target"], lift["data"])
    assert call is not None
    assert (call.function, list(call.args.values())) == ("unpause", [7])


# --- wrong input ---


@pytest.mark.parametrize(
    ("fields", "control", "words"),
    [
        ({"proposal_type": "ROLE"}, "role-0-account", "This field is needed."),
        ({"proposal_type": "ROLE"}, "role-0-role", "This field is needed."),
        ({**ROLE, "role-0-role": "MAYOR"}, "role-0-role", "Choose one of those offered."),
        ({**ROLE, "role-0-do": "lend"}, "role-0-do", "Choose one of those offered."),
        ({**ROLE, "role-0-account": "0x12"}, "role-0-account", "An address is 0x and 40"),
        ({**ROLE, "role-0-account": ZERO}, "role-0-account", "An address is 0x and 40"),
        (
            {**ROLE, "role-0-account": checksum(NEW_CODE).swapcase().replace("0X", "0x")},
            "role-0-account",
            "mistyped",
        ),
        ({**ROLE, "role-0-do": "take"}, "role-0-account", "doesn’t hold the role"),
        ({**ROLE, "role-0-role": "CITIZEN"}, "role-0-account", "holds the role already"),
        ({**ROLE, "role-0-role": "GUARDIAN"}, "role-0-person", "No person is recorded for this address"),
        ({**ROLE, "role-0-role": "AUDITOR", "role-0-person": "Maya"}, "role-0-person", "0x and 64"),
        ({**ROLE, "role-0-role": "AUDITOR", "role-0-person": ZERO_HASH}, "role-0-person", "0x and 64"),
        (
            {**ROLE, "role-0-role": "GUARDIAN", "role-0-person": digest(ADMINISTRATORS[0])},
            "role-0-person",
            "This person holds the role of Administrator. Nobody may hold both.",
        ),
        (
            {**ROLE, "role-0-role": "CITIZEN", "role-0-account": person(50), "role-0-person": digest("Maya")},
            "role-0-person",
            "on the roll already, at another address",
        ),
        ({**ROLE, "role-0-until": "tomorrow"}, "role-0-until", "Enter a date."),
        ({**ROLE, "role-0-until": "2026-03-05"}, "role-0-until", "can’t be carried out before"),
        (
            {**ROLE, "role-1-do": "give", "role-1-role": "DELEGATE", "role-1-account": person(1)},
            "role-1-account",
            "is there twice",
        ),
        ({"proposal_type": "EMERGENCY"}, "emergency-0-dismiss", "Choose at least one thing"),
        ({**EMERGENCY, "emergency-0-dismiss": person(1)}, "emergency-0-dismiss", "doesn’t hold the role"),
        ({**EMERGENCY, "emergency-0-dismiss": "Ruth"}, "emergency-0-dismiss", "An address is 0x"),
        (
            {"proposal_type": "EMERGENCY", "emergency-0-appoint": "Ruth"},
            "emergency-0-appoint",
            "An address is 0x",
        ),
        (
            {"proposal_type": "EMERGENCY", "emergency-0-appoint": GUARDIANS[0]},
            "emergency-0-appoint",
            "holds the role already",
        ),
        (
            {"proposal_type": "EMERGENCY", "emergency-0-appoint": person(1)},
            "emergency-0-person",
            "No person is recorded",
        ),
        ({"proposal_type": "UPGRADE"}, "upgrade-0-contract", "This field is needed."),
        (
            {**UPGRADE, "upgrade-0-contract": "CivicToken"},
            "upgrade-0-contract",
            "Choose one of those offered.",
        ),
        ({**UPGRADE, "upgrade-0-implementation": "here"}, "upgrade-0-implementation", "An address is 0x"),
        (
            {**UPGRADE, "upgrade-0-implementation": CONTRACTS["VotingEngine"]},
            "upgrade-0-implementation",
            "an address in use",
        ),
        (
            {**UPGRADE, "upgrade-1-contract": "VotingEngine", "upgrade-1-implementation": NEW_CODE},
            "upgrade-1-contract",
            "is there twice",
        ),
        ({**QUADRATIC_WAY, "ways-0-credits": "many"}, "ways-0-credits", "whole number from 1"),
        ({**QUADRATIC_WAY, "ways-0-days": "3661"}, "ways-0-days", "from 1 to 3,660"),
        ({**QUADRATIC_WAY, "ways-0-days": ""}, "ways-0-days", "This field is needed."),
        ({**QUADRATIC_WAY, "ways-0-types": "ROLE"}, "ways-0-types", "Choose one of those offered."),
        ({**TOKEN_WAY, "ways-0-token": "coins"}, "ways-0-token", "An address is 0x"),
        ({**TOKEN_WAY, "ways-0-threshold": "0"}, "ways-0-threshold", "above zero"),
        ({**TOKEN_WAY, "ways-0-threshold": "0." + "0" * 18 + "1"}, "ways-0-threshold", "18 decimals"),
        (
            {"proposal_type": "UPGRADE", "ways-0-retire": ONE_PERSON_STRATEGY},
            "ways-0-retire",
            "Choose one of those offered.",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_control_and_nothing_is_lost(
    town: Town, client: Client, fields: dict[str, str], control: str, words: str
) -> None:
    response = sent(client, fields)
    assert words in complaint(response, control)
    assert "Something is missing" in text_of(response)
    draft = ProposalDraft.objects.get()
    again = draft_form(draft)
    for name, value in fields.items():
        assert (again[name].value() or "") == value


def test_parts_of_other_kinds_are_kept_and_stand_in_nobodys_way(town: Town, client: Client) -> None:
    leftovers = {
        "role-0-account": "half an addr",
        "upgrade-0-implementation": "0x1",
        "rule-quorumPercentage": "101",
        "rule-endorsementPermille": "many",
    }
    assert "Sign it" in text_of(sent(client, {"proposal_type": "POLICY", **leftovers}))
    again = draft_form(ProposalDraft.objects.get())
    assert again["role-0-account"].value() == "half an addr"
    assert again["upgrade-0-implementation"].value() == "0x1"
    assert "Sign it" in text_of(sent(client, {**leftovers, **ROLE}))


def test_half_an_address_survives_autosave(town: Town, client: Client) -> None:
    client.post("/proposals/drafts/save", {"proposal_type": "ROLE", "role-0-account": "0x12\x00" + "3" * 200})
    (row,) = (ProposalDraft.objects.get().effects or {})["ROLE"]
    assert row["account"].startswith("0x123")
    assert len(row["account"]) <= effects.LONGEST


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"BUDGET": []},
        {"ROLE": {}},
        {"ROLE": [{}] * 4},
        {"ROLE": ["x"]},
        {"ROLE": [{"colour": "x"}]},
        {"WAYS": [{}, {}]},
        {"ROLE": [{"account": 1}]},
        {"ROLE": [{"account": "x" * 101}]},
        {"ROLE": [{"account": "a\x00"}]},
    ],
)
def test_rows_of_another_shape_are_no_draft(value: object) -> None:
    with pytest.raises(FieldInvalid):
        effects.tidy(value)


def test_rows_keep_their_places_and_empty_ones_end_nowhere() -> None:
    row = {"do": "take", "account": "x"}
    assert effects.tidy({"ROLE": [{}, row, {"do": "give"}], "UPGRADE": [{}]}) == {"ROLE": [{}, row]}


def test_every_part_stands_in_the_page_for_browsers_that_hide_nothing(town: Town, client: Client) -> None:
    page = client.get("/proposals/new").content.decode()
    assert re.findall(r'data-kind="(\w+)"', page) == ["PARAMETER", "ROLE", "EMERGENCY", "UPGRADE", "POLICY"]
    assert 'value="BUDGET" class="usa-radio' not in page
