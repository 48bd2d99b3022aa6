"""The citizen pages: they are there, in each language, with few queries, and break politely."""

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

from contracts import events as chain
from governance.ballots.models import Support
from governance.pauses.rules import PAUSE_ALONE, PAUSE_JOINED
from governance.proposals.models import Proposal, ProposalType
from governance.tests.factories import (
    Town,
    digest,
    extended,
    happened,
    paused,
    person,
    unpaused,
    vote,
)
from governance.tests.pages import text_of
from identity.reasons.services import keep_reason
from identity.roles.models import Role
from identity.tests.factories import agreed, announced, asked, request_id

pytestmark = pytest.mark.django_db
ROOT = Path(django_settings.BASE_DIR)


# --- the pages are there, without scripts and with few queries ---
@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("/", 33),
        ("/proposals", 11),
        ("/proposals?q=bus&state=ACTIVE&kind=POLICY&sort=votes", 11),
        ("/proposals/1", 37),
        ("/proposals/1/votes", 13),
        ("/help", 6),
        ("/check", 26),
        ("/rules", 9),
        ("/trust", 15),
        ("/proposals/new", 14),
        ("/parts/officers", 1),
        ("/proposals/1/parts/terms", 5),
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
    with django_assert_max_num_queries(37):
        assert client.get("/proposals/1").status_code == 200


@pytest.mark.parametrize("path", ["/help", "/parts/pause", "/proposals/1/votes"])
def test_the_banner_costs_a_query_and_five_more_while_voting_is_paused(
    town: Town, client: Client, path: str
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    client.get(path)
    before = cost()
    town.block(paused(town.now + timedelta(days=14)))
    assert cost() == before + 5
    town.block(unpaused())
    assert cost() == before


def test_the_banner_tells_who_paused_and_why(town: Town, client: Client) -> None:
    began = town.now
    keep_reason("Someone broke into <the> town hall.")
    town.block(paused(town.now + PAUSE_ALONE, reason="Someone broke into <the> town hall."))
    page = text_of(client.get("/help"))
    assert "A guardian stopped it on" in page
    assert "The reason given: “Someone broke into &lt;the&gt; town hall.”" in page
    town.block(extended(began + PAUSE_JOINED, old=began + PAUSE_ALONE))
    assert "Two guardians stopped it" in text_of(client.get("/parts/pause"))


def test_an_announced_change_of_officers_stands_above_every_page_until_it_is_decided(
    town: Town, client: Client
) -> None:
    effective, lapses = town.now + timedelta(days=7), town.now + timedelta(days=14)
    who = (person(5),)
    request = request_id(Role.GUARDIAN, who)
    town.block(asked(Role.GUARDIAN, who, lapses=effective))
    assert "To be given the role" not in text_of(client.get("/"))
    town.block(agreed(request), announced(request, effective=effective, lapses=lapses))
    for path in ("/", "/proposals/1", "/parts/officers"):
        page = text_of(client.get(path))
        assert "To be given the role of Guardian:" in page
        assert "unless a guardian objects before" in page
    town.wait(timedelta(0), until=effective)
    assert "as soon as anyone carries it out" in text_of(client.get("/"))
    town.block(
        happened(
            chain.OfficerChangeObjected, request_id=request, guardian=person(900), reason_hash=digest("no")
        )
    )
    assert "To be given the role" not in text_of(client.get("/"))


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

    from website.views.errors import server_error, unavailable

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
