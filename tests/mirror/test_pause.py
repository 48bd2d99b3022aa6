"""A guardian's pause, from the page that hands out the call to the banner that everybody sees."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from contracts.acts.hashes import reason_hash
from governance.pauses.options import PAUSE_ACTIONS
from governance.pauses.rules import PAUSE_ALONE, PAUSE_JOINED
from governance.pauses.selectors import pause_now, pause_stories
from governance.proposals.models import Proposal, ProposalState, ProposalType
from governance.proposals.selectors.proposals import closes_at
from identity.accounts.models import User
from identity.accounts.services import link_address
from identity.profiles.services import update_profile
from tests.mirror.conftest import CHAIN_ID, DAY, Riverbend

pytestmark = pytest.mark.django_db

REASON = "Somebody got hold of a guardian's key."
PAGES = ("/", "/proposals", "/proposals/new", "/delegates", "/check", "/help", "/nope")


def at_desk(address: str, name: str) -> Browser:
    """A browser in which the officer with this address has signed in."""
    user = User.objects.create_user(name.lower(), f"{name.lower()}@riverbend.example", "not-secret")
    link_address(user=user, address=address)
    update_profile(user=user, display_name=name)
    user.refresh_from_db()
    browser = Browser()
    browser.force_login(user)
    return browser


def send_from_page(town: Riverbend, browser: Browser, address: str, name: str) -> None:
    """Type the word, and the reason where one is asked, and send the call that the page hands out."""
    form = {"word": PAUSE_ACTIONS[name].word, "reason": REASON}
    response = browser.post(reverse("admin:emergency_action", args=[name]), form)
    call: dict[str, Any] = json.loads(response.context["call"])
    assert call.pop("chainId") == CHAIN_ID
    town.transact(address, call)
    town.read()


def offered(browser: Browser) -> dict[str, bool]:
    """What the emergency page lets this officer do."""
    response = browser.get(reverse("admin:emergency"))
    return {option.name: option.possible for option in response.context["options"]}


def banners(number: int) -> set[bool]:
    """Whether the pages say that voting is paused: one answer if they agree."""
    pages = [*PAGES, f"/proposals/{number}", f"/proposals/{number}/votes"]
    return {b"data-pause-until" in Browser().get(path).content for path in pages}


def test_from_the_guardians_page_to_everybodys_and_back(riverbend: Riverbend) -> None:
    town = riverbend
    town.read()
    first, second = (officer.address for officer in town.people.guardians[:2])
    lars, priya = at_desk(first, "Lars"), at_desk(second, "Priya")
    open_vote = Proposal.objects.filter(state=ProposalState.ACTIVE).exclude(
        proposal_type=ProposalType.EMERGENCY
    )[0]
    closed = closes_at(open_vote)
    assert closed is not None
    assert banners(open_vote.proposal_id) == {False}
    assert offered(lars) == {"pause": False}  # the town's own pause was his, a fortnight ago
    assert offered(priya) == {"pause": True}

    send_from_page(town, priya, second, "pause")
    assert banners(open_vote.proposal_id) == {True}
    stats = Browser().get("/api/governance/stats").json()
    assert {"since", "until"} <= set(stats["paused"])
    assert offered(priya) == {"end": True, "join": False}
    assert offered(lars) == {"end": True, "join": True}
    closes = closes_at(open_vote)
    assert closes is not None
    assert closes - closed == PAUSE_ALONE
    assert html.escape(REASON) in lars.get(reverse("admin:emergency")).content.decode()

    town.wait(2 * DAY)
    send_from_page(town, priya, second, "end")
    assert banners(open_vote.proposal_id) == {True}
    assert offered(priya) == {"end": False, "join": False}
    assert offered(lars) == {"end": True, "join": True}
    assert b"Priya" in lars.get(reverse("admin:emergency")).content
    send_from_page(town, priya, second, "withdraw-end")
    assert offered(priya) == {"end": True, "join": False}
    send_from_page(town, priya, second, "end")

    send_from_page(town, lars, first, "end")
    assert banners(open_vote.proposal_id) == {False}
    assert Browser().get("/api/governance/stats").json()["paused"] is None
    story = pause_stories()[0]
    assert (story.by, story.asked_to_lift, story.lifted_by) == (second.lower(), second.lower(), first.lower())
    moved = closes_at(open_vote)
    assert moved is not None
    assert moved - closed == story.end - story.start
    told = town.ask("ProposalManager", "getProposal", open_vote.proposal_id)
    assert told["voteEnd"] == int(moved.timestamp())
    assert town.differences() == []


def test_a_guardian_joins_two_extend_and_the_page_knows_each_end(riverbend: Riverbend) -> None:
    town = riverbend
    town.read()
    first, second = (officer.address for officer in town.people.guardians[:2])
    lars, priya = at_desk(first, "Lars"), at_desk(second, "Priya")
    send_from_page(town, priya, second, "pause")
    send_from_page(town, lars, first, "join")
    pause = pause_now()
    assert pause is not None
    assert pause.end - pause.start == PAUSE_JOINED
    assert offered(priya) == offered(lars) == {"end": True, "extend": True}
    send_from_page(town, lars, first, "extend")
    send_from_page(town, priya, second, "extend")
    pause = pause_now()
    assert pause is not None
    until = town.ask("VotingEngine", "pauseState")["until"]
    assert int(pause.end.timestamp()) == until
    assert 27 * DAY < until - town.node.now() <= 28 * DAY
    assert town.differences() == []


def test_a_reorganisation_takes_the_banner_back(riverbend: Riverbend) -> None:
    town = riverbend
    town.read()
    before = town.node.rpc("evm_snapshot")
    town.send(town.people.guardians[1].address, "GovernanceCore", "pause", reason_hash(REASON))
    town.read()
    number = Proposal.objects.filter(state=ProposalState.ACTIVE)[0].proposal_id
    assert banners(number) == {True}
    town.node.rpc("evm_revert", before)
    town.wait(30)
    town.wait(30)
    town.read()
    assert banners(number) == {False}
    assert town.differences() == []
