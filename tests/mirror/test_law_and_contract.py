"""The portal's law of states and powers beside the contracts' own answers, on a real node."""

from __future__ import annotations

import pytest

from contracts.errors import CallReverted
from governance import selectors
from governance.models import Proposal, ProposalState
from identity import selectors as identity
from tests.mirror.conftest import DAY, Riverbend

pytestmark = pytest.mark.django_db


def agree(town: Riverbend) -> set[str]:
    """Read on, hold every state and close against the contract and every row against the chain."""
    town.read()
    seen = set()
    for proposal in Proposal.objects.order_by("proposal_id"):
        number = town.ask("ProposalManager", "state", proposal.proposal_id)
        assert proposal.state == ProposalState.values[number], proposal
        seen.add(proposal.state)
    assert town.differences() == []
    return seen


def test_states_agree_with_the_contract_through_pauses_and_time(riverbend: Riverbend) -> None:
    town = riverbend
    first, second = (officer.address for officer in town.people.guardians[:2])
    clerk = town.people.administrators[0].address
    seen = agree(town)
    town.send(second, "GovernanceCore", "pause")
    town.wait(3 * 3600)
    seen |= agree(town)
    assert selectors.pause_now() is not None
    town.wait(2 * DAY)
    seen |= agree(town)
    town.send(first, "GovernanceCore", "unpause")
    town.send(second, "GovernanceCore", "unpause")
    seen |= agree(town)
    draft = Proposal.objects.filter(state=ProposalState.DRAFT).latest("proposal_id")
    town.send(clerk, "ProposalManager", "activateProposal", draft.proposal_id, 0)
    for days in (0.01, 1, 3, 2, 2, 5):
        town.wait(int(days * DAY))
        seen |= agree(town)
    for proposal in Proposal.objects.filter(state=ProposalState.SUCCEEDED):
        town.send(clerk, "ProposalManager", "queueProposal", proposal.proposal_id, proposal.actions)
    # The town's own pause was the first guardian's; a guardian may pause once in 30 days.
    town.send(first, "GovernanceCore", "pause")
    town.wait(10 * DAY)
    seen |= agree(town)
    town.send(first, "GovernanceCore", "extendPause")
    town.send(second, "GovernanceCore", "extendPause")
    for days in (10, 10, 20, 30):
        town.wait(days * DAY)
        seen |= agree(town)
    assert seen == set(ProposalState.values)


def test_power_agrees_with_the_contract_for_everyone_in_every_vote(riverbend: Riverbend) -> None:
    town = riverbend
    town.read()
    everyone = [person.address for person in (*town.people.citizens, *town.people.administrators)]
    for proposal in Proposal.objects.filter(state=ProposalState.ACTIVE):
        for address in everyone:
            power = selectors.ballot_power(proposal, address)
            if power.vote is None:
                said = town.ask("VotingEngine", "getBallotPower", proposal.proposal_id, address)
                assert power.weight == said, (proposal, address)
            assert (power.vote is not None) == town.ask(
                "VotingEngine", "hasVoted", proposal.proposal_id, address
            )


def test_a_rule_that_refuses_a_ballot_is_the_contracts_rule(riverbend: Riverbend) -> None:
    town = riverbend
    town.read()
    for proposal in Proposal.objects.order_by("proposal_id"):
        for person in town.people.citizens[:6]:
            power = selectors.ballot_power(proposal, person.address)
            snapshot = town.node.rpc("evm_snapshot")
            if power.can_vote and power.credits:
                most = f"0x{power.credits.most_votes:064x}"
                number = proposal.proposal_id
                town.send(person.address, "VotingEngine", "castVoteWithParams", number, 1, "", most)
            elif power.can_vote:
                town.send(person.address, "VotingEngine", "castVote", proposal.proposal_id, 1)
            else:
                with pytest.raises(CallReverted):
                    town.client.estimate_gas(ballot(town, person.address, proposal))
            town.node.rpc("evm_revert", snapshot)


def ballot(town: Riverbend, voter: str, proposal: Proposal) -> dict[str, str]:
    """A ballot as a transaction, not sent."""
    from contracts.calldata import encode_call

    return {
        "from": voter,
        "to": town.deployment.address("VotingEngine"),
        "data": encode_call("VotingEngine", "castVote", [proposal.proposal_id, 1]),
    }


def test_roll_and_roles_agree_with_the_contract(riverbend: Riverbend) -> None:
    town = riverbend
    town.read()
    people = (*town.people.citizens, *town.people.administrators, *town.people.guardians)
    for person in people:
        assert identity.is_citizen(person.address) == town.ask("VotingEngine", "isCitizen", person.address)
        held = {role.role.value for role in identity.current_roles(person.address)}
        assert held == set(person.roles)
        given = town.ask("VotingEngine", "delegates", person.address)
        delegation = selectors.overall(selectors.current_delegations(person.address))
        assert given == (delegation.delegate if delegation else "0x" + "0" * 40)
