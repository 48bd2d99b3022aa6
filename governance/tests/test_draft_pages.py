"""Drafts: kept for their browser, read once more, signed."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from governance.authoring.models import ProposalDraft
from governance.tests.factories import (
    Town,
)
from governance.tests.pages import text_of

pytestmark = pytest.mark.django_db


WORDS = {
    "proposal_type": "POLICY",
    "title": "Plant trees",
    "topic": "Parks",
    "summary": "Forty trees.",
    "description": "## Why\n\nShade.",
}


def test_draft_is_kept_for_its_browser_alone(client: Client) -> None:
    Town.founded(citizens=3)
    response = client.post("/proposals/drafts/save", {"title": "Half a th"})
    draft = ProposalDraft.objects.get()
    assert "Saved" in text_of(response)
    assert str(draft.pk) in response.content.decode()
    assert client.get(reverse("draft", args=[draft.pk])).status_code == 200
    assert Client().get(reverse("draft", args=[draft.pk])).status_code == 404
    assert Client().post(reverse("draft-delete", args=[draft.pk])).status_code == 404


def test_autosave_goes_on_with_the_same_draft(client: Client) -> None:
    Town.founded(citizens=3)
    client.post("/proposals/drafts/save", {"title": "One"})
    draft = ProposalDraft.objects.get()
    client.post("/proposals/drafts/save", {"title": "Two", "draft": str(draft.pk), "rule-votingPeriod": "x"})
    assert ProposalDraft.objects.get().title == "Two"


def test_preview_shows_the_draft_and_what_will_be_signed(client: Client) -> None:
    Town.founded(citizens=3)
    response = client.post("/proposals/new", {**WORDS, "then": "preview"}, follow=True)
    page = response.content.decode()
    assert "Forty trees." in page
    assert "<h3>Why</h3>" in page
    found = re.search(r'data-sign="propose" data-sign-fields="([^"]+)"', page)
    assert found
    fields = json.loads(found.group(1).replace("&quot;", '"'))
    assert fields["title"] == "Plant trees"
    assert fields["draftId"] == str(ProposalDraft.objects.get().pk)


def test_preview_of_new_rules_says_them_in_words(client: Client) -> None:
    Town.founded(citizens=3)
    rules = {"proposal_type": "PARAMETER", "rule-votingPeriod": "9", "unit-votingPeriod": "86400"}
    response = client.post("/proposals/new", {**WORDS, **rules, "then": "preview"}, follow=True)
    assert "before 7 days After 9 days" in text_of(response)
    assert ProposalDraft.objects.get().parameters == {"votingPeriod": 9 * 86_400}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"title": ""}, "Title"),
        ({"summary": ""}, "In short"),
        ({"proposal_type": "PARAMETER"}, "This field is needed."),
        ({"proposal_type": "PARAMETER", "rule-quorumPercentage": "101"}, "Between 1% and 50%."),
        ({"proposal_type": "BUDGET"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_lost(
    client: Client, changes: dict[str, str], complaint: str
) -> None:
    Town.founded(citizens=3)
    response = client.post("/proposals/new", {**WORDS, **changes, "then": "preview"})
    assert response.status_code == 200
    assert "Something is missing" in text_of(response)
    assert complaint in text_of(response)
    assert ProposalDraft.objects.get().description == WORDS["description"]


def test_form_without_its_token_is_refused(client: Client) -> None:
    Town.founded(citizens=3)
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/proposals/new", WORDS).status_code == 403
    assert not ProposalDraft.objects.exists()
