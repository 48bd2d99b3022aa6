"""Writing proposals that do something: asked for, kept, told before it is signed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contracts.acts.registry import builder_of
from contracts.addresses import checksum, proxy_admin
from contracts.calldata import decode_call
from governance.authoring.forms.draft import draft_form
from governance.authoring.models import ProposalDraft
from governance.authoring.selectors.preparation import parameter_actions
from governance.authoring.services import create_draft, prepare_proposal
from governance.errors import FieldInvalid
from governance.parameters.models import Strategy
from governance.parameters.selectors.counting import ways_of_counting
from governance.tests.factories import (
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
from governance.tests.writing import (
    EMERGENCY,
    GUARDIANS,
    KEY,
    NEW_CODE,
    QUADRATIC_WAY,
    ROLE,
    TOKEN_WAY,
    UPGRADE,
    WORDS,
    complaint,
    sent,
    signed_fields,
    text_of,
    town,
)

__all__ = ["town"]

pytestmark = pytest.mark.django_db


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
    assert create_draft(owner="x", fields={"strategy": ""}).strategy is None
    with pytest.raises(FieldInvalid):
        create_draft(owner="x", fields={"strategy": "0x12"})
    unknown = create_draft(owner="x", fields={**WORDS, "strategy": person(7)})
    with pytest.raises(FieldInvalid) as caught:
        prepare_proposal(draft=unknown)
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
    monkeypatch.setattr("governance.proposals.acts.actions_for", lambda _kind, given: given["actions"])
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
