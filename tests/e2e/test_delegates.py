"""Giving one's vote to a delegate and taking it back, in the browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import chain
from tests.e2e.conftest import Stack, eventually
from tests.e2e.test_access import assert_accessible, watched
from tests.e2e.test_decision import become, sign_in_demo_wallet

pytestmark = pytest.mark.xdist_group("stack")
MS = 5_000


def holder(stack: Stack, citizen: str) -> str:
    """Who holds the citizen's vote, says the contract."""
    (found,) = chain.call(
        stack.rpc, stack.facts["contracts"]["VotingEngine"], "delegates(address)", ["address"], citizen
    )
    return str(found).lower()


def close(page: Page) -> None:
    page.locator("[data-sign-dialog]").get_by_role("button", name="Close").last.click()


def test_vote_is_given_to_a_delegate_and_taken_back(stack: Stack, browser: Browser) -> None:
    delegate = stack.person("DELEGATE")
    person = [each for each in stack.citizens() if "DELEGATE" not in each["roles"]][-3]
    page = browser.new_context(base_url=stack.web).new_page()
    page.goto("/delegates")
    page.get_by_role("link", name=f"Give my vote to {delegate['name']}").click()
    become(page, person)
    page.locator("#give").get_by_role("button", name="Review and sign").click()
    expect(
        page.locator("[data-sign-dialog]").get_by_text("Every decision whose vote opens after")
    ).to_be_visible()
    sign_in_demo_wallet(page)
    expect(page.get_by_role("heading", name="It is on the record")).to_be_visible(timeout=MS)
    assert holder(stack, person["address"]) == delegate["address"].lower()
    close(page)
    expect(page.locator("#give")).to_contain_text("Votes for you since", timeout=MS)
    assert stack.get(f"/api/users/{person['address']}")["delegatedTo"] == delegate["address"]

    page.locator("#give").get_by_role("button", name="Take my vote back").click()
    sign_in_demo_wallet(page)
    expect(page.get_by_role("heading", name="It is on the record")).to_be_visible(timeout=MS)
    eventually(lambda: int(holder(stack, person["address"]), 16) == 0, what="the vote taken back")
    profile = f"/api/users/{person['address']}"
    eventually(lambda: not stack.get(profile)["delegations"], what="the mirror's reading of it")
    page.goto("/delegates")
    expect(page.locator("#mine-title + p")).to_contain_text("You, yourself")


def test_delegate_says_what_they_stand_for_and_takes_it_back(stack: Stack, browser: Browser) -> None:
    delegate = stack.person("DELEGATE")
    address = delegate["address"]
    before = stack.get(f"/api/users/{address}")["metadata"]
    page = browser.new_context(base_url=stack.web).new_page()
    console = watched(page)
    page.goto(f"/delegates/{address}")
    form = page.locator("#my-statement")
    expect(form).to_have_count(0)
    become(page, delegate)
    expect(form).to_be_visible(timeout=MS)
    assert_accessible(page, console, "the form of a statement")

    def say(name: str, statement: str) -> None:
        form.get_by_label("Your name").fill(name)
        form.get_by_label("Your statement").fill(statement)
        form.get_by_role("button", name="Review and sign").click()
        expect(
            page.locator("[data-sign-dialog]").get_by_text("Not part of the permanent record")
        ).to_be_visible()
        sign_in_demo_wallet(page)
        expect(page.get_by_role("heading", name="Your page shows it now")).to_be_visible(timeout=MS)
        assert_accessible(page, console, "a statement that is shown")
        close(page)

    say("A. D. <i>", "Shade & benches.")
    expect(page.locator("h1")).to_have_text("A. D. <i>", timeout=MS)
    expect(page.locator(".quote")).to_have_text("Shade & benches.")
    say("", "")
    expect(page.get_by_text("Has not said what they stand for.")).to_be_visible(timeout=MS)
    assert stack.get(f"/api/users/{address}")["metadata"]["bio"] == ""
    say(before["displayName"], before["bio"])
    expect(page.locator("h1")).to_have_text(delegate["name"], timeout=MS)
    assert stack.get(f"/api/users/{address}")["metadata"] == before


def test_who_is_no_owner_of_the_page_sees_no_form(stack: Stack, browser: Browser) -> None:
    one, other = [each for each in stack.citizens() if "DELEGATE" in each["roles"]][:2]
    page = browser.new_context(base_url=stack.web).new_page()
    page.goto(f"/delegates/{one['address']}")
    with page.expect_response(lambda answer: "/parts/statement?address=" in answer.url):
        become(page, other)
    expect(page.locator("#my-statement")).to_have_count(0)
    expect(page.locator("#statement-title")).to_be_visible()
