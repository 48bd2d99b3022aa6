"""A pause in the browser: guardians' own wallets send it, and open pages say so without a reload."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Stack, eventually
from tests.e2e.test_access import assert_accessible, watched
from tests.e2e.test_decision import officer_context

pytestmark = pytest.mark.xdist_group("stack")
SECONDS = 1000


def send(page: Page, guardian: dict[str, Any], deed: str, word: str) -> None:
    """Type the word, choose the wallet and have it send the call."""
    page.goto(f"/admin/emergency/{deed}/")
    reason = page.get_by_label("Your reason, for everybody to read")
    if reason.count():
        reason.fill("Somebody got hold of a guardian’s key.")
    page.get_by_label(f"Type {word} to confirm").fill(word)
    page.get_by_role("button", name="Go on to my wallet").click()
    if page.evaluate("!window.portal?.wallets?.provider"):
        page.get_by_role("button", name="Choose my wallet").click()
        page.get_by_role("button", name="Demo wallet").click()
        page.get_by_role("button", name=guardian["name"]).click()
    page.locator("[data-send-call]").click()
    page.locator("dialog[data-demo-wallet]").get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator("[data-sign-status]")).to_contain_text("Sent.")


def asked_of(page: Page) -> bool:
    """Whether the emergency page tells this guardian that the other one has asked."""
    page.goto("/admin/emergency/")
    return page.get_by_text("You can follow").count() == 1


def test_a_pause_shows_and_goes_on_pages_that_stay_open(stack: Stack, browser: Browser) -> None:
    proposal = stack.open_proposal()["proposalId"]
    first, second = stack.person("GUARDIAN", 1), stack.person("GUARDIAN")
    pausing = officer_context(browser, stack, first).new_page()
    ending = officer_context(browser, stack, second).new_page()
    console = watched(pausing)
    reading = browser.new_page(base_url=stack.web)
    reading.goto(f"/proposals/{proposal}")
    banner = reading.locator(".pause")
    expect(banner).to_have_count(0)
    expect(reading.locator("html")).to_have_attribute("data-live", "on")

    pausing.goto("/admin/emergency/pause/")
    assert_accessible(pausing, console, "confirming a pause")
    send(pausing, first, "pause", "PAUSE")
    assert_accessible(pausing, console, "the call is handed out")
    try:
        expect(banner).to_contain_text("Voting is paused.", timeout=20 * SECONDS)
        expect(reading.locator("#vote")).to_contain_text("Nobody can vote on this just now")
        for width in (1280, 390):
            for page in (reading, ending):
                page.set_viewport_size({"width": width, "height": 900})
            for path in ("/", f"/proposals/{proposal}", "/help", "/no-such-page"):
                page = browser.new_page(base_url=stack.web, viewport={"width": width, "height": 900})
                seen = watched(page)
                page.goto(path)
                expect(page.locator(".pause")).to_be_visible()
                assert_accessible(page, seen, f"{path} while paused at {width}")
                page.close()
            for path in ("/admin/emergency/", "/admin/emergency/end/", "/admin/emergency/join/"):
                ending.goto(path)
                assert_accessible(ending, [], f"{path} while paused at {width}")
    finally:
        send(pausing, first, "end", "END")
        eventually(lambda: asked_of(ending), seconds=20, what="the request of the first guardian")
        send(ending, second, "end", "END")
    expect(banner).to_have_count(0, timeout=20 * SECONDS)
    expect(reading.locator("#vote")).to_contain_text("Review and sign")
