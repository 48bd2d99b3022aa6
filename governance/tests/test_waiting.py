"""What waits for a second person, and what follows a person or a share of the roll."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts import events as chain
from governance.ballots.selectors.credits import credits_of
from governance.parameters.selectors.counting import all_ways, ways_for
from governance.parameters.selectors.values import endorsements_needed, endorsements_needed_by
from governance.parameters.strategies import ONE_PERSON, QUADRATIC, TOKEN_WEIGHTED
from governance.pauses.selectors import PauseStory, immune_until, running_pause
from governance.proposals.models import Proposal, ProposalType
from governance.proposals.selectors.proposals import endorsements, has_endorsed, waiting_cancellation
from governance.tests.factories import (
    ADMINISTRATORS,
    CONTRACTS,
    QUADRATIC_STRATEGY,
    TOKEN_STRATEGY,
    Town,
    cancellation_asked,
    cancellation_withdrawn,
    digest,
    endorsed,
    extended,
    fresh,
    happened,
    parameter,
    pause_wish_withdrawn,
    pause_wished,
    paused,
    person,
    reached,
    registered,
    retired,
    struck,
    unpaused,
    vote,
)
from identity.roles.models import Role
from identity.tests.factories import granted, revoked

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_wish_to_cancel_waits_until_it_is_withdrawn_lapses_or_can_no_longer_be_granted() -> None:
    town = Town.founded(citizens=40)  # two must support a draft
    proposal = town.propose()

    def waits() -> str | None:
        request = waiting_cancellation(fresh(proposal))
        return request.administrator if request else None

    def ask(by: int) -> None:
        lapses = town.now + town.step + 7 * DAY
        town.block(cancellation_asked(proposal, ADMINISTRATORS[by], lapses=lapses))

    assert waits() is None
    ask(0)
    assert waits() == ADMINISTRATORS[0]
    town.block(cancellation_withdrawn(proposal, ADMINISTRATORS[0]))
    assert waits() is None
    ask(1)
    town.block(endorsed(proposal, 1, 0))
    assert waits() == ADMINISTRATORS[1]
    town.block(revoked(Role.ADMINISTRATOR, ADMINISTRATORS[1]))
    town.block(granted(Role.ADMINISTRATOR, ADMINISTRATORS[1]))
    assert waits() is None, "who lost the role lost the wish"
    ask(2)
    town.wait(7 * DAY)
    assert waits() is None
    ask(0)
    town.block(town.activated(proposal))
    assert waits() is None


def test_wish_to_cancel_falls_with_the_endorsement_even_if_that_is_struck() -> None:
    town = Town.founded(citizens=40)
    proposal = town.propose()
    asking = cancellation_asked(proposal, ADMINISTRATORS[0], lapses=town.now + 7 * DAY)
    height = town.block(asking)
    town.block(endorsed(proposal, 1, 0), endorsed(proposal, 2, 1), reached(proposal, 2))
    assert fresh(proposal).endorsed_at == town.now
    assert waiting_cancellation(fresh(proposal)) is None
    town.block(struck(proposal, 2, 2))
    assert waiting_cancellation(fresh(proposal)) is None
    town.take_back(height)
    assert fresh(proposal).endorsed_at is None
    assert waiting_cancellation(fresh(proposal)) is not None


def test_emergency_waits_for_no_officer() -> None:
    town = Town.founded()
    proposal = town.propose(proposal_type=ProposalType.EMERGENCY)
    town.block(cancellation_asked(proposal, ADMINISTRATORS[0], lapses=town.now + DAY))
    assert waiting_cancellation(fresh(proposal)) is None


def test_wishes_about_a_pause_wait_until_withdrawn_lapsed_granted_or_the_guardian_is_none() -> None:
    town = Town.founded()
    first, second, third = person(900), person(901), person(902)
    town.block(*(granted(Role.GUARDIAN, each) for each in (first, second, third)))
    end = town.now + timedelta(hours=72)
    town.block(paused(end, first))
    begun = town.now

    def story() -> PauseStory:
        found = running_pause(town.now)
        assert found is not None
        return found

    assert (story().number, story().joined_by, story().end) == (1, None, end)
    town.block(extended(begun + 14 * DAY, second, old=end))
    assert (story().joined_by, story().end) == (second, begun + 14 * DAY)
    lapses = town.now + town.step + 7 * DAY
    town.block(pause_wished(first, lift=True, lapses=lapses), pause_wished(third, lift=False, lapses=lapses))
    assert {what: wish.guardian for what, wish in story().wishes.items()} == {True: first, False: third}
    town.block(pause_wish_withdrawn(first, lift=True))
    assert set(story().wishes) == {False}
    town.block(extended(begun + 20 * DAY, first, old=begun + 14 * DAY))
    assert story().wishes == {}
    town.block(pause_wished(second, lift=True, lapses=town.now + town.step + 7 * DAY))
    town.block(revoked(Role.GUARDIAN, second))
    assert story().wishes == {}
    town.block(pause_wished(third, lift=True, lapses=town.now + town.step + 7 * DAY))
    town.wait(7 * DAY)
    assert story().wishes == {}
    immune = town.now + 30 * DAY
    town.block(unpaused(CONTRACTS["ExecutionModule"], immune=immune))
    assert running_pause(town.now) is None
    assert immune_until() == immune


def test_struck_endorsement_counts_no_more_and_the_person_may_endorse_again() -> None:
    town = Town.founded()
    proposal = town.propose()
    town.block(endorsed(proposal, 1, 0), endorsed(proposal, 2, 1))
    town.block(struck(proposal, 1, 2))
    assert [each.endorser for each in endorsements(proposal)] == [person(2)]
    assert not has_endorsed(proposal, person(1))
    assert fresh(proposal).endorsements == 1
    town.block(endorsed(proposal, 1, 1))
    assert has_endorsed(proposal, person(1))
    assert [each.endorser for each in endorsements(proposal)] == [person(1), person(2)]


def test_endorsement_and_credits_go_with_the_person_to_a_new_account() -> None:
    town = Town.founded()
    town.block(
        registered(QUADRATIC_STRATEGY, QUADRATIC),
        happened(chain.CreditsAllotted, strategy=QUADRATIC_STRATEGY, credits=100, period_length=365 * 86_400),
    )
    proposal = town.propose()
    town.block(endorsed(proposal, 1, 0))
    priced = town.open_vote(title="By credits", strategy=QUADRATIC_STRATEGY)
    town.block(vote(priced, 1, weight=6))
    town.block(*town.moves(person(1), person(71), digest("one person")))
    assert has_endorsed(proposal, person(71))
    later = town.open_vote(title="More credits", strategy=QUADRATIC_STRATEGY)
    purse = credits_of(later, person(71))
    assert purse is not None
    assert (purse.spent, purse.left) == (36, 64)


def test_support_needed_is_a_share_of_the_roll_of_the_second_before() -> None:
    town = Town.founded(citizens=41)
    draft = town.created()
    town.block(*town.joins(person(60)), draft)
    proposal = Proposal.objects.get(proposal_id=draft.arguments["proposal_id"])
    assert (proposal.roll, endorsements_needed(proposal)) == (41, 3)  # 5 % of 41 is 2.05
    town.block(parameter("endorsementPermille", 50, 1))
    assert endorsements_needed(proposal) == 1
    assert endorsements_needed_by([proposal]) == {proposal.proposal_id: 1}


def test_ways_of_counting_are_offered_for_what_they_may_decide_until_they_are_retired() -> None:
    town = Town.founded()
    offered = {kind: [way.kind for way in ways_for(kind)] for kind in ProposalType}
    assert offered[ProposalType.BUDGET] == [ONE_PERSON, TOKEN_WEIGHTED]
    assert offered[ProposalType.UPGRADE] == offered[ProposalType.EMERGENCY] == [ONE_PERSON]
    before = town.number
    town.block(retired(TOKEN_STRATEGY))
    assert [way.kind for way in ways_for(ProposalType.BUDGET)] == [ONE_PERSON]
    assert [way.retired for way in all_ways()] == [False, True]
    town.take_back(before)
    assert [way.retired for way in all_ways()] == [False, False]
