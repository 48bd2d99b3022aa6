"""Votes that are parts of a token are shown as people speak of them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from contracts import events as chain
from contracts.addresses import ZERO_ADDRESS
from governance.parameters.strategies import Units
from governance.templatetags.portal import count
from governance.tests.factories import TOKEN_STRATEGY, Town, happened, person, vote

TOKEN = 10**18


@given(st.integers(0, 2**256 - 1), st.integers(1, 18))
def test_number_shown_is_the_number_cut_to_four_decimals(amount: int, places: int) -> None:
    with translation.override("en"):
        shown = count(Units(amount, places)).replace(",", "")
    whole, _, tail = shown.partition(".")
    assert int(whole) == amount // 10**places
    assert int(tail.ljust(4, "0") or 0) == amount % 10**places * 10**4 // 10**places
    assert not tail.endswith("0")


def test_number_of_people_stays_as_it_is() -> None:
    with translation.override("en"):
        assert [count(value) for value in (None, 0, 1_234_567)] == ["", "0", "1,234,567"]
    with translation.override("es"):
        assert count(Units(1_234 * TOKEN + TOKEN // 2, 18)) == "1\xa0234,5"


@pytest.mark.django_db
def test_page_of_a_vote_by_tokens_speaks_of_whole_tokens(client: Client) -> None:
    town = Town.founded(citizens=6)
    town.block(happened(chain.Transfer, sender=ZERO_ADDRESS, recipient=person(1), value=40 * TOKEN))
    proposal = town.open_vote(strategy=TOKEN_STRATEGY)
    town.block(vote(proposal, 1, weight=12 * TOKEN + TOKEN // 4))
    for path in ("/proposals/1", "/proposals/1/votes", "/proposals", "/"):
        page = client.get(path).content.decode()
        assert "000,000" not in page, path
    page = client.get("/proposals/1").content.decode()
    assert "12.25" in page
    assert "of all tokens" in page
    assert "12.25" in client.get(f"/proposals/1/votes?voter={person(1)}").content.decode()
