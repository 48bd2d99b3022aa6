"""The mirror follows the chain's events, forwards and back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts import events as chain
from contracts.acts.hashes import reason_hash
from contracts.client.rpc import Client
from governance.authoring.models import ProposalDraft
from governance.authoring.services import create_draft
from governance.ballots.models import BallotReason, Support, Vote
from governance.ballots.services import keep_reason
from governance.parameters.models import Strategy
from governance.parameters.strategies import QUADRATIC
from governance.proposals.models import (
    CancellationWithdrawal,
    Endorsement,
    EndorsementStrike,
    Proposal,
    ProposalState,
)
from governance.proposals.services.blocks import locate_blocks
from governance.proposals.services.record import fill_missing_texts
from governance.tests.factories import (
    ADMINISTRATORS,
    PARAMETERS,
    Town,
    cancellation_asked,
    cancellation_withdrawn,
    cancelled,
    delegated,
    endorsed,
    fresh,
    happened,
    person,
    reduced,
    registered,
    struck,
    vote,
)

pytestmark = pytest.mark.django_db(transaction=True)


def snapshot_of(proposal: Proposal) -> dict[str, object]:
    """Every field of the row, for comparing."""
    row = fresh(proposal)
    return {field.attname: getattr(row, field.attname) for field in Proposal._meta.concrete_fields}


def test_proposal_passes_through_its_whole_life() -> None:
    town = Town.founded(citizens=10)
    proposal = town.propose(title="A bench by the river")
    assert (proposal.state, proposal.title, proposal.topic) == ("DRAFT", "A bench by the river", "Parks")
    town.block(endorsed(proposal, 1, 0), endorsed(proposal, 2, 1))
    assert fresh(proposal).endorsements == 2
    number = town.block(town.activated(proposal))
    assert fresh(proposal).state == ProposalState.PENDING
    town.block()
    proposal = fresh(proposal)
    assert (proposal.state, proposal.snapshot_supply) == (ProposalState.ACTIVE, 10)
    assert proposal.start_block == number + 1
    town.block(vote(proposal, 1), vote(proposal, 2), vote(proposal, 3, Support.AGAINST))
    proposal = town.close_vote(proposal)
    assert proposal.state == ProposalState.SUCCEEDED
    assert proposal.end_block == town.number - 1
    assert (proposal.for_votes, proposal.against_votes, proposal.abstain_votes) == (2, 1, 0)
    proposal = town.queue(proposal)
    assert proposal.state == ProposalState.QUEUED
    town.wait(timedelta(days=2))
    proposal = town.execute(proposal)
    assert proposal.state == ProposalState.EXECUTED
    assert proposal.updated_at == town.now


def test_reorg_takes_people_from_a_quorum_that_counts_them() -> None:
    town = Town.founded(citizens=10)
    strategy = "0x" + "cc" * 20
    town.block(
        registered(strategy, QUADRATIC),
        happened(chain.CreditsAllotted, strategy=strategy, credits=100, period_length=86_400),
    )
    assert Strategy.objects.get(address=strategy).credits == 100
    proposal = town.open_vote(strategy=strategy)
    assert fresh(proposal).quorum_people == 0
    town.block(vote(proposal, 1, weight=5), vote(proposal, 2, Support.AGAINST, weight=9))
    before = snapshot_of(proposal)
    town.block(vote(proposal, 3, Support.ABSTAIN, weight=2))
    assert (fresh(proposal).quorum_people, fresh(proposal).abstain_votes) == (2, 2)
    town.take_back(town.number - 1)
    assert snapshot_of(proposal) == before
    assert (before["quorum_people"], before["for_votes"], before["against_votes"]) == (1, 5, 9)


def test_reorg_removes_vote_keeps_reason() -> None:
    town = Town.founded()
    proposal = town.open_vote()
    keep_reason(proposal_id=1, voter=person(1), reason="My knees.")
    before = snapshot_of(proposal)
    town.block(vote(proposal, 1, reason="My knees."))
    assert Vote.objects.get().reason == "My knees."
    town.take_back(town.number - 1)
    assert not Vote.objects.exists()
    assert snapshot_of(proposal) == before
    assert BallotReason.objects.get().text == "My knees."
    town.block()
    town.block(vote(proposal, 1, reason="My knees."))
    assert Vote.objects.get().reason == "My knees."


def test_reorg_that_swaps_two_numbers_moves_no_reason_and_no_vote() -> None:
    town = Town.founded()
    ancestor = town.number
    first, second = town.created(title="First"), town.created(title="Second")
    town.block(first, second)
    one = Proposal.objects.get(proposal_id=1)
    town.block(town.activated(one))
    town.block()
    keep_reason(proposal_id=1, voter=person(1), reason="For the first.")
    town.block(vote(one, 1, reason="For the first."))
    draft = create_draft(owner="x", fields={"title": "Kept"})
    town.take_back(ancestor)
    assert not Proposal.objects.exists()
    first.arguments["proposal_id"], second.arguments["proposal_id"] = 2, 1
    town.block(second, first)
    assert Proposal.objects.get(proposal_id=1).title == "Second"
    assert Proposal.objects.get(proposal_id=2).title == "First"
    assert not Vote.objects.exists()
    assert ProposalDraft.objects.get(pk=draft.pk).title == "Kept"


def test_reorg_takes_states_snapshots_and_blocks_back() -> None:
    town = Town.founded()
    proposal = town.propose()
    draft = snapshot_of(proposal)
    town.block(town.activated(proposal))
    town.block()
    town.block(vote(proposal, 1), vote(proposal, 2))
    before, height = snapshot_of(proposal), town.number
    town.close_vote(proposal)
    town.queue(proposal)
    assert fresh(proposal).state == ProposalState.QUEUED
    town.take_back(height)
    assert snapshot_of(proposal) == before
    town.take_back(height - 2)
    row = fresh(proposal)
    assert (row.state, row.snapshot_supply, row.start_block) == (ProposalState.PENDING, None, None)
    town.take_back(height - 3)
    assert snapshot_of(proposal) == draft


def test_vote_in_person_lowers_the_tally_of_a_delegate_who_voted() -> None:
    town = Town.founded()
    town.block(delegated(2, 1), delegated(3, 1))
    proposal = town.open_vote()
    town.block(vote(proposal, 1, Support.AGAINST, weight=3))
    height, before = town.number, snapshot_of(proposal)
    town.block(reduced(proposal, 1, 2, 3, counted=True), vote(proposal, 2, Support.FOR))
    row = fresh(proposal)
    assert (row.for_votes, row.against_votes) == (1, 2)
    assert Vote.objects.get(voter=person(1)).weight == 3
    town.take_back(height)
    assert snapshot_of(proposal) == before


def test_reading_in_chunks_or_block_by_block_gives_the_same_rows() -> None:
    town = Town.founded()
    proposal = town.open_vote()
    height = town.number
    groups = (
        (vote(proposal, 1), vote(proposal, 2)),
        (),
        (reduced(proposal, 1, 4, 1, counted=False), vote(proposal, 3, Support.ABSTAIN)),
    )
    for group in groups:
        town.block(*group)
    singly = snapshot_of(proposal)
    town.take_back(height)
    town.blocks(*groups)
    assert snapshot_of(proposal) == singly


def test_missing_text_is_said_and_filled_in_when_it_arrives() -> None:
    town = Town.founded()
    proposal = town.propose(title="Text that comes late", stored=False)
    if proposal.description:  # stored by an earlier test under the same hash
        pytest.fail("the text was there before")
    assert proposal.title == "Proposal 1"
    town.created(title="Text that comes late")
    assert fill_missing_texts() == 1
    assert fresh(proposal).title == "Text that comes late"


def test_draft_that_lapsed_has_no_blocks_to_find() -> None:
    town = Town.founded()
    proposal = town.propose()
    town.wait(timedelta(days=180))
    assert fresh(proposal).state == ProposalState.EXPIRED
    nobody = Client(["http://127.0.0.1:1"], town.deployment.chain_id)
    assert locate_blocks(nobody) == 0


def test_reorg_gives_back_what_was_struck_withdrawn_sealed_and_cancelled() -> None:
    town = Town.founded()
    proposal = town.propose()
    town.block(endorsed(proposal, 1, 0), cancellation_asked(proposal, ADMINISTRATORS[0]))
    before, ancestor = snapshot_of(proposal), town.number
    town.block(struck(proposal, 1, 1), cancellation_withdrawn(proposal, ADMINISTRATORS[0]))
    town.block(town.activated(proposal))
    sealed = fresh(proposal)
    assert (sealed.passing_percentage, sealed.execution_delay, sealed.grace_period) == (
        50,
        PARAMETERS["executionDelay"],
        PARAMETERS["gracePeriod"],
    )
    town.block(cancelled(proposal, reason="It is unlawful."))
    assert fresh(proposal).cancel_reason_hash == reason_hash("It is unlawful.")
    assert fresh(proposal).endorsements == 0
    town.take_back(ancestor)
    assert snapshot_of(proposal) == before
    assert (EndorsementStrike.objects.count(), CancellationWithdrawal.objects.count()) == (0, 0)
    assert before["passing_percentage"] is None
    assert before["endorsements"] == Endorsement.objects.count() == 1


def test_published_reason_is_shown_only_if_it_has_the_ballots_hash() -> None:
    town = Town.founded()
    proposal = town.open_vote()
    town.block(
        vote(proposal, 1, reason="Shade."),
        happened(chain.VoteReasonPublished, voter=person(1), proposal_id=1, reason="Shade."),
    )
    town.block(
        vote(proposal, 2, reason="Sun."),
        happened(chain.VoteReasonPublished, voter=person(2), proposal_id=1, reason="Rain."),
    )
    assert Vote.objects.get(voter=person(1)).reason == "Shade."
    assert Vote.objects.get(voter=person(2)).reason is None
