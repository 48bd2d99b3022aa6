"""The list of proposals and of votes: found, filtered, page by page."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from governance.tests.factories import (
    Town,
    person,
)
from governance.tests.pages import text_of

pytestmark = pytest.mark.django_db


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
