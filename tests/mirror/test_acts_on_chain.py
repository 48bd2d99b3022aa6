"""Every act, from a person's fields to the chain and back: the contract accepts what was drafted."""

from __future__ import annotations

from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from contracts.acts.services import direct_call, draft_act, submit_act
from devstack.demo.people import Person
from governance.ballots.models import Vote
from governance.delegation.selectors.delegations import current_delegations, overall
from governance.errors import AlreadyVoted, FieldInvalid
from governance.parameters.selectors.values import current_parameters
from governance.proposals.models import Proposal, ProposalState
from governance.proposals.selectors.actions import describe_actions
from governance.proposals.selectors.proposals import waiting_cancellation
from identity.census.selectors.roll import is_citizen
from identity.reasons.selectors import reason_text
from tests.mirror.conftest import DAY, GAS, Riverbend

pytestmark = pytest.mark.django_db


def carry_out(town: Riverbend, act: str, person: Person, **fields: Any) -> None:
    """Draft, sign, hand in, and send it as anyone may; then read on."""
    town.read()
    draft = draft_act(act, person.address, fields)
    signable = encode_typed_data(full_message=draft.typed_data)
    signature = Account.sign_message(signable, person.account.key).signature.hex()
    row = submit_act(act, person.address, fields, draft.deadline, "0x" + signature.removeprefix("0x"))
    assert row.digest == draft.digest
    call = direct_call(row)
    anyone = town.people.citizens[-1].address
    transaction = {"from": anyone, "to": call["to"], "data": call["data"], "gas": GAS}
    digest = town.node.rpc("eth_sendTransaction", transaction)
    town.node.mine(1)
    receipt = town.node.rpc("eth_getTransactionReceipt", digest)
    assert receipt is not None
    assert receipt["status"] == "0x1", f"{act} reverted"
    town.read()


def newest() -> Proposal:
    """The proposal with the highest number."""
    return Proposal.objects.latest("proposal_id")


TEXT = {
    "title": "Vote for nine days",
    "summary": "Two weekends.",
    "description": "More time.",
    "topic": "Rules",
}


def test_decision_from_first_word_to_the_changed_rule(riverbend: Riverbend) -> None:
    town = riverbend
    author, *people = town.people.citizens
    clerk = town.people.administrators[0]
    carry_out(town, "propose", author, proposalType="PARAMETER", parameters={"votingPeriod": 9 * DAY}, **TEXT)
    proposal = newest()
    assert (proposal.title, proposal.proposer) == ("Vote for nine days", author.address.lower())
    assert describe_actions(proposal)[0].changes[0].after == "9 days"
    carry_out(town, "endorse", people[0], proposalId=proposal.proposal_id)
    assert newest().endorsements == 1
    opens = town.node.now() + town.ask("GovernanceCore", "noticePeriod") + 60
    carry_out(town, "activate", clerk, proposalId=proposal.proposal_id, voteStart=opens)
    assert newest().state == ProposalState.PENDING
    town.node.travel_to(opens + 1)
    for place, person in enumerate(people[:10]):
        carry_out(town, "vote", person, proposalId=proposal.proposal_id, support=1, reason=f"Reason {place}")
    with pytest.raises(AlreadyVoted):
        draft_act("vote", people[0].address, {"proposalId": proposal.proposal_id, "support": 0})
    assert Vote.objects.get(proposal=proposal, voter=people[3].address.lower()).reason == "Reason 3"
    town.wait(8 * DAY)
    town.read()
    assert newest().state == ProposalState.SUCCEEDED
    for function, seconds in (("queueProposal", 3 * DAY), ("executeProposal", 1)):
        town.send(clerk.address, "ProposalManager", function, proposal.proposal_id, newest().actions)
        town.wait(seconds)
    town.read()
    assert newest().state == ProposalState.EXECUTED
    assert current_parameters()["votingPeriod"].text == "9 days"
    assert describe_actions(newest())[0].changes[0].before == "7 days"
    assert town.differences() == []


def test_vote_given_and_taken_back(riverbend: Riverbend) -> None:
    town = riverbend
    delegate = next(person for person in town.people.citizens if "DELEGATE" in person.roles)
    giver = next(person for person in town.people.citizens if "DELEGATE" not in person.roles)
    carry_out(town, "delegate", giver, delegatee=delegate.address)
    given = overall(current_delegations(giver.address))
    assert given is not None
    assert given.delegate == delegate.address.lower()
    carry_out(town, "delegate", giver, delegatee="")
    assert overall(current_delegations(giver.address)) is None


def test_author_cancels_and_two_officers_cancel(riverbend: Riverbend) -> None:
    town = riverbend
    author = town.people.citizens[0]
    carry_out(town, "propose", author, proposalType="POLICY", **TEXT)
    carry_out(town, "cancel", author, proposalId=newest().proposal_id)
    assert newest().state == ProposalState.CANCELLED
    carry_out(town, "propose", author, proposalType="POLICY", **{**TEXT, "title": "Again"})
    first, second = town.people.administrators[:2]
    carry_out(town, "cancel", first, proposalId=newest().proposal_id, reason="It was made twice.")
    waiting = waiting_cancellation(newest())
    assert waiting is not None
    assert waiting.administrator == first.address.lower()
    carry_out(town, "cancel", second, proposalId=newest().proposal_id, reason="So it was.")
    assert newest().state == ProposalState.CANCELLED
    assert reason_text(newest().cancel_reason_hash) == "So it was."
    assert town.differences() == []


def test_call_outside_the_bounds_of_its_kind_is_refused_before_anybody_signs(riverbend: Riverbend) -> None:
    town = riverbend
    town.read()
    action = {"target": town.deployment.address("VotingEngine"), "value": "0", "data": "0xdeadbeef"}
    fields = {**TEXT, "proposalType": "ROLE", "actions": [action]}
    with pytest.raises(FieldInvalid) as caught:
        draft_act("propose", town.people.citizens[0].address, fields)
    assert caught.value.field == "actions"
    assert is_citizen(town.people.citizens[0].address)
