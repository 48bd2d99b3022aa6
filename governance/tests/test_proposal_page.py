"""A proposal's page: what it says to everyone and to its reader, and what can be taken along."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from contracts.calldata import encode_call
from contracts.events import Action
from governance.ballots.models import Support
from governance.proposals.models import Proposal, ProposalState, ProposalType
from governance.tests.factories import (
    ADMINISTRATORS,
    CONTRACTS,
    Town,
    cancellation_asked,
    cancelled,
    delegated,
    endorsed,
    fresh,
    parameter,
    person,
    unix,
    vote,
)
from governance.tests.pages import adopted, text_of
from identity.accounts.models import User
from identity.reasons.services import keep_reason
from identity.roles.models import Role
from identity.tests.factories import granted, revoked

pytestmark = pytest.mark.django_db

LONGER_VOTES = Action(
    CONTRACTS["GovernanceCore"],
    0,
    encode_call(
        "GovernanceCore",
        "updateGovernanceParams",
        {
            "name": "0x" + b"votingPeriod".ljust(32, b"\0").hex(),
            "oldValue": 7 * 86_400,
            "newValue": 9 * 86_400,
        },
    ),
)


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
    town.propose(proposal_type=ProposalType.PARAMETER, actions=(LONGER_VOTES,))
    shown = text_of(client.get("/proposals/1"))
    assert "Change a rule of voting" in shown
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
    town.block(granted(Role.DELEGATE, person(0)), delegated(1, 0), delegated(2, 0))
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
    proposal = adopted(
        Town.founded(citizens=20), proposal_type=ProposalType.PARAMETER, actions=(LONGER_VOTES,)
    )
    page = client.get(f"/proposals/{proposal.proposal_id}").content.decode()
    found = re.search(r'data-send="queue" data-send-transaction="([^"]+)"', page)
    assert found
    transaction = json.loads(found.group(1).replace("&quot;", '"'))
    assert transaction["to"].lower() == CONTRACTS["ProposalManager"]
    arguments = {"proposalId": proposal.proposal_id, "actions": proposal.actions}
    assert transaction["data"] == encode_call("ProposalManager", "queueProposal", arguments)


def test_queued_proposal_is_carried_out_only_after_its_wait(client: Client) -> None:
    town = Town.founded(citizens=20)
    proposal = town.queue(adopted(town, proposal_type=ProposalType.PARAMETER, actions=(LONGER_VOTES,)))
    assert "Carry it out" not in text_of(client.get(f"/proposals/{proposal.proposal_id}"))
    town.wait(timedelta(days=2, minutes=1))
    assert "Carry it out" in text_of(client.get(f"/proposals/{fresh(proposal).proposal_id}"))


def test_decision_in_words_is_done_when_it_is_adopted(client: Client) -> None:
    town = Town.founded(citizens=20)
    proposal = adopted(town)
    page = client.get(f"/proposals/{proposal.proposal_id}")
    assert "It was adopted. It is a decision in words" in text_of(page)
    assert b"data-send=" not in page.content
    town.wait(timedelta(days=400))
    steps = text_of(client.get(f"/proposals/{proposal.proposal_id}/parts/steps"))
    assert "Result Adopted" in steps
    assert "Waiting period" not in steps
    assert "Expired" not in steps


# --- the rules of one vote ---
def test_roles_and_software_say_which_share_they_need_and_why_it_was_missed(client: Client) -> None:
    town = Town.founded(citizens=20)
    proposal = town.open_vote(proposal_type=ProposalType.ROLE)
    shown = text_of(client.get("/proposals/1"))
    assert "It passes with 3 of 5 of those who said For or Against" in shown
    assert "It passes if 3 of 5 of those who said For or Against are For" in shown
    sides = [Support.FOR] * 5 + [Support.AGAINST] * 4
    town.block(*(vote(proposal, number, side) for number, side in enumerate(sides)))
    town.close_vote(proposal)
    shown = text_of(client.get("/proposals/1/parts/ballot"))
    assert "It needed 3 of 5 of those who said For or Against, and had fewer" in shown


def test_terms_are_todays_until_the_vote_is_set_and_sealed_from_then_on(client: Client) -> None:
    town = Town.founded(citizens=60)
    proposal = town.propose(proposal_type=ProposalType.PARAMETER, actions=(LONGER_VOTES,))
    shown = text_of(client.get("/proposals/1/parts/terms"))
    assert "As the rules are today." in shown
    assert "Supporters needed 3 people" in shown
    assert "Notice before the vote 1 hour" in shown
    town.block(town.activated(proposal))
    for name, old, new in (("votingPeriod", 7, 9), ("executionDelay", 2, 4), ("gracePeriod", 3, 5)):
        town.block(parameter(name, old * 86_400, new * 86_400))
    town.block(parameter("quorumPercentage", 20, 40))
    shown = text_of(client.get("/proposals/1/parts/terms"))
    assert "They were sealed when the vote was set." in shown
    for said in (
        "Voting is open for 7 days",
        "Quorum 20% of",
        "Waiting period 2 days",
        "carry it out 3 days",
    ):
        assert said in shown


def test_emergency_is_decided_within_its_own_short_times(client: Client) -> None:
    town = Town.founded(citizens=20)
    town.propose(proposal_type=ProposalType.EMERGENCY)
    shown = text_of(client.get("/proposals/1/parts/terms"))
    assert "Review period 12 hours" in shown
    assert "Voting is open for 2 days" in shown


def test_support_that_is_needed_is_a_share_of_the_roll_when_it_was_proposed(client: Client) -> None:
    town = Town.founded(citizens=60)
    proposal = town.propose()
    town.block(*(each for number in range(100, 200) for each in town.joins(person(number))))
    town.block(endorsed(proposal, 2, 0))
    assert "1 of 3 supporters needed to go to a vote" in text_of(client.get("/proposals/1"))


# --- how it can end before a vote ---
def test_officers_reason_for_cancelling_is_read_where_it_was_cancelled(client: Client) -> None:
    town = Town.founded(citizens=20)
    proposal = town.propose()
    keep_reason("It <is> unlawful.")
    town.block(cancellation_asked(proposal, ADMINISTRATORS[0], reason="It <is> unlawful."))
    steps = text_of(client.get("/proposals/1/parts/steps"))
    assert "An officer asks to cancel this." in steps
    assert "The reason given: “It &lt;is&gt; unlawful.”" in steps
    town.block(cancelled(proposal, reason="It <is> unlawful."))
    shown = text_of(client.get("/proposals/1"))
    assert "Two officers cancelled it before the vote." in shown
    assert "The reason given “It &lt;is&gt; unlawful.”" in shown


def test_reason_whose_words_are_unknown_is_said_to_be(client: Client) -> None:
    town = Town.founded(citizens=20)
    town.block(cancelled(town.propose(), reason="Never told this site."))
    assert "The words of the reason are not known here" in text_of(client.get("/proposals/1"))


def test_proposer_may_take_it_back_without_a_reason_but_not_once_it_is_supported_and_set(
    client: Client,
) -> None:
    town = Town.founded(citizens=20)
    first, second = town.propose(proposer=person(1)), town.propose(proposer=person(1), title="Another")
    town.block(endorsed(second, 2, 0))
    later = town.now + timedelta(days=2)
    town.block(town.activated(first, opens=later), town.activated(second, opens=later))

    def offered(number: int) -> bool:
        page = client.get(f"/proposals/{number}/parts/ballot?address={person(1)}")
        return b'data-sign="cancel"' in page.content

    assert offered(1)
    assert not offered(2)
    town.block(cancelled(first, person(1)))
    shown = text_of(client.get("/proposals/1"))
    assert "Who proposed it took it back before the vote." in shown
    assert "The words of the reason" not in shown


def test_draft_says_when_it_lapses_and_that_it_has(client: Client) -> None:
    town = Town.founded(citizens=20)
    town.propose()
    assert "Unless its vote is set before, it lapses on" in text_of(client.get("/proposals/1/parts/ballot"))
    town.wait(timedelta(days=181))
    shown = text_of(client.get("/proposals/1"))
    assert "Its vote was not set within 180 days, so it lapsed." in shown
    assert "There was no vote" in shown
    assert "nobody carried it out" not in shown


def test_votes_that_a_box_of_their_own_still_counts_are_said_to_be_counted(
    town: Town, client: Client
) -> None:
    Proposal.objects.filter(proposal_id=1).update(state=ProposalState.TALLYING)
    shown = text_of(client.get("/proposals/1/parts/ballot"))
    assert "The votes are being counted" in shown
    assert "Review and sign" not in shown


# --- losing a role ---
def test_people_whose_delegate_lost_the_role_are_told_and_vote_in_person(client: Client) -> None:
    town = Town.founded(citizens=6)
    town.block(granted(Role.DELEGATE, person(0)), delegated(1, 0))
    town.open_vote()
    told = "is a delegate no more"
    for path in (
        "/proposals/1/parts/ballot",
        "/parts/my-delegate",
        "/parts/needs-my-vote",
    ):
        assert told not in text_of(client.get(f"{path}?address={person(1)}")), path
    town.block(revoked(Role.DELEGATE, person(0)))
    for path in (
        "/proposals/1/parts/ballot",
        "/parts/my-delegate",
        "/parts/needs-my-vote",
    ):
        assert told in text_of(client.get(f"{path}?address={person(1)}")), path
    assert b'data-sign="vote"' in client.get(f"/proposals/1/parts/ballot?address={person(1)}").content
    former = text_of(client.get(f"/proposals/1/parts/ballot?address={person(0)}"))
    assert "You have one vote" in former
    assert "you have not been a delegate all the time since" in former


def test_whom_officers_removed_keeps_an_open_vote_and_whose_time_ran_out_does_not(client: Client) -> None:
    town = Town.founded(citizens=6)
    end = town.now + timedelta(days=2)
    town.block(*town.joins(person(50), until=unix(end)))
    town.open_vote()

    def may_vote(number: int) -> bool:
        page = client.get(f"/proposals/1/parts/ballot?address={person(number)}")
        return b'data-sign="vote"' in page.content

    town.block(*town.leaves(person(2)))
    assert may_vote(2)
    assert may_vote(50)
    shown = text_of(client.get(f"/proposals/1/parts/ballot?address={person(2)}"))
    assert "1, because you were a citizen when this vote was set." in shown
    assert "1 decision needs your vote" in text_of(client.get(f"/parts/needs-my-vote?address={person(2)}"))
    town.wait(timedelta(0), until=end)
    assert not may_vote(50)
    town.block(*town.runs_out(person(50), end))
    assert not may_vote(50)
    town.close_vote(Proposal.objects.get(proposal_id=1))
    town.open_vote(title="The next one")
    assert b'data-sign="vote"' not in client.get(f"/proposals/2/parts/ballot?address={person(2)}").content


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
