"""Writing proposals: what is wrong is said beside its control, and nothing that was typed is lost."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from contracts.addresses import checksum
from governance.authoring import effects
from governance.authoring.forms.draft import draft_form
from governance.authoring.models import ProposalDraft
from governance.errors import FieldInvalid
from governance.tests.factories import (
    ADMINISTRATORS,
    CONTRACTS,
    ONE_PERSON_STRATEGY,
    ZERO,
    ZERO_HASH,
    Town,
    digest,
    person,
)
from governance.tests.writing import (
    EMERGENCY,
    GUARDIANS,
    NEW_CODE,
    QUADRATIC_WAY,
    ROLE,
    TOKEN_WAY,
    UPGRADE,
    complaint,
    sent,
    text_of,
    town,
)

__all__ = ["town"]

pytestmark = pytest.mark.django_db


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
