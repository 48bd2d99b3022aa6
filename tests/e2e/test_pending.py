"""A ballot that waits: the page says that it is on its way, and after a minute offers a way around us."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Stack
from tests.e2e.test_decision import become, sign_in_demo_wallet

pytestmark = pytest.mark.xdist_group("stack")
SECONDS = 10.0
MINUTE = 61  # and a little: ACT_SELF_SEND_SECONDS


@contextmanager
def standing_still(stack: Stack, name: str) -> Iterator[None]:
    """One process of the stack does nothing meanwhile."""
    process = json.loads((stack.home / "processes.json").read_text())[name]
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def received_a_minute_ago(stack: Stack, signer: str) -> None:
    """Have the newest act of ``signer`` wait since a minute."""
    with closing(sqlite3.connect(stack.home / "portal.sqlite3", timeout=10)) as database, database:
        changed = database.execute(
            "UPDATE relayed_acts SET created_at = datetime(created_at, ?)"
            " WHERE signer = ? AND status = 'queued'",
            (f"-{MINUTE} seconds", signer.lower()),
        )
        assert changed.rowcount == 1


def test_ballot_that_waits_is_shown_and_may_be_sent_by_oneself(stack: Stack, browser: Browser) -> None:
    proposal = stack.open_proposal()["proposalId"]
    person = next(stack.undecided(proposal))
    page = browser.new_context(base_url=stack.web).new_page()
    page.clock.install()
    page.goto(f"/proposals/{proposal}")
    become(page, person)
    panel = page.locator(".vote")
    expect(panel.locator(".power")).to_be_visible()
    page.locator("label[for=vote-against]").click()

    with standing_still(stack, "worker"):
        page.get_by_role("button", name="Review and sign").click()
        sign_in_demo_wallet(page)
        expect(page.get_by_role("heading", name="Sent. Waiting to be counted")).to_be_visible()
        page.clock.fast_forward(MINUTE * 1000)
        expect(page.get_by_role("heading", name="This takes longer than usual")).to_be_visible()
        page.get_by_role("button", name="Keep waiting").click()
        page.locator("[data-sign-dialog]").get_by_role("button", name="Close").click()

        expect(panel.get_by_role("heading", name="On its way")).to_be_visible()
        expect(panel).to_contain_text("You chose: Against")
        expect(panel.get_by_role("button", name="Review and sign")).to_have_count(0)
        expect(panel.get_by_role("button", name="Send it myself")).to_have_count(0)

        received_a_minute_ago(stack, person["address"])
        # The panel knows by itself when to look again.
        page.clock.fast_forward(MINUTE * 1000)
        panel.get_by_role("button", name="Send it myself").click()
        page.locator("dialog[data-demo-wallet]").get_by_role("button", name="Sign", exact=True).click()
        expect(page.get_by_role("heading", name="Your wallet has sent it")).to_be_visible()
        page.get_by_role("button", name="Done").click()

    # The relayer is back with the same act: it counts once.
    expect(page.get_by_role("link", name="See it among all votes")).to_be_visible(timeout=SECONDS * 1000)
    mine = [vote for vote in stack.votes(proposal) if vote["voter"] == person["address"]]
    assert [vote["support"] for vote in mine] == [0]
