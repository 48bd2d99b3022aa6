"""The citizen pages: what they show, what they refuse, and how few queries they need."""

from __future__ import annotations

import gettext
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from contracts.calldata import encode_call
from contracts.events import Action
from governance.models import Proposal, ProposalDraft, ProposalType, Support
from governance.tests.factories import (
    CONTRACTS,
    PARAMETERS,
    Town,
    delegated,
    endorsed,
    fresh,
    paused,
    person,
    unpaused,
    vote,
)
from governance.views.shapes.chart import nice_top
from governance.views.shapes.markdown import render
from identity.models import User

pytestmark = pytest.mark.django_db
ROOT = Path(django_settings.BASE_DIR)


@pytest.fixture
def town() -> Town:
    """Twenty citizens and a vote that is open, with eight ballots."""
    town = Town.founded(citizens=20)
    proposal = town.open_vote(title="A night bus")
    sides = (Support.FOR, Support.FOR, Support.ABSTAIN, Support.AGAINST)
    town.block(*(vote(proposal, number, sides[number % 4]) for number in range(8)))
    return town


def text_of(response: Any) -> str:
    """The page's words, tags dropped and white space joined."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def adopted(town: Town, **options: Any) -> Proposal:
    """A proposal whose vote is over and won."""
    proposal = town.open_vote(title="Benches", **options)
    town.block(*(vote(proposal, number) for number in range(10)))
    return town.close_vote(proposal)


# --- the pages are there, without scripts and with few queries ---


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/", 32),
        ("/proposals", 10),
        ("/proposals?q=bus&state=ACTIVE&kind=POLICY&sort=votes", 10),
        ("/proposals/1", 36),
        ("/proposals/1/votes", 12),
        ("/help", 5),
        ("/check", 26),
        ("/proposals/new", 13),
        ("/parts/open", 7),
        ("/proposals/1/parts/head", 6),
        ("/proposals/1/parts/steps", 8),
        ("/proposals/1/parts/result", 16),
        ("/proposals/1/parts/record", 12),
        ("/proposals/1/parts/ballot", 5),
    ],
)
def test_page_needs_few_queries(
    town: Town, client: Client, django_assert_max_num_queries: Any, path: str, queries: int
) -> None:
    with django_assert_max_num_queries(queries):
        response = client.get(path)
    assert response.status_code == 200


def test_more_votes_need_no_more_queries(
    town: Town, client: Client, django_assert_max_num_queries: Any
) -> None:
    proposal = Proposal.objects.get(proposal_id=1)
    town.block(*(vote(proposal, number, Support.FOR) for number in range(8, 20)))
    with django_assert_max_num_queries(36):
        assert client.get("/proposals/1").status_code == 200


@pytest.mark.parametrize("path", ["/help", "/parts/pause", "/proposals/1/votes"])
def test_the_banner_costs_a_query_and_another_while_voting_is_paused(
    town: Town, client: Client, path: str
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    client.get(path)
    before = cost()
    town.block(paused(town.now + timedelta(days=14)))
    assert cost() == before + 1
    town.block(unpaused())
    assert cost() == before


@pytest.mark.parametrize("path", ["/", "/proposals", "/proposals/1", "/check", "/proposals/new", "/nope"])
def test_a_pause_stands_above_every_page_and_no_longer_once_it_is_over(
    town: Town, client: Client, path: str
) -> None:
    def shown() -> bool:
        page = client.get(path).content.decode()
        return page.count("data-pause-until") == 1 and f'href="{reverse("help")}#pause"' in page

    assert not shown()
    town.block(paused(town.now + timedelta(days=14)))
    assert shown()
    town.wait(timedelta(days=15))
    assert not shown()


def test_an_emergency_can_be_voted_on_in_a_pause_and_nothing_else_can(town: Town, client: Client) -> None:
    urgent = town.open_vote(title="End it", proposal_type=ProposalType.EMERGENCY)
    town.block(paused(town.now + timedelta(days=14)))
    stopped, open_all_the_same = (
        client.get(f"/proposals/{number}/parts/ballot").content for number in (1, urgent.proposal_id)
    )
    assert b'data-sign="vote"' not in stopped
    assert b"Voting is paused" in stopped
    assert b'data-sign="vote"' in open_all_the_same
    assert "the pause does not stop it" in text_of(client.get(f"/proposals/{urgent.proposal_id}/parts/steps"))
    assert "the pause does not stop it" not in text_of(client.get("/proposals/1/parts/steps"))


def test_pages_carry_no_inline_script_style_or_handler(town: Town, client: Client) -> None:
    for path in (
        "/",
        "/proposals",
        "/proposals/1",
        "/proposals/1/votes",
        "/help",
        "/check",
        "/proposals/new",
        "/nope",
    ):
        page = client.get(path).content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|data:", page), path
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page)), path


def test_every_link_of_the_frame_leads_somewhere(town: Town, client: Client) -> None:
    page = client.get("/").content.decode()
    targets = {link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)', page)}
    for target in targets - {link for link in targets if link.startswith(("/static/", "/api/"))}:
        assert client.get(target).status_code in {200, 302}, target


def test_every_icon_in_the_templates_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'id="([a-z_]+)"', (ROOT / "static/portal/img/icons.svg").read_text()))
    used = {
        name
        for template in (ROOT / "templates").rglob("*.html")
        if "admin" not in template.parts
        for name in re.findall(r'{% icon "([a-z_]+)" %}', template.read_text())
    }
    assert used
    assert used <= sprite


def test_every_template_parses() -> None:
    for template in (ROOT / "templates").rglob("*.html"):
        if "admin" not in template.parts:
            engines["django"].get_template(str(template.relative_to(ROOT / "templates")))


# --- what a proposal's page says ---


def test_proposal_shows_tally_quorum_and_ballots(town: Town, client: Client) -> None:
    shown = text_of(client.get("/proposals/1"))
    assert "Voting open" in shown
    assert "For 50% 4 votes" in shown
    assert "Against 25% 2 votes" in shown
    assert "Quorum reached" in shown
    assert "All 8 ballots" in shown


def test_missing_quorum_is_said_in_numbers(client: Client) -> None:
    town = Town.founded(citizens=20)
    proposal = town.open_vote()
    town.block(vote(proposal, 1), vote(proposal, 2, Support.AGAINST))
    assert "3 more needed for the quorum of 4" in text_of(client.get("/proposals/1"))


def test_actions_are_shown_in_words_with_old_and_new_value(client: Client) -> None:
    town = Town.founded(citizens=3)
    values = {**PARAMETERS, "votingPeriod": 9 * 86_400}
    call = encode_call("GovernanceCore", "updateGovernanceParams", {"params": values})
    town.propose(
        proposal_type=ProposalType.PARAMETER, actions=(Action(CONTRACTS["GovernanceCore"], 0, call),)
    )
    shown = text_of(client.get("/proposals/1"))
    assert "Change the rules of voting" in shown
    assert "How long a vote stays open, before 7 days After 9 days" in shown


def test_decision_in_words_says_that_nothing_happens_by_itself(town: Town, client: Client) -> None:
    assert "Nothing happens by itself." in text_of(client.get("/proposals/1"))


def test_voter_is_shown_by_the_chosen_name(town: Town, client: Client) -> None:
    User.objects.create(username="maya", address=person(7), metadata={"displayName": "Night nurse 12"})
    assert "Night nurse 12" in text_of(client.get("/proposals/1"))


def test_reason_of_a_voter_is_escaped(town: Town, client: Client) -> None:
    ballot = Proposal.objects.get(proposal_id=1).votes.first()
    assert ballot is not None
    ballot.reason = "<img src=x>"
    ballot.save()
    page = client.get("/proposals/1").content.decode()
    assert "&lt;img src=x&gt;" in page
    assert "<img src=x>" not in page


def test_closed_vote_is_called_a_result(town: Town, client: Client) -> None:
    proposal = town.close_vote(Proposal.objects.get(proposal_id=1))
    town.wait(timedelta(minutes=1))
    shown = text_of(client.get(f"/proposals/{proposal.proposal_id}"))
    assert "Voting is over" in shown
    assert "Result so far" not in shown


def test_unknown_proposal_is_a_page_not_found(town: Town, client: Client) -> None:
    for number in ("99", "abc", "9" * 90):
        response = client.get(f"/proposals/{number}")
        assert response.status_code == 404
        assert "There is no proposal with this number." in text_of(response)


# --- the list ---


def test_list_narrows_by_words_state_kind_and_topic(town: Town, client: Client) -> None:
    town.propose(title="Plant trees")
    assert "1 proposal" in text_of(client.get("/proposals?q=trees"))
    assert "Plant trees" not in text_of(client.get("/proposals?state=ACTIVE"))
    assert "There are no" not in text_of(client.get("/proposals?topic=Parks"))
    assert "Nothing fits these filters" in text_of(client.get("/proposals?kind=UPGRADE"))


def test_filter_shows_how_many_there_are(town: Town, client: Client) -> None:
    town.propose(title="Plant trees")
    assert "Gathering support 1" in text_of(client.get("/proposals"))


def test_pages_of_the_list_meet_without_gap_or_double(client: Client) -> None:
    town = Town.founded(citizens=3)
    for number in range(19):
        town.propose(title=f"Bench {number}")
    seen: list[str] = []
    url = "/proposals?sort=newest"
    while url:
        page = client.get(url).content.decode()
        seen += re.findall(r'<h2 class="card__title"><a href="/proposals/(\d+)"', page)
        found = re.search(r'href="(\?[^"]+)"[^>]*rel="next"', page)
        url = "/proposals" + found.group(1).replace("&amp;", "&") if found else ""
    assert seen == [str(number) for number in range(19, 0, -1)]


def test_previous_page_leads_back(client: Client) -> None:
    town = Town.founded(citizens=3)
    for number in range(10):
        town.propose(title=f"Bench {number}")
    second = client.get("/proposals?sort=newest&after=3").content.decode()
    assert re.search(r'href="\?sort=newest&amp;before=2"', second)
    first = text_of(client.get("/proposals?sort=newest&before=2"))
    assert "Bench 9" in first
    assert "Bench 2" in first


def test_votes_are_found_by_voter_and_by_choice(town: Town, client: Client) -> None:
    only = client.get(f"/proposals/1/votes?voter={person(3)}").content.decode()
    assert only.count('<th scope="row">') == 1
    against = client.get("/proposals/1/votes?support=0").content.decode()
    assert against.count('<th scope="row">') == 2


# --- the reader's own part ---


def test_reader_on_the_roll_is_told_what_the_vote_is_worth(town: Town, client: Client) -> None:
    shown = text_of(client.get(f"/proposals/1/parts/ballot?address={person(15)}"))
    assert "You have one vote" in shown
    assert "Review and sign" in shown


def test_stranger_is_told_why_not(town: Town, client: Client) -> None:
    shown = text_of(client.get(f"/proposals/1/parts/ballot?address=0x{'d' * 40}"))
    assert "Only people on the roll of citizens can do this." in shown
    assert "Review and sign" not in shown


def test_voter_sees_the_receipt_instead_of_the_ballot(town: Town, client: Client) -> None:
    shown = text_of(client.get(f"/proposals/1/parts/ballot?address={person(3).upper().replace('X', 'x')}"))
    assert "Your vote is counted" in shown
    assert "Your choice Against" in shown
    assert "Review and sign" not in shown


def test_delegate_is_told_of_the_votes_given(client: Client) -> None:
    town = Town.founded(citizens=6)
    town.block(delegated(1, 0), delegated(2, 0))
    town.open_vote()
    assert "Your ballot counts as 3" in text_of(client.get(f"/proposals/1/parts/ballot?address={person(0)}"))


def test_supporter_is_thanked_and_stranger_told_why_not(client: Client) -> None:
    town = Town.founded(citizens=6)
    proposal = town.propose()
    town.block(endorsed(proposal, 2, 0))
    assert "You support this." in text_of(client.get(f"/proposals/1/parts/ballot?address={person(2)}"))
    assert "Review and sign my support" in text_of(
        client.get(f"/proposals/1/parts/ballot?address={person(3)}")
    )
    assert "roll of citizens" in text_of(client.get(f"/proposals/1/parts/ballot?address=0x{'d' * 40}"))


def test_proposer_may_take_it_back_before_voting(client: Client) -> None:
    Town.founded(citizens=3).propose(proposer=person(1))
    assert "Cancel my proposal" in text_of(client.get(f"/proposals/1/parts/ballot?address={person(1)}"))
    assert "Cancel my proposal" not in text_of(client.get(f"/proposals/1/parts/ballot?address={person(2)}"))


def test_vote_that_waits_is_named_on_the_home_page(town: Town, client: Client) -> None:
    shown = text_of(client.get(f"/parts/needs-my-vote?address={person(15)}"))
    assert "1 decision needs your vote" in shown
    assert "A night bus" in shown
    assert "Nothing waits" in text_of(client.get(f"/parts/needs-my-vote?address={person(3)}"))


def test_address_of_a_wrong_form_shows_nothing_of_anyone(town: Town, client: Client) -> None:
    for wrong in ("0x12", "maya", "0x" + "g" * 40, f"{person(3)}' or 1=1"):
        assert "What is your vote worth?" in text_of(
            client.get("/proposals/1/parts/ballot", {"address": wrong})
        )


def test_adopted_proposal_offers_the_exact_call_that_queues_it(client: Client) -> None:
    proposal = adopted(Town.founded(citizens=20))
    page = client.get(f"/proposals/{proposal.proposal_id}").content.decode()
    found = re.search(r'data-send="queue" data-send-transaction="([^"]+)"', page)
    assert found
    transaction = json.loads(found.group(1).replace("&quot;", '"'))
    assert transaction["to"].lower() == CONTRACTS["ProposalManager"]
    arguments = {"proposalId": proposal.proposal_id, "actions": []}
    assert transaction["data"] == encode_call("ProposalManager", "queueProposal", arguments)


def test_queued_proposal_is_carried_out_only_after_its_wait(client: Client) -> None:
    town = Town.founded(citizens=20)
    proposal = town.queue(adopted(town))
    assert "Carry it out" not in text_of(client.get(f"/proposals/{proposal.proposal_id}"))
    town.wait(timedelta(days=2, minutes=1))
    assert "Carry it out" in text_of(client.get(f"/proposals/{fresh(proposal).proposal_id}"))


# --- take it with you ---


def test_calendar_entry_spans_the_vote(town: Town, client: Client) -> None:
    response = client.get("/proposals/1/calendar.ics")
    lines = response.content.decode().split("\r\n")
    proposal = Proposal.objects.get(proposal_id=1)
    assert response["Content-Type"].startswith("text/calendar")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert f"DTSTART:{proposal.vote_start:%Y%m%dT%H%M%SZ}" in lines
    assert f"DTEND:{proposal.vote_end:%Y%m%dT%H%M%SZ}" in lines
    assert all(len(line.encode()) <= 75 for line in lines)


def test_long_title_is_folded_and_escaped_in_the_calendar(client: Client) -> None:
    town = Town.founded(citizens=3)
    town.open_vote(title="Benches, tables; and ünusual \\ things " * 4)
    body = client.get("/proposals/1/calendar.ics").content.decode()
    assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))
    assert r"Benches\, tables\; and ünusual \\ things" in body.replace("\r\n ", "")


# --- writing ---

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
        ({"proposal_type": "PARAMETER", "rule-quorumPercentage": "101"}, "Between 1% and 100%."),
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


# --- language, errors, demo ---


def test_language_is_remembered_and_leads_back(client: Client) -> None:
    Town.founded(citizens=3)
    response = client.get("/language/es?next=/help")
    assert response["Location"] == "/help"
    assert '<html lang="es"' in client.get("/help").content.decode()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/nowhere", "javascript:alert(1)"]
)
def test_language_never_leads_off_the_site(client: Client, target: str) -> None:
    assert client.get("/language/es", {"next": target})["Location"] == "/"


def test_spanish_pages_leave_no_english_navigation(town: Town, client: Client) -> None:
    client.get("/language/es")
    shown = text_of(client.get("/proposals/1"))
    for word in ("Write a proposal", "Check the count", "Review and sign", "Voting open", "Who voted"):
        assert word not in shown
    assert "Revisar y firmar" in shown


def test_compiled_translation_is_that_of_the_source() -> None:
    folder = ROOT / "locale/es/LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    source = re.findall(r'^msgid "(.+)"\nmsgstr "(.*)"$', (folder / "django.po").read_text(), re.MULTILINE)
    assert len(source) > 500
    for message, translated in source:
        plain = message.replace('\\"', '"').replace("\\n", "\n")
        assert translated, message
        assert compiled.gettext(plain) == translated.replace('\\"', '"').replace("\\n", "\n")


def test_error_pages_say_what_to_do(town: Town, client: Client) -> None:
    response = client.get("/nope")
    assert response.status_code == 404
    assert "There is nothing at this address" in text_of(response)


def test_broken_database_still_gives_a_page() -> None:
    from django.test import RequestFactory

    from governance.views.errors import server_error, unavailable

    request = RequestFactory().get("/")
    with translation.override("en"):
        broken, away = server_error(request), unavailable(request)
    assert broken.status_code == 500
    assert "Something broke on our side" in text_of(broken)
    assert away.status_code == 503
    assert away["Retry-After"] == "5"


def test_demo_people_are_served_at_home_alone(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.PORTAL_HOME = tmp_path
    key = "0x" + "1" * 64
    people = [{"name": "Maya", "roles": ["CITIZEN"], "address": person(1), "privateKey": key}]
    (tmp_path / "stack.json").write_text(json.dumps({"people": people}))
    assert client.get("/demo-wallet/people").json()["people"][0]["roles"] == "Citizen"
    settings.PORTAL_MODE = "production"
    assert client.get("/demo-wallet/people").status_code == 404
    assert client.post("/demo-wallet/node", "{}", content_type="application/json").status_code == 404
    assert "demo-wallet" not in client.get("/help").content.decode()


def test_demo_node_answers_a_wallets_questions_alone(client: Client) -> None:
    for question in (
        '{"method": "anvil_setBalance", "params": []}',
        "[]",
        "no json",
        '{"method": "eth_gasPrice"}',
    ):
        assert client.post("/demo-wallet/node", question, content_type="application/json").status_code == 400


# --- shapes ---


@pytest.mark.parametrize(
    ("value", "top", "step"), [(0, 1, 1), (5, 5, 1), (12, 12, 2), (31, 40, 10), (3728, 4000, 1000)]
)
def test_axis_ends_at_a_round_number(value: int, top: int, step: int) -> None:
    assert nice_top(value) == (top, step)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/x.png)",
        '<a href="x" onclick="y">z</a>',
        "| a |\n|:-:|\n| b |",
        "[x](data:text/html,y)",
    ],
)
def test_markdown_cannot_do_anything_but_be_read(text: str) -> None:
    html = render(text)
    assert not re.search(r"<script|<img|<[^>]*\s(on\w+|style)=|\"(javascript|data):", html)


def test_headings_of_a_text_lie_below_the_pages_own() -> None:
    assert "<h3>One</h3>" in render("# One\n\n## Two")
    assert "<h4>Two</h4>" in render("# One\n\n## Two")
    assert "<h3>Two</h3>" in render("## Two\n\n### Three")
