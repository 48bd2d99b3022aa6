"""Votes that cost credits and delegations by kind: the mirror beside the contracts."""

from __future__ import annotations

import hashlib

import pytest

from contracts.acts.services import draft_act
from contracts.calldata import encode_call
from contracts.errors import CallReverted
from devstack.demo.people import Person
from governance.ballots.models import Vote
from governance.ballots.selectors.power import ballot_power
from governance.ballots.selectors.results import tally
from governance.delegation.selectors.delegations import current_delegations, overall
from governance.errors import CreditsExceeded, FieldInvalid, FieldMissing
from governance.parameters.models import Strategy
from governance.parameters.strategies import QUADRATIC
from governance.proposals.models import Proposal, ProposalState, ProposalType
from tests.mirror.conftest import DAY, Riverbend
from tests.mirror.test_acts_on_chain import carry_out

pytestmark = pytest.mark.django_db


def votes(number: int) -> str:
    """A quadratic ballot's params."""
    return f"0x{number:064x}"


def opened(town: Riverbend, words: str, *, strategy: str, kind: int = 0) -> int:
    """A proposal whose vote is open; answers its number."""
    digest = "0x" + hashlib.sha256(words.encode()).hexdigest()
    author = town.people.citizens[0].address
    place = town.deployment.address(strategy)
    town.send(author, "ProposalManager", "createProposal", kind, [], digest, place)
    number = town.ask("ProposalManager", "proposalCount")
    town.open_vote(number)
    return int(number)


def thrifty(town: Riverbend) -> list[Person]:
    """Citizens who have spent none of their credits yet."""
    town.read()
    spent = set(Vote.objects.filter(proposal__strategy__in=_of_credits()).values_list("voter", flat=True))
    return [person for person in town.people.citizens if person.address.lower() not in spent]


def _of_credits() -> list[str]:
    return list(Strategy.objects.filter(kind=QUADRATIC).values_list("address", flat=True))


def test_a_vote_that_costs_credits_is_mirrored_and_decided_by_people(riverbend: Riverbend) -> None:
    town = riverbend
    number = opened(town, "credits", strategy="QuadraticStrategy")
    people = [person.address for person in thrifty(town)]
    quorum = int(town.ask("ProposalManager", "quorum", number))
    cast = "castVoteWithParams"
    for place, person in enumerate(people[:quorum]):
        town.send(person, "VotingEngine", cast, number, 1 if place else 2, "", votes(1 + place % 3))
    town.send(people[quorum], "VotingEngine", cast, number, 0, "Too dear.", votes(2))
    town.read()
    proposal = Proposal.objects.get(proposal_id=number)
    assert (proposal.quorum_people, proposal.against_votes, proposal.abstain_votes) == (quorum, 2, 1)
    assert tally(proposal).counted_for_quorum == quorum
    assert Vote.objects.get(proposal=proposal, voter=people[2].lower()).weight == 3
    terms = Strategy.objects.get(kind=QUADRATIC)
    assert (terms.credits, terms.period_length) == (100, 365 * DAY)
    for person in people[: quorum + 4]:
        power = ballot_power(proposal, person)
        if power.vote is None:
            assert power.weight == town.ask("VotingEngine", "getBallotPower", number, person)
    assert town.differences() == []
    town.wait(9 * DAY)
    town.read()
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.SUCCEEDED
    assert town.differences() == []


def test_many_votes_of_few_people_reach_no_quorum(riverbend: Riverbend) -> None:
    town = riverbend
    number = opened(town, "loud", strategy="QuadraticStrategy")
    quorum = int(town.ask("ProposalManager", "quorum", number))
    assert quorum > 1
    for person in thrifty(town)[: quorum - 1]:
        town.send(person.address, "VotingEngine", "castVoteWithParams", number, 1, "", votes(10))
    with pytest.raises(CallReverted):
        town.client.estimate_gas(
            {
                "from": town.people.citizens[quorum].address,
                "to": town.deployment.address("VotingEngine"),
                "data": encode_call("VotingEngine", "castVote", [number, 1]),
            }
        )
    town.wait(9 * DAY)
    town.read()
    assert Proposal.objects.get(proposal_id=number).state == ProposalState.DEFEATED
    assert town.differences() == []


def test_power_by_kind_agrees_with_the_contract(riverbend: Riverbend) -> None:
    town = riverbend
    delegates = [person.address for person in town.people.citizens if "DELEGATE" in person.roles]
    givers = [person.address for person in town.people.citizens if "DELEGATE" not in person.roles][1:6]
    budget = ProposalType.values.index("BUDGET")
    town.send(givers[0], "VotingEngine", "delegate", delegates[0])
    town.send(givers[1], "VotingEngine", "delegate", delegates[0])
    town.send(givers[1], "VotingEngine", "delegateFor", budget, delegates[-1])
    town.send(givers[2], "VotingEngine", "delegateFor", budget, delegates[0])
    town.send(givers[3], "VotingEngine", "delegate", delegates[0])
    town.send(givers[3], "VotingEngine", "delegateFor", budget, givers[3])
    town.send(givers[4], "VotingEngine", "delegateFor", budget, delegates[0])
    town.send(givers[4], "VotingEngine", "delegateFor", budget, "0x" + "0" * 40)
    town.wait(60)
    everyone = [person.address for person in town.people.citizens]
    for kind in (0, budget):
        number = opened(town, f"kind {kind}", strategy="OnePersonOneVoteStrategy", kind=kind)
        town.read()
        proposal = Proposal.objects.get(proposal_id=number)
        for person in everyone:
            power = ballot_power(proposal, person)
            assert power.weight == town.ask("VotingEngine", "getBallotPower", number, person), (kind, person)
        for giver in givers:
            opens = int(proposal.vote_start.timestamp()) if proposal.vote_start else 0
            held = town.ask("VotingEngine", "holderAt", giver, kind, opens - 1)
            power = ballot_power(proposal, giver)
            assert power.delegate == (None if int(held, 16) == 0 else held), (kind, giver)
    town.send(delegates[0], "VotingEngine", "castVote", number, 1)
    town.send(givers[2], "VotingEngine", "castVote", number, 0)
    town.read()
    assert town.differences() == []


def test_signed_ballot_says_how_many_votes_it_casts_and_what_they_cost(riverbend: Riverbend) -> None:
    town = riverbend
    number = opened(town, "signed credits", strategy="QuadraticStrategy")
    town.read()
    person, other = thrifty(town)[:2]
    fields = {"proposalId": str(number), "support": 1}
    draft = draft_act("vote", person.address, {**fields, "params": {"votes": 7}})
    assert {"label": "Counts as", "value": "7 votes, which cost 49 credits"} in draft.summary
    carry_out(town, "vote", person, **fields, params={"votes": 7})
    assert Vote.objects.get(proposal_id=number, voter=person.address.lower()).weight == 7
    for params, error in (
        ({"votes": 11}, CreditsExceeded),  # 121 of 100 credits
        ({"votes": 0}, FieldInvalid),
        ({"votes": 2**16}, FieldInvalid),
        ({"votes": "1.5"}, FieldInvalid),
        ({"votes": 1, "more": 1}, FieldInvalid),
        ("0x01", FieldInvalid),
        (None, FieldMissing),
    ):
        with pytest.raises(error):
            draft_act("vote", other.address, {**fields, "params": params})
    plain = opened(town, "plain", strategy="OnePersonOneVoteStrategy")
    town.read()
    with pytest.raises(FieldInvalid):
        draft_act("vote", other.address, {"proposalId": plain, "support": 1, "params": {"votes": 1}})
    assert town.differences() == []


def test_credits_spent_in_one_vote_are_missing_in_the_next(riverbend: Riverbend) -> None:
    town = riverbend
    person = thrifty(town)[0]
    for words, votes, left in (("first", 8, 10), ("second", 6, 6)):
        number = opened(town, words, strategy="QuadraticStrategy")
        town.read()
        proposal = Proposal.objects.get(proposal_id=number)
        assert ballot_power(proposal, person.address).weight == left
        carry_out(town, "vote", person, proposalId=number, support=1, params={"votes": votes})
    number = opened(town, "third", strategy="QuadraticStrategy")
    town.read()
    assert ballot_power(Proposal.objects.get(proposal_id=number), person.address).weight == 0


def test_vote_is_given_kept_and_arranged_by_kind_with_a_signature(riverbend: Riverbend) -> None:
    town = riverbend
    delegate = next(person for person in town.people.citizens if "DELEGATE" in person.roles)
    giver = next(person for person in town.people.citizens if "DELEGATE" not in person.roles)
    budget = ProposalType.values.index("BUDGET")

    def chosen() -> int:
        return int(town.ask("VotingEngine", "delegatesFor", giver.address, budget), 16)

    for delegatee in (delegate.address, giver.address, ""):
        carry_out(town, "delegate", giver, delegatee=delegatee, proposalType="BUDGET")
        assert chosen() == int(delegatee or "0x0", 16)
    assert overall(current_delegations(giver.address)) is None
    with pytest.raises(FieldInvalid):
        draft_act("delegate", giver.address, {"delegatee": delegate.address, "proposalType": "LUNCH"})
    assert town.differences() == []
