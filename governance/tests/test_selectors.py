"""What pages, API and admin read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts import events as chain
from governance.ballots.models import Support
from governance.ballots.selectors.power import ballot_power
from governance.ballots.selectors.results import percents, quorum_needed, result_series, tally
from governance.ballots.selectors.votes import effective_weights, proposal_votes
from governance.ballots.selectors.waiting import needs_my_vote
from governance.delegation.selectors.delegations import (
    current_delegations,
    delegators,
    overall,
    received_units,
)
from governance.errors import ProposalNotFound
from governance.pauses.selectors import pause_now
from governance.proposals.models import Proposal, ProposalType
from governance.proposals.selectors.listing import Wanted, list_page
from governance.proposals.selectors.proposals import (
    closes_at,
    get_proposal,
    proposal_counts,
    proposals,
    recent_results,
    search,
)
from governance.proposals.selectors.stats import governance_stats, power_now
from governance.proposals.selectors.timeline import lifecycle, timeline
from governance.tests.factories import (
    ADMINISTRATORS,
    TOKEN_STRATEGY,
    Town,
    cancellation_asked,
    cancellation_withdrawn,
    cancelled,
    delegated,
    endorsed,
    fresh,
    happened,
    paused,
    person,
    reduced,
    rule_action,
    unix,
    unpaused,
    vote,
)
from identity.accounts.models import User
from identity.reasons.services import keep_reason
from identity.roles.models import Role
from identity.tests.factories import granted, revoked

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
    view = tally(proposal)
    assert (view.quorum, view.missing, view.quorum_reached, view.leading) == (4, 4, False, "none")
    town.block(vote(proposal, 1), vote(proposal, 2, Support.ABSTAIN), vote(proposal, 3, Support.AGAINST))
    view = tally(fresh(proposal))
    assert (view.missing, view.leading, view.turnout, view.counted_for_quorum) == (2, "tie", 15, 2)
    town.block(vote(proposal, 4), vote(proposal, 5))
    view = tally(fresh(proposal))
    assert (view.missing, view.quorum_reached, view.leading) == (0, True, "for")


def test_quorum_before_the_vote_is_set_is_todays() -> None:
    town = Town.founded(citizens=11)
    assert quorum_needed(town.propose()) == 3
    assert quorum_needed(town.propose(title="By tokens", strategy=TOKEN_STRATEGY)) is None


def test_series_adds_up_to_the_tally_and_knows_votes_taken_back() -> None:
    town = Town.founded()
    town.block(delegated(2, 1))
    proposal = town.open_vote()
    town.block(vote(proposal, 1, Support.AGAINST, weight=2))
    town.wait(DAY)
    town.block(reduced(proposal, 1, 2, 2, counted=True), vote(proposal, 2, Support.FOR))
    series = result_series(fresh(proposal))
    assert series.bucket == "day"
    sums = [(p.for_votes, p.against_votes, p.abstain_votes) for p in series.points]
    assert sums == [(0, 2, 0), (1, 1, 0)]
    assert [p.at.hour for p in series.points] == [0, 0]
    hourly = result_series(fresh(proposal), "hour")
    assert len(hourly.points) == 25
    assert hourly.points[-1].for_votes == 1


def test_effective_weight_is_what_delegators_left() -> None:
    town = Town.founded()
    town.block(delegated(2, 1))
    proposal = town.open_vote()
    town.block(vote(proposal, 1, weight=2))
    town.block(reduced(proposal, 1, 2, 2, counted=True), vote(proposal, 2))
    votes = list(proposal_votes(proposal))
    assert [vote.weight for vote in votes] == [1, 2]
    assert [effective_weights(votes)[vote.event_id] for vote in votes] == [1, 1]


# --- a person's vote ---


def test_power_is_explained_in_plain_sentences() -> None:
    town = Town.founded()
    User.objects.create(username="ruth", address=person(1), metadata={"displayName": "Ruth A."})
    town.block(granted(Role.DELEGATE, person(1)), delegated(2, 1), delegated(3, 1))
    proposal = town.open_vote()
    mine = ballot_power(proposal, person(1))
    assert (mine.weight, mine.can_vote, mine.code) == (3, True, "")
    assert mine.explanation == [
        "1, because you are a citizen since 2 March 2026.",
        "2 people gave you their vote, so your ballot counts as 3.",
    ]
    theirs = ballot_power(proposal, person(2))
    assert (theirs.weight, theirs.delegate) == (1, person(1))
    assert theirs.explanation[1:] == [
        "Ruth A. votes for you and has not voted yet.",
        "If you vote here, your vote counts instead of your delegate’s, in this decision only.",
    ]
    town.block(vote(proposal, 1, Support.AGAINST, weight=3))
    assert "voted Against" in ballot_power(proposal, person(2)).explanation[1]
    assert ballot_power(proposal, person(1)).why_not.startswith("You have voted")


def test_delegate_who_lost_the_role_casts_no_more_than_the_own_vote_and_delegators_are_told() -> None:
    town = Town.founded()
    User.objects.create(username="ruth", address=person(1), metadata={"displayName": "Ruth A."})
    town.block(granted(Role.DELEGATE, person(1)), delegated(2, 1), delegated(3, 1))
    proposal = town.open_vote()
    town.block(revoked(Role.DELEGATE, person(1)))
    mine = ballot_power(proposal, person(1))
    assert mine.weight == 1
    assert mine.explanation[1].startswith("2 people gave you their vote, but you have not been a delegate")
    theirs = ballot_power(proposal, person(2))
    assert (theirs.weight, theirs.can_vote, theirs.delegate_stands) == (1, True, False)
    assert theirs.explanation[1:] == [
        "Ruth A., to whom you gave your vote, is a delegate no more and can’t cast it here.",
        "Vote yourself, or your vote doesn’t count in this decision.",
    ]
    given = overall(current_delegations(person(2)))
    assert given is not None
    assert not given.stands
    town.block(granted(Role.DELEGATE, person(1)))
    assert ballot_power(proposal, person(1)).weight == 1, "a new term is none since the snapshot"


def test_vote_that_officers_can_no_longer_take_away_is_kept_one_that_ran_out_is_not() -> None:
    town = Town.founded()
    end = town.now + timedelta(hours=1)
    town.block(*town.joins(person(50), until=unix(end)))
    proposal = town.open_vote()
    town.block(*town.leaves(person(1)))
    kept = ballot_power(proposal, person(1))
    assert (kept.weight, kept.can_vote) == (1, True)
    assert kept.explanation == ["1, because you were a citizen when this vote was set."]
    assert ballot_power(proposal, person(50)).weight == 1
    town.wait(timedelta(0), until=end)
    gone = ballot_power(proposal, person(50))
    assert (gone.weight, gone.code) == (0, "not-a-citizen")
    assert ballot_power(town.open_vote(title="The next one"), person(1)).weight == 0


def test_delegation_after_the_snapshot_changes_nothing_here() -> None:
    town = Town.founded()
    town.block(granted(Role.DELEGATE, person(1)))
    proposal = town.open_vote()
    town.block(delegated(2, 1))
    assert ballot_power(proposal, person(1)).weight == 1
    assert ballot_power(proposal, person(2)).delegate is None
    later = town.open_vote(title="The next one")
    assert ballot_power(later, person(1)).weight == 2


def test_votes_that_wait_for_me_are_those_i_can_cast() -> None:
    town = Town.founded()
    first, second = town.open_vote(title="One"), town.open_vote(title="Two")
    town.propose(title="Three")
    town.block(vote(first, 1))
    assert needs_my_vote(person(1)) == [second]
    assert needs_my_vote(person(2)) == [first, second]
    assert needs_my_vote(person(99)) == []


def test_delegators_are_those_whose_newest_word_names_the_delegate() -> None:
    town = Town.founded()
    town.block(delegated(2, 1), delegated(3, 1), delegated(4, 1))
    moment = town.now
    town.block(delegated(3, None, 1), delegated(4, 5, 1))
    assert [each.delegator for each in delegators(person(1))] == [person(2)]
    assert received_units(person(1), moment) == 3
    assert overall(current_delegations(person(3))) is None
    found = overall(current_delegations(person(4)))
    assert found is not None
    assert found.delegate == person(5)


# --- the record ---


def statuses(proposal: Proposal) -> list[tuple[str, str]]:
    """Key and status of each step."""
    return [(step.key, step.status) for step in lifecycle(fresh(proposal))]


def test_lifecycle_tells_where_it_stands_and_what_comes() -> None:
    town = Town.founded()
    proposal = town.propose(proposal_type=ProposalType.PARAMETER, actions=(rule_action("votingPeriod", 5),))
    later = [("voting", "next"), ("result", "next"), ("waiting", "next"), ("executed", "next")]
    assert statuses(proposal) == [("proposed", "done"), ("support", "current"), *later]
    town.block(endorsed(proposal, 1, 0))
    assert lifecycle(fresh(proposal))[1].note == "1 of 1 supporters"
    town.block(town.activated(proposal))
    assert statuses(proposal)[1:3] == [("support", "done"), ("voting", "next")]
    town.block(vote(proposal, 1), vote(proposal, 2))
    assert statuses(proposal)[2] == ("voting", "current")
    town.close_vote(proposal)
    assert statuses(proposal)[3:] == [("result", "done"), ("waiting", "current"), ("executed", "next")]
    town.queue(proposal)
    step = lifecycle(fresh(proposal))[4]
    assert step.end is not None
    assert step.start is not None
    assert step.end - step.start == 2 * DAY
    town.wait(2 * DAY)
    assert statuses(proposal)[4:] == [("waiting", "done"), ("executed", "current")]
    town.execute(proposal)
    assert {status for _key, status in statuses(proposal)} == {"done"}


def test_lifecycle_ends_where_the_proposal_ended() -> None:
    town = Town.founded()
    call = (rule_action("votingPeriod", 5 * 86_400),)
    options = {"proposal_type": ProposalType.PARAMETER, "actions": call}
    lost, gone, late = (town.propose(title=title, **options) for title in ("Lost", "Gone", "Late"))
    town.block(cancelled(gone))
    assert statuses(gone)[-1] == ("cancelled", "stopped")
    town.block(town.activated(lost), town.activated(late))
    town.block(vote(late, 1), vote(late, 2))
    town.close_vote(late)
    assert statuses(lost)[-1] == ("result", "stopped")
    town.wait(3 * DAY)
    assert statuses(late)[-1] == ("expired", "stopped")


def test_decision_in_words_ends_with_its_result_and_a_forgotten_draft_lapses() -> None:
    town = Town.founded()
    forgotten, decided = town.propose(title="Forgotten"), town.propose()
    town.block(town.activated(decided))
    town.block(vote(decided, 1), vote(decided, 2))
    assert statuses(decided)[2:] == [("voting", "current"), ("result", "next")]
    town.close_vote(decided)
    town.wait(100 * DAY)
    assert fresh(decided).state == "SUCCEEDED"
    assert statuses(decided)[2:] == [("voting", "done"), ("result", "done")]
    town.wait(80 * DAY)
    assert fresh(forgotten).state == "EXPIRED"
    assert statuses(forgotten)[-1] == ("expired", "stopped")
    assert recent_results() == [fresh(decided)]


def test_paused_vote_says_so_and_closes_later() -> None:
    town = Town.founded()
    proposal = town.open_vote()
    before = closes_at(proposal)
    town.block(paused(town.now + timedelta(days=14, seconds=12)))
    assert pause_now() is not None
    assert lifecycle(proposal)[2].note == "Paused"
    town.block(unpaused())
    assert pause_now() is None
    after = closes_at(proposal)
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
    lines = timeline(fresh(proposal))
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
    assert timeline(fresh(proposal))[0].text == "Voting closed: adopted"


def test_record_shows_why_a_proposal_was_cancelled_and_who_took_a_wish_back() -> None:
    town = Town.founded()
    keep_reason("It is unlawful.")
    proposal = town.propose()
    town.block(cancellation_asked(proposal, ADMINISTRATORS[0]))
    town.block(cancellation_withdrawn(proposal, ADMINISTRATORS[0]))
    town.block(cancellation_asked(proposal, ADMINISTRATORS[1]))
    town.block(cancelled(proposal, ADMINISTRATORS[2], reason="It is unlawful."))
    lines = [(line.key, line.reason) for line in timeline(fresh(proposal))]
    assert lines[:4] == [
        ("ProposalCancelled", "It is unlawful."),
        ("ProposalCancellationRequested", "It is unlawful."),
        ("ProposalCancellationWithdrawn", ""),
        ("ProposalCancellationRequested", "It is unlawful."),
    ]


# --- lists, figures ---


@pytest.mark.parametrize("number", ["x", "-1", "1" * 79, "٣", "99", ""])
def test_number_that_is_none_is_not_found(number: str) -> None:
    Town.founded().propose()
    with pytest.raises(ProposalNotFound):
        get_proposal(number)
    assert get_proposal("1").proposal_id == 1


def test_counts_search_and_figures() -> None:
    town = Town.founded()
    town.propose(title="Benches for the park")
    proposal = town.open_vote(title="A night bus")
    town.block(vote(proposal, 1))
    counts = proposal_counts()
    assert (counts.total, counts.by_state["DRAFT"], counts.by_state["ACTIVE"]) == (2, 1, 1)
    assert counts.by_topic == {"Parks": 2}
    assert counts.by_type["BUDGET"] == 0
    assert [p.title for p in search(proposals(), "night BUS")] == ["A night bus"]
    assert search(proposals(), "2").get() == proposal
    assert not search(proposals(), "%").exists()
    stats = governance_stats()
    assert (stats.citizens, stats.votes, stats.open_votes, stats.next_closing) == (10, 1, 1, proposal)


def test_decision_in_words_is_listed_among_what_is_over() -> None:
    town = Town.founded()
    decided = town.open_vote(title="Decided")
    town.block(vote(decided, 1), vote(decided, 2))
    town.close_vote(decided)
    draft = town.propose(title="A draft")
    assert [row.pk for row in list_page(Wanted()).rows] == [draft.pk, decided.pk]


def test_token_supply_follows_tokens_made_and_destroyed() -> None:
    town = Town.founded()
    zero = "0x" + "0" * 40
    town.block(happened(chain.Transfer, sender=zero, recipient=person(1), value=100 * 10**18))
    proposal = town.open_vote(strategy=TOKEN_STRATEGY)
    town.block(happened(chain.Transfer, sender=person(1), recipient=zero, value=40 * 10**18))
    assert proposal.snapshot_supply == 100 * 10**18
    assert power_now(proposal) == 60 * 10**18
    assert quorum_needed(proposal) == 20 * 10**18
