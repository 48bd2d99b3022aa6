"""Every page is for everyone: no axe violation, no sideways scroll, nothing in the console, at any width."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Stack
from tests.e2e.test_decision import become, officer_context

pytestmark = pytest.mark.xdist_group("stack")

CITIZEN_PAGES = [
    "/",
    "/proposals",
    "/proposals?q=nothing-is-called-this",
    "/proposals/new",
    "/delegates",
    "/check",
    "/rules",
    "/trust",
    "/help",
    "/no-such-page",
]
ADMIN_PAGES = [
    "/admin/",
    "/admin/inbox/",
    "/admin/failed-tasks/",
    "/admin/governance/ballotreason/",
    "/admin/governance/proposal/",
    "/admin/governance/vote/",
    "/admin/governance/delegationchange/",
    "/admin/governance/parameterchange/",
    "/admin/identity/rolechange/",
    "/admin/identity/rolerequest/",
    "/admin/identity/personkey/",
    "/admin/identity/censuschange/",
    "/admin/identity/user/",
    "/admin/contracts/chainevent/",
    "/admin/contracts/block/",
    "/admin/contracts/relayedact/",
    "/admin/audit/auditlog/",
    "/admin/emergency/",
]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "preload": False,
}


def assert_accessible(page: Page, console: list[str], what: str) -> None:
    violations = Axe().run(page, options=RULES).response["violations"]
    assert not violations, (
        what
        + "\n"
        + "\n".join(
            f"{found['id']}: {[node['html'][:160] for node in found['nodes']]}" for found in violations
        )
    )
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        f"{what} scrolls sideways"
    )
    unexpected = [text for text in console if "404" not in text]
    assert not unexpected, f"{what}: {unexpected}"


def watched(page: Page) -> list[str]:
    console: list[str] = []
    page.on(
        "console",
        lambda message: console.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: console.append(str(error)))
    return console


@pytest.mark.parametrize("width", [1280, 390])
def test_citizen_pages(stack: Stack, browser: Browser, width: int) -> None:
    states = {row["state"]: row["proposalId"] for row in stack.get("/api/proposals", page_size=50)["results"]}
    page = browser.new_page(base_url=stack.web, viewport={"width": width, "height": 900})
    console = watched(page)
    for path in CITIZEN_PAGES + [f"/proposals/{number}" for number in states.values()]:
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
        assert_accessible(page, console, f"{path} at {width}")


@pytest.mark.parametrize("width", [1280, 390])
def test_writing_each_kind_of_proposal(stack: Stack, browser: Browser, width: int) -> None:
    page = browser.new_page(base_url=stack.web, viewport={"width": width, "height": 900})
    console = watched(page)
    for kind in ("PARAMETER", "ROLE", "EMERGENCY", "UPGRADE"):
        page.goto("/proposals/new")
        page.locator(f".kinds .usa-radio:has([value={kind}]) label").click()
        shown = page.locator("[data-kind]:visible")
        assert shown.evaluate_all("parts => parts.map((part) => part.dataset.kind)") == [kind]
        shown.locator("details").evaluate_all("parts => parts.forEach((one) => { one.open = true })")
        assert_accessible(page, console, f"writing {kind} at {width}")
        page.get_by_role("button", name="Read it once more").click()
        page.get_by_role("heading", name="Something is missing").wait_for()
        assert_accessible(page, console, f"mending {kind} at {width}")


def test_the_signing_dialogue(stack: Stack, browser: Browser) -> None:
    proposal = stack.open_proposal()["proposalId"]
    page = browser.new_page(base_url=stack.web)
    console = watched(page)
    page.goto(f"/proposals/{proposal}")
    page.get_by_role("button", name="Connect my wallet").first.click()
    assert_accessible(page, console, "choosing a wallet")
    page.keyboard.press("Escape")
    become(page, next(stack.undecided(proposal)))
    page.locator("label[for=vote-abstain]").click()
    page.get_by_role("button", name="Review and sign").click()
    page.get_by_text("You sign exactly this").wait_for()
    assert_accessible(page, console, "reading what is signed")


def test_a_wallet_is_connected_from_the_menu_of_a_small_screen(stack: Stack, browser: Browser) -> None:
    page = browser.new_page(base_url=stack.web, viewport={"width": 390, "height": 900})
    console = watched(page)
    page.goto("/proposals")
    page.get_by_role("button", name="Menu").click()
    become(page, stack.citizens()[0])  # finds everything by its role: nothing is hidden from a screen reader
    assert_accessible(page, console, "connected from the menu")
    expect(page.get_by_role("button", name="Menu")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_admin_pages(stack: Stack, browser: Browser, width: int) -> None:
    page = officer_context(browser, stack).new_page()
    page.set_viewport_size({"width": width, "height": 900})
    console = watched(page)
    proposals = stack.get("/api/proposals", page_size=50)["results"]
    kinds = {row["proposalType"]: row["proposalId"] for row in proposals}
    forms = [f"/admin/governance/proposal/{int(number):078d}/change/" for number in kinds.values()]
    for path in ADMIN_PAGES + forms:
        page.goto(path)
        assert_accessible(page, console, f"{path} at {width}")
