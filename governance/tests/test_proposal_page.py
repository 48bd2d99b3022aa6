"""A proposal's page: what it says to everyone and to its reader, and what can be taken along."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from contracts.calldata import encode_call
from contracts.events import Action
from governance.models import Proposal, ProposalType, Support
from governance.tests.factories import (
    CONTRACTS,
    PARAMETERS,
    Town,
    delegated,
    endorsed,
    fresh,
    person,
    vote,
)
from governance.tests.pages import adopted, text_of
from identity.models import User

pytestmark = pytest.mark.django_db


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
