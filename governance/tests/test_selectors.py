"""What pages, API and admin read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts import events as chain
from contracts.addresses import proxy_admin
from contracts.events import Action
from governance import selectors
from governance.errors import ProposalNotFound
from governance.models import Proposal, ProposalType, Support
from governance.selectors.results import percents
from governance.tests.factories import (
    CONTRACTS,
    PARAMETERS,
    TOKEN_STRATEGY,
    Town,
    cancelled,
    delegated,
    endorsed,
    fresh,
    happened,
    parameter,
    paused,
    person,
    reduced,
    unpaused,
    vote,
)
from identity.models import User

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


# --- results ---


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((0, 0, 0), [0, 0, 0]),
        ((1, 1, 1), [34, 33, 33]),
        ((2911, 402, 1608), [59, 8, 33]),
        ((1, 0, 0), [100, 0, 0]),
        ((10**40, 1, 0), [100, 0, 0]),
        ((1, 2, 4), [14, 29, 57]),
    ],
)
def test_shares_are_whole_and_add_up(parts: tuple[int, ...], expected: list[int]) -> None:
    assert percents(parts) == expected


def test_tally_says_what_the_quorum_lacks_and_who_leads() -> None:
    town = Town.founded(citizens=20)
    proposal = town.open_vote()
    view = selectors.tally(proposal)
    assert (view.quorum, view.missing, view.quorum_reached, view.leading) == (4, 4, False, "none")
    town.block(vote(proposal, 1), vote(proposal, 2, Support.ABSTAIN), vote(proposal, 3, Support.AGAINST))
    view = selectors.tally(fresh(proposal))
    assert (view.missing, view.leading, view.turnout, view.counted_for_quorum) == (2, "tie", 15, 2)
    town.block(vote(proposal, 4), vote(proposal, 5))
    view = selectors.tally(fresh(proposal))
    assert (view.missing, view.quorum_reached, view.leading) == (0, True, "for")


def test_quorum_before_the_vote_is_set_is_todays() -> None:
    town = Town.founded(citizens=11)
    assert selectors.quorum_needed(town.propose()) == 3
    assert selectors.quorum_needed(town.propose(title="By tokens", strategy=TOKEN_STRATEGY)) is None


def test_series_adds_up_to_the_tally_and_knows_votes_taken_back() -> None:
    town = Town.founded()
    town.block(delegated(2, 1))
    proposal = town.open_vote()
    town.block(vote(proposal, 1, Support.AGAINST, weight=2))
    town.wait(DAY)
    town.block(reduced(proposal, 1, 2, 2, counted=True), vote(proposal, 2, Support.FOR))
    series = selectors.result_series(fresh(proposal))
    assert series.bucket == "day"
    sums = [(p.for_votes, p.against_votes, p.abstain_votes) for p in series.points]
    assert sums == [(0, 2, 0), (1, 1, 0)]
    assert [p.at.hour for p in series.points] == [0, 0]
    hourly = selectors.result_series(fresh(proposal), "hour")
    assert len(hourly.points) == 25
    assert hourly.points[-1].for_votes == 1


def test_effective_weight_is_what_delegators_left() -> None:
    town = Town.founded()
    town.block(delegated(2, 1))
    proposal = town.open_vote()
    town.block(vote(proposal, 1, weight=2))
    town.block(reduced(proposal, 1, 2, 2, counted=True), vote(proposal, 2))
    votes = list(selectors.proposal_votes(proposal))
    assert [vote.weight for vote in votes] == [1, 2]
    assert [selectors.effective_weights(votes)[vote.event_id] for vote in votes] == [1, 1]


# --- a person's vote ---


def test_power_is_explained_in_plain_sentences() -> None:
    town = Town.founded()
    User.objects.create(username="ruth", address=person(1), metadata={"displayName": "Ruth A."})
    town.block(delegated(2, 1), delegated(3, 1))
    proposal = town.open_vote()
    mine = selectors.ballot_power(proposal, person(1))
    assert (mine.weight, mine.can_vote, mine.code) == (3, True, "")
    assert mine.explanation == [
        "1, because you are a citizen since 2 March 2026.",
        "2 people gave you their vote, so your ballot counts as 3.",
    ]
    theirs = selectors.ballot_power(proposal, person(2))
    assert (theirs.weight, theirs.delegate) == (1, person(1))
    assert theirs.explanation[1:] == [
        "Ruth A. votes for you and has not voted yet.",
        "If you vote here, your vote counts instead of your delegate’s, in this decision only.",
    ]
    town.block(vote(proposal, 1, Support.AGAINST, weight=3))
    assert "voted Against" in selectors.ballot_power(proposal, person(2)).explanation[1]
    assert selectors.ballot_power(proposal, person(1)).why_not.startswith("You have voted")


def test_delegation_after_the_snapshot_changes_nothing_here() -> None:
    town = Town.founded()
    proposal = town.open_vote()
    town.block(delegated(2, 1))
    assert selectors.ballot_power(proposal, person(1)).weight == 1
    assert selectors.ballot_power(proposal, person(2)).delegate is None
    later = town.open_vote(title="The next one")
    assert selectors.ballot_power(later, person(1)).weight == 2


def test_votes_that_wait_for_me_are_those_i_can_cast() -> None:
    town = Town.founded()
    first, second = town.open_vote(title="One"), town.open_vote(title="Two")
    town.propose(title="Three")
    town.block(vote(first, 1))
    assert selectors.needs_my_vote(person(1)) == [second]
    assert selectors.needs_my_vote(person(2)) == [first, second]
    assert selectors.needs_my_vote(person(99)) == []


def test_delegators_are_those_whose_newest_word_names_the_delegate() -> None:
    town = Town.founded()
    town.block(delegated(2, 1), delegated(3, 1), delegated(4, 1))
    moment = town.now
    town.block(delegated(3, None, 1), delegated(4, 5, 1))
    assert [each.delegator for each in selectors.delegators(person(1))] == [person(2)]
    assert selectors.received_units(person(1), moment) == 3
    assert selectors.overall(selectors.current_delegations(person(3))) is None
    found = selectors.overall(selectors.current_delegations(person(4)))
    assert found is not None
    assert found.delegate == person(5)


# --- the record ---


def statuses(proposal: Proposal) -> list[tuple[str, str]]:
    """Key and status of each step."""
    return [(step.key, step.status) for step in selectors.lifecycle(fresh(proposal))]


def test_lifecycle_tells_where_it_stands_and_what_comes() -> None:
    town = Town.founded()
    proposal = town.propose()
    later = [("voting", "next"), ("result", "next"), ("waiting", "next"), ("executed", "next")]
    assert statuses(proposal) == [("proposed", "done"), ("support", "current"), *later]
    town.block(endorsed(proposal, 1, 0))
    assert selectors.lifecycle(fresh(proposal))[1].note == "1 of 3 supporters"
    town.block(town.activated(proposal))
    assert statuses(proposal)[1:3] == [("support", "done"), ("voting", "next")]
    town.block(vote(proposal, 1), vote(proposal, 2))
    assert statuses(proposal)[2] == ("voting", "current")
    town.close_vote(proposal)
    assert statuses(proposal)[3:] == [("result", "done"), ("waiting", "current"), ("executed", "next")]
    town.queue(proposal)
    step = selectors.lifecycle(fresh(proposal))[4]
    assert step.end is not None
    assert step.start is not None
    assert step.end - step.start == 2 * DAY
    town.wait(2 * DAY)
    assert statuses(proposal)[4:] == [("waiting", "done"), ("executed", "current")]
    town.execute(proposal)
    assert {status for _key, status in statuses(proposal)} == {"done"}


def test_lifecycle_ends_where_the_proposal_ended() -> None:
    town = Town.founded()
    lost, gone, late = (town.propose(title=title) for title in ("Lost", "Gone", "Late"))
    town.block(cancelled(gone))
    assert statuses(gone)[-1] == ("cancelled", "stopped")
    town.block(town.activated(lost), town.activated(late))
    town.block(vote(late, 1), vote(late, 2))
    town.close_vote(late)
    assert statuses(lost)[-1] == ("result", "stopped")
    town.wait(3 * DAY)
    assert statuses(late)[-1] == ("expired", "stopped")


def test_paused_vote_says_so_and_closes_later() -> None:
    town = Town.founded()
    proposal = town.open_vote()
    before = selectors.closes_at(proposal)
    town.block(paused(town.now + timedelta(days=14, seconds=12)))
    assert selectors.pause_now() is not None
    assert selectors.lifecycle(proposal)[2].note == "Paused"
    town.block(unpaused())
    assert selectors.pause_now() is None
    after = selectors.closes_at(proposal)
    assert before is not None
    assert after == before + timedelta(seconds=12)


def test_timeline_is_in_words_newest_first_with_how_sure_each_line_is() -> None:
    town = Town.founded(finality=3)
    User.objects.create(username="ruth", address=person(0), metadata={"displayName": "Ruth A."})
    proposal = town.propose()
    town.block(endorsed(proposal, 1, 0))
    town.block(town.activated(proposal))
    town.block()
    town.block(vote(proposal, 1), vote(proposal, 2))
    lines = selectors.timeline(fresh(proposal))
    assert [line.key for line in lines] == [
        "votes",
        "opened",
        "ProposalActivated",
        "support",
        "ProposalCreated",
    ]
    assert lines[0].text == "2 ballots counted"
    assert lines[1].text == "Voting opened, 10 people on the roll"
    assert lines[-1].text == "Ruth A. proposed it"
    assert lines[0].confirmation == "seen"
    assert lines[-1].confirmation == "final"
    town.close_vote(proposal)
    assert selectors.timeline(fresh(proposal))[0].text == "Voting closed: adopted"


# --- actions in words ---


def rules_action(**changes: int) -> Action:
    """The call that sets the rules to those of the town's foundation with ``changes``."""
    from contracts.calldata import encode_call

    data = encode_call("GovernanceCore", "updateGovernanceParams", {"params": {**PARAMETERS, **changes}})
    return Action(CONTRACTS["GovernanceCore"], 0, data)


def test_changed_rules_stand_beside_the_old_even_after_they_changed() -> None:
    town = Town.founded()
    action = rules_action(votingPeriod=5 * 86_400, quorumPercentage=25)
    proposal = town.propose(proposal_type=ProposalType.PARAMETER, actions=(action,))
    expected = [("How long a vote stays open", "7 days", "5 days"), ("Quorum", "20%", "25%")]

    def shown() -> list[tuple[str, str, str]]:
        (described,) = selectors.describe_actions(fresh(proposal))
        return [(each.label, each.before, each.after) for each in described.changes]

    assert shown() == expected
    town.block(town.activated(proposal))
    town.block(vote(proposal, 1), vote(proposal, 2))
    town.close_vote(proposal)
    town.queue(proposal)
    town.wait(2 * DAY)
    town.execute(
        proposal,
        parameter("votingPeriod", 7 * 86_400, 5 * 86_400),
        parameter("quorumPercentage", 20, 25),
    )
    assert shown() == expected
    assert selectors.current_parameters()["votingPeriod"].text == "5 days"


@pytest.mark.parametrize(
    ("contract", "function", "arguments", "title"),
    [
        ("RoleManager", "grantRole", ("DELEGATE", 1), "Give Ruth A. the role of Delegate"),
        ("RoleManager", "revokeRole", ("GUARDIAN", 1), "Take the role of Guardian from Ruth A."),
        ("GovernanceCore", "unpause", None, "Lift the pause: voting and execution go on"),
    ],
)
def test_calls_are_put_into_words(
    contract: str, function: str, arguments: tuple[str, int] | None, title: str
) -> None:
    from contracts.calldata import encode_call
    from identity.chainrole import ROLE_HASHES
    from identity.models import Role

    Town.founded()
    User.objects.create(username="ruth", address=person(1), metadata={"displayName": "Ruth A."})
    args = [] if arguments is None else [ROLE_HASHES[Role(arguments[0])], person(arguments[1])]
    action = {"target": CONTRACTS[contract], "value": "0", "data": encode_call(contract, function, args)}
    (described,) = selectors.describe_calls([action])
    assert described.title == title
    assert described.known
    assert described.call.startswith(f"{contract}.{function}(")


def test_upgrade_names_the_contract_whose_software_changes() -> None:
    Town.founded()
    proxy, new = CONTRACTS["VotingEngine"][2:], "ab" * 20
    data = "0x9623609d" + proxy.rjust(64, "0") + new.rjust(64, "0") + f"{96:064x}" + "0" * 64
    admin = proxy_admin(CONTRACTS["VotingEngine"])
    (described,) = selectors.describe_calls([{"target": admin, "value": "0", "data": data}])
    title = "Replace the program for votes, roll of citizens and delegations (VotingEngine)"
    assert (described.title, described.known) == (title, True)
    assert new in described.note.lower()
    (elsewhere,) = selectors.describe_calls([{"target": person(5), "value": "0", "data": data}])
    assert not elsewhere.known
    more = data[: -64 - 64] + f"{96:064x}" + f"{1:064x}" + "ff".ljust(64, "0")
    (calling,) = selectors.describe_calls([{"target": admin, "value": "0", "data": more}])
    assert not calling.known, "a call inside an upgrade has no words"


def test_call_without_words_is_shown_raw_and_said_to_be_unknown() -> None:
    Town.founded()
    (described,) = selectors.describe_calls([{"target": person(5), "value": "0", "data": "0xdeadbeef"}])
    assert not described.known
    assert described.data == "0xdeadbeef"


# --- lists, figures ---


@pytest.mark.parametrize("number", ["x", "-1", "1" * 79, "٣", "99", ""])
def test_number_that_is_none_is_not_found(number: str) -> None:
    Town.founded().propose()
    with pytest.raises(ProposalNotFound):
        selectors.get_proposal(number)
    assert selectors.get_proposal("1").proposal_id == 1


def test_counts_search_and_figures() -> None:
    town = Town.founded()
    town.propose(title="Benches for the park")
    proposal = town.open_vote(title="A night bus")
    town.block(vote(proposal, 1))
    counts = selectors.proposal_counts()
    assert (counts.total, counts.by_state["DRAFT"], counts.by_state["ACTIVE"]) == (2, 1, 1)
    assert counts.by_topic == {"Parks": 2}
    assert counts.by_type["BUDGET"] == 0
    assert [p.title for p in selectors.search(selectors.proposals(), "night BUS")] == ["A night bus"]
    assert selectors.search(selectors.proposals(), "2").get() == proposal
    assert not selectors.search(selectors.proposals(), "%").exists()
    stats = selectors.governance_stats()
    assert (stats.citizens, stats.votes, stats.open_votes, stats.next_closing) == (10, 1, 1, proposal)


def test_token_supply_follows_tokens_made_and_destroyed() -> None:
    town = Town.founded()
    zero = "0x" + "0" * 40
    town.block(happened(chain.Transfer, sender=zero, recipient=person(1), value=100 * 10**18))
    proposal = town.open_vote(strategy=TOKEN_STRATEGY)
    town.block(happened(chain.Transfer, sender=person(1), recipient=zero, value=40 * 10**18))
    assert proposal.snapshot_supply == 100 * 10**18
    assert selectors.power_now(proposal) == 60 * 10**18
    assert selectors.quorum_needed(proposal) == 20 * 10**18
