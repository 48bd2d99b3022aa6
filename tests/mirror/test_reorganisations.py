"""The chain takes back what it said, at any depth, while people vote: nothing is lost, doubled or moved."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.calldata import encode_call
from governance.ballots.models import BallotReason, Vote
from governance.ballots.services import keep_reason
from governance.proposals.models import Proposal, ProposalState
from governance.proposals.selectors.proposals import get_proposal
from tests.mirror.conftest import Riverbend

pytestmark = pytest.mark.django_db


def open_a_vote(town: Riverbend) -> Proposal:
    """The newest proposal's vote, opened."""
    number = town.ask("ProposalManager", "proposalCount")
    town.open_vote(number)
    town.read()
    return get_proposal(number)


def ballot(town: Riverbend, voter: str, proposal: Proposal, support: int = 1) -> dict[str, Any]:
    """A ballot as a transaction for ``anvil_reorg``."""
    return {
        "from": voter,
        "to": town.deployment.address("VotingEngine"),
        "data": encode_call("VotingEngine", "castVote", [proposal.proposal_id, support]),
        "gas": hex(500_000),
    }


@pytest.mark.parametrize("depth", [1, 5, 10])
def test_votes_taken_back_are_gone_and_count_once_when_they_come_again(
    riverbend: Riverbend, depth: int
) -> None:
    town = riverbend
    proposal = open_a_vote(town)
    voters = [person.address for person in town.people.citizens[:8]]
    keep_reason(proposal_id=proposal.proposal_id, voter=voters[0], reason="As I said.")
    for voter in voters:
        town.send(voter, "VotingEngine", "castVote", proposal.proposal_id, 1)
    town.read()
    assert Vote.objects.filter(proposal=proposal).count() == 8
    # Other blocks take their place: the first of the voters says the contrary, some say nothing.
    town.node.rpc("anvil_reorg", depth, [[ballot(town, voters[-1], proposal, 0), 0]] if depth <= 5 else [])
    town.read()
    assert town.differences() == []
    votes = Vote.objects.filter(proposal=proposal)
    assert len({vote.voter for vote in votes}) == votes.count()
    assert BallotReason.objects.get().text == "As I said."
    if depth > 8:
        # The vote itself was undone: open it again, under the same number.
        again = open_a_vote(town)
        assert again.proposal_id == proposal.proposal_id
    for voter in voters:
        if not town.ask("VotingEngine", "hasVoted", proposal.proposal_id, voter):
            town.send(voter, "VotingEngine", "castVote", proposal.proposal_id, 1)
    town.read()
    assert Vote.objects.filter(proposal=proposal).count() == 8
    assert town.differences() == []
    assert get_proposal(proposal.proposal_id).state == ProposalState.ACTIVE
