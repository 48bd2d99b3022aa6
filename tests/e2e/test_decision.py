"""A decision, end to end: signed in a browser or sent by a stranger, it shows everywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.e2e import chain
from tests.e2e.conftest import Stack, eventually

pytestmark = pytest.mark.xdist_group("stack")
SECONDS = 5.0


@contextmanager
def listening(stack: Stack, query: str) -> Iterator[ClientConnection]:
    address = stack.web.replace("http", "ws", 1) + "/ws/events?" + query
    with connect(address, origin=Origin(stack.web)) as socket:
        assert json.loads(socket.recv(timeout=SECONDS))["event"] == "snapshot"
        yield socket


def next_event(socket: ClientConnection, name: str) -> dict[str, Any]:
    while True:
        frame = json.loads(socket.recv(timeout=SECONDS))
        if frame["event"] == name:
            return frame


def officer_context(browser: Browser, stack: Stack, officer: dict[str, Any] | None = None) -> BrowserContext:
    """A window in which ``officer`` (an administrator unless given) has signed in."""
    officer = officer or stack.person("ADMINISTRATOR")
    context = browser.new_context(base_url=stack.web)
    page = context.new_page()
    page.goto("/admin/")
    page.get_by_label("User name").fill(officer["login"])
    page.get_by_label("Password").fill(officer["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return context


def become(page: Page, person: dict[str, Any]) -> None:
    """Connect the demo wallet as ``person``, and wait for its windows to close: they take what is typed."""
    page.get_by_role("button", name="Connect my wallet").first.click()
    page.get_by_role("button", name="Demo wallet").click()
    page.get_by_role("button", name=person["name"]).click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def sign_in_demo_wallet(page: Page) -> None:
    page.get_by_role("button", name="Sign in my wallet").click()
    page.locator("dialog[data-demo-wallet]").get_by_role("button", name="Sign", exact=True).click()


def counted(stack: Stack, proposal: str) -> int:
    """The units counted so far; a delegate's ballot holds several."""
    return int(stack.get(f"/api/proposals/{proposal}")["result"]["totalVotes"])


def shown_total(page: Page) -> int:
    """The units that the page shows beside its three choices."""
    counts = page.locator("#result .key small").all_inner_texts()
    return sum(int("".join(filter(str.isdigit, text))) for text in counts)


def test_a_vote_signed_in_the_browser_shows_everywhere(stack: Stack, browser: Browser) -> None:
    proposal = stack.open_proposal()["proposalId"]
    person = next(stack.undecided(proposal))
    before = counted(stack, proposal)
    reason = "I read it twice and it is worth trying."

    voter = browser.new_context(base_url=stack.web).new_page()
    reader = browser.new_context(base_url=stack.web).new_page()
    admin = officer_context(browser, stack).new_page()
    for page in (voter, reader):
        page.goto(f"/proposals/{proposal}")
    assert shown_total(reader) == before

    with listening(stack, f"proposal={proposal}") as socket:
        become(voter, person)
        voter.locator("label[for=vote-for]").click()
        voter.get_by_label("Your reason").fill(reason)
        voter.get_by_role("button", name="Review and sign").click()
        expect(voter.get_by_text("You sign exactly this")).to_be_visible()
        expect(voter.locator("[data-sign-dialog]").get_by_text(reason)).to_be_visible()
        sign_in_demo_wallet(voter)
        event = next_event(socket, "vote:cast")
        expect(voter.get_by_role("heading", name="Your vote is counted")).to_be_visible(
            timeout=SECONDS * 1000
        )

    assert event["data"]["voter"] == person["address"]
    assert (event["data"]["support"], event["data"]["weight"]) == (1, "1")
    eventually(lambda: shown_total(reader) == before + 1, seconds=SECONDS, what="the second tab's new tally")
    vote = next(vote for vote in stack.votes(proposal) if vote["voter"] == person["address"])
    assert (vote["support"], vote["reason"]) == (1, reason)
    admin.goto(f"/admin/governance/vote/?q={person['address']}")
    expect(admin.locator("#result_list")).to_contain_text("For")


def test_votes_that_cost_credits_are_bought_in_the_browser(stack: Stack, browser: Browser) -> None:
    proposal = stack.open_proposal(counted="QuadraticStrategy")["proposalId"]
    person = next(each for each in stack.undecided(proposal) if "DELEGATE" not in each["roles"])
    page = browser.new_context(base_url=stack.web).new_page()
    page.goto(f"/proposals/{proposal}")
    become(page, person)
    page.locator("label[for=vote-for]").click()
    page.locator("#votes-slider").fill("3")
    expect(page.locator("#votes-number")).to_have_value("3")
    page.locator("#votes-number").fill("4")
    expect(page.locator("#votes-slider")).to_have_value("4")
    expect(page.get_by_text("4 votes cost 16 of your 100 credits")).to_be_visible()
    page.get_by_role("button", name="Review and sign").click()
    expect(page.get_by_text("4 votes, which cost 16 credits")).to_be_visible()
    sign_in_demo_wallet(page)
    expect(page.get_by_role("heading", name="Your vote is counted")).to_be_visible(timeout=SECONDS * 1000)
    vote = eventually(
        lambda: next((each for each in stack.votes(proposal) if each["voter"] == person["address"]), None)
    )
    assert (vote["support"], vote["weight"]) == (1, "4")
    power = stack.get(f"/api/proposals/{proposal}/power/{person['address']}")
    assert (power["creditsLeft"], power["voted"]) == (84, True)


def test_a_vote_sent_past_the_portal_shows_just_the_same(stack: Stack, browser: Browser) -> None:
    proposal = stack.open_proposal(1)["proposalId"]
    person = next(stack.undecided(proposal))
    before = counted(stack, proposal)
    reader = browser.new_context(base_url=stack.web).new_page()
    reader.goto(f"/proposals/{proposal}")

    with listening(stack, "topics=votes") as socket:
        receipt = chain.send(
            stack.rpc,
            person["privateKey"],
            stack.facts["contracts"]["VotingEngine"],
            "castVoteWithReason(uint256,uint8,string)",
            int(proposal),
            0,
            "Sent from my own node.",
        )
        event = next_event(socket, "vote:cast")

    assert event["data"]["voter"] == person["address"]
    assert event["data"]["transactionHash"] == receipt["transactionHash"]
    eventually(lambda: shown_total(reader) == before + 1, seconds=SECONDS, what="the tab's new tally")
    vote = next(vote for vote in stack.votes(proposal) if vote["voter"] == person["address"])
    assert (vote["support"], vote["reason"]) == (0, "Sent from my own node.")
    admin = officer_context(browser, stack).new_page()
    admin.goto(f"/admin/governance/vote/?q={person['address']}")
    expect(admin.locator("#result_list")).to_contain_text("Against")


def test_a_script_votes_with_the_api_and_a_key_alone(stack: Stack) -> None:
    proposal = stack.open_proposal(1)["proposalId"]
    person = next(stack.undecided(proposal))
    fields = {"signer": person["address"], "support": 2, "reason": ""}
    draft = requests.post(
        stack.web + "/api/acts/typed-data", json={"act": "vote", "proposalId": proposal, **fields}, timeout=20
    )
    assert draft.status_code == 200, draft.text
    typed = draft.json()
    body = {
        **fields,
        "deadline": typed["deadline"],
        "signature": chain.sign(person["privateKey"], typed["typedData"]),
    }
    first = requests.put(f"{stack.web}/api/proposals/{proposal}/vote", json=body, timeout=20)
    again = requests.put(f"{stack.web}/api/proposals/{proposal}/vote", json=body, timeout=20)
    assert first.status_code == again.status_code == 202, first.text + again.text
    assert first.json()["digest"] == again.json()["digest"] == typed["digest"]

    url = f"/api/acts/{typed['digest']}"
    eventually(
        lambda: stack.get(url)["status"] in ("mined", "final"), seconds=SECONDS, what="the act's counting"
    )
    eventually(
        lambda: person["address"] in {vote["voter"] for vote in stack.votes(proposal)}, what="the vote"
    )
    assert sum(vote["voter"] == person["address"] for vote in stack.votes(proposal)) == 1

    refused = requests.post(
        stack.web + "/api/acts/typed-data", json={"act": "vote", "proposalId": proposal, **fields}, timeout=20
    )
    assert refused.headers["Content-Type"].startswith("application/problem+json")
    assert refused.json()["code"] == "already-voted"


def test_a_proposal_written_on_the_page_is_signed_and_listed(stack: Stack, browser: Browser) -> None:
    author = browser.new_context(base_url=stack.web).new_page()
    # Who gave the own vote to a delegate has none to propose with.
    person = next(
        one for one in stack.citizens() if not stack.get(f"/api/users/{one['address']}")["delegatedTo"]
    )
    author.goto("/proposals/new")
    become(author, person)
    author.get_by_label("Title").fill("A bench at the bus stop on Mill Lane")
    author.get_by_label("In short").fill("The stop on Mill Lane would get one bench with a roof.")
    with author.expect_response(lambda answer: "forty" in (answer.request.post_data or "")):  # it is kept
        author.get_by_label("Full text").fill("## Why\n\nPeople wait there for up to forty minutes.")
    expect(author).to_have_url(re.compile("/proposals/drafts/"))
    author.reload()
    expect(author.get_by_label("Title")).to_have_value("A bench at the bus stop on Mill Lane")
    author.get_by_role("button", name="Read it once more").click()
    expect(author.get_by_role("heading", name="Why")).to_be_visible()
    author.get_by_role("button", name="Review and sign").click()
    sign_in_demo_wallet(author)
    expect(author.get_by_role("heading", name="Your proposal is on the record")).to_be_visible(timeout=10_000)
    found = eventually(
        lambda: stack.get("/api/proposals", search="bench at the bus stop")["results"],
        what="the proposal's listing",
    )
    assert (found[0]["proposer"], found[0]["state"]) == (person["address"], "DRAFT")


def test_an_officer_opens_the_vote_by_signing_in_the_admin(stack: Stack, browser: Browser) -> None:
    proposal = stack.get("/api/proposals", state="DRAFT")["results"][0]["proposalId"]
    page = officer_context(browser, stack).new_page()
    page.goto(f"/admin/governance/proposal/{int(proposal):078d}/change/")
    page.get_by_role("button", name="Sign and open the vote").click()
    page.get_by_role("button", name="Demo wallet").click()
    page.get_by_role("button", name=stack.person("ADMINISTRATOR")["name"]).click()
    sign_in_demo_wallet(page)
    eventually(
        lambda: stack.get(f"/api/proposals/{proposal}")["state"] == "PENDING",
        seconds=10,
        what="the notice of the vote",
    )
