"""The portal's law of states and powers beside the contracts' own answers, on a real node."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from contracts.acts.hashes import keccak_hex, reason_hash, role_id
from contracts.acts.services import draft_act
from contracts.calldata import encode_call
from contracts.errors import CallReverted
from devstack.rpc import RpcError
from governance.authoring.selectors.preparation import as_word
from governance.ballots.selectors.power import ballot_power
from governance.delegation.selectors.delegations import current_delegations, overall
from governance.parameters import kinds
from governance.parameters.selectors.values import endorsements_needed, terms_for
from governance.pauses.rules import (
    PAUSE_AHEAD,
    PAUSE_ALONE,
    PAUSE_EXTENSION,
    PAUSE_IMMUNITY,
    PAUSE_JOINED,
    PAUSE_REPEAT,
)
from governance.pauses.selectors import immune_until, pause_now, running_pause
from governance.proposals import state
from governance.proposals.models import Proposal, ProposalState, ProposalType
from governance.proposals.rules import (
    CANCEL_REQUEST_LIFETIME,
    MAX_VOTE_START_AHEAD,
    MAX_VOTE_START_AHEAD_EMERGENCY,
    MAX_VOTE_START_AHEAD_READY,
    opening_between,
)
from governance.proposals.selectors.conditions import current_conditions
from governance.proposals.selectors.proposals import closes_at, waiting_cancellation
from identity.census.selectors.roll import is_citizen
from identity.roles.selectors.roles import current_roles
from tests.mirror.conftest import DAY, NEW_ACCOUNT, Riverbend

pytestmark = pytest.mark.django_db


REASON = reason_hash("Somebody broke in.")


def agree(town: Riverbend) -> set[str]:
    """Read on; hold every state, half and share against the contract, and every row against the chain."""
    town.read()
    seen = set()
    for proposal in Proposal.objects.order_by("proposal_id"):
        number = proposal.proposal_id
        told = town.ask("ProposalManager", "state", number)
        assert proposal.state == ProposalState.values[told], proposal
        assert town.ask("ProposalManager", "endorsementsNeeded", number) == endorsements_needed(proposal)
        assert town.ask("ProposalManager", "isEndorsed", number) == (proposal.endorsed_at is not None)
        request = waiting_cancellation(proposal)
        half = town.ask("ProposalManager", "cancellationRequest", number)
        assert asked(half, "administrator") == (
            (request.administrator, int(request.expires_at.timestamp())) if request else None
        ), proposal
        seen.add(proposal.state)
    running = running_pause(current_conditions().now)
    for lift in (False, True):
        wish = running.wishes.get(lift) if running else None
        half = town.ask("GovernanceCore", "pauseRequest", lift)
        assert asked(half, "first") == ((wish.guardian, int(wish.expires_at.timestamp())) if wish else None)
    immune = immune_until()
    assert town.ask("GovernanceCore", "immuneUntil") == (int(immune.timestamp()) if immune else 0)
    if running is not None:
        assert town.ask("VotingEngine", "pauseState")["until"] == int(running.end.timestamp())
        assert town.ask("GovernanceCore", "pauseNumber") == running.number
    else:
        assert not town.ask("VotingEngine", "paused")
    assert town.differences() == []
    return seen


def snake(name: str) -> str:
    """``votingPeriod`` as ``voting_period``."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def asked(half: Mapping[str, Any], who: str) -> tuple[str, int] | None:
    """The contract's answer about a half: who made it and until when it waits, None for nobody."""
    return None if int(half[who], 16) == 0 else (half[who].lower(), half["expiresAt"])


def draft_of(town: Riverbend, words: str, kind: ProposalType = ProposalType.POLICY) -> int:
    """A draft without actions, or an emergency that lifts the pause of now; answers its number."""
    author = town.people.citizens[0].address
    strategy = town.deployment.address("OnePersonOneVoteStrategy")
    actions = []
    if kind == ProposalType.EMERGENCY:
        core, running = town.deployment.address("GovernanceCore"), town.ask("GovernanceCore", "pauseNumber")
        data = encode_call("GovernanceCore", "unpause", [running])
        actions = [{"target": core, "value": 0, "data": data}]
    place = list(ProposalType).index(kind)
    text = keccak_hex(words.encode())
    town.send(author, "ProposalManager", "createProposal", place, actions, text, strategy)
    return int(town.ask("ProposalManager", "proposalCount"))


def test_states_and_halves_agree_with_the_contract_through_pauses_and_time(riverbend: Riverbend) -> None:
    town = riverbend
    first, second, third = (officer.address for officer in town.people.guardians[:3])
    clerk, other = (officer.address for officer in town.people.administrators[:2])
    # A wish to cancel is asked, taken back, asked anew, and ends when the draft has its support.
    draft = draft_of(town, "A draft that finds its support")
    town.send(clerk, "ProposalManager", "cancelProposal", draft, REASON)
    seen = agree(town)
    town.send(clerk, "ProposalManager", "withdrawCancellation", draft)
    seen |= agree(town)
    town.send(other, "ProposalManager", "cancelProposal", draft, REASON)
    seen |= agree(town)
    town.send(town.people.citizens[1].address, "ProposalManager", "endorseProposal", draft)
    seen |= agree(town)
    # One guardian pauses, another joins, wishes come and go, and a proposal lifts it.
    town.send(second, "GovernanceCore", "pause", REASON)
    town.wait(3 * 3600)
    seen |= agree(town)
    assert pause_now() is not None
    town.send(third, "GovernanceCore", "extendPause")
    town.send(first, "GovernanceCore", "unpause", town.ask("GovernanceCore", "pauseNumber"))
    town.send(third, "GovernanceCore", "extendPause")
    seen |= agree(town)
    town.send(first, "GovernanceCore", "withdrawPauseRequest", True)
    seen |= agree(town)
    number = draft_of(town, "Lift it", ProposalType.EMERGENCY)
    town.open_vote(number)
    for citizen in town.people.citizens[:8]:
        town.send(citizen.address, "VotingEngine", "castVote", number, 1)
    town.wait(2 * DAY)
    seen |= agree(town)
    emergency = Proposal.objects.get(proposal_id=number)
    assert emergency.state == ProposalState.SUCCEEDED
    town.send(clerk, "ProposalManager", "queueProposal", number, emergency.actions)
    town.wait(6 * 3600)
    town.send(clerk, "ProposalManager", "executeProposal", number, emergency.actions)
    assert pause_now() is not None
    seen |= agree(town)
    assert pause_now() is None
    # A vote of five days that a pause doesn't reach, then one that it does.
    town.send(clerk, "ProposalManager", "activateProposal", draft, town.node.now() + 5 * DAY)
    for days in (1, 3, 2, 2, 2, 5, 25):
        town.wait(int(days * DAY))
        seen |= agree(town)
    late = draft_of(town, "A vote into which a pause falls")
    town.send(clerk, "ProposalManager", "activateProposal", late, town.node.now() + 5 * DAY)
    town.wait(4 * DAY)
    town.send(first, "GovernanceCore", "pause", REASON)  # a day before the opening, two days after it
    town.wait(2 * DAY)
    seen |= agree(town)
    town.wait(2 * DAY)
    seen |= agree(town)
    voting = Proposal.objects.get(proposal_id=late)
    assert voting.vote_end is not None
    assert closes_at(voting) == voting.vote_end + timedelta(days=2)
    assert town.ask("ProposalManager", "proposalDeadline", late) == int(voting.vote_end.timestamp()) + 2 * DAY
    for citizen in town.people.citizens[:8]:
        town.send(citizen.address, "VotingEngine", "castVote", late, 1)
    for days in (7, 2, 100, 80):
        town.wait(days * DAY)
        seen |= agree(town)
    assert Proposal.objects.get(proposal_id=late).state == ProposalState.SUCCEEDED, "words never expire"
    assert seen == set(ProposalState.values) - {ProposalState.TALLYING}, "the engine counts at once"


def test_terms_fingerprints_and_bounds_are_the_contracts_own(riverbend: Riverbend) -> None:
    town = riverbend
    town.read()
    clerk = town.people.administrators[0].address
    for place, kind in enumerate(ProposalType):
        said = town.ask("GovernanceCore", "termsFor", place)
        ours = {name: getattr(terms_for(kind), snake(name)) for name in said}
        assert ours == said, kind
    for name in kinds.KINDS:
        said = town.ask("GovernanceCore", "bounds", as_word(name))
        bounds = kinds.bounds(name)
        assert (bounds.minimum, bounds.maximum) == (said["min"], said["max"]), name
    for kind in (ProposalType.POLICY, ProposalType.EMERGENCY):
        if kind == ProposalType.EMERGENCY:
            town.send(town.people.guardians[1].address, "GovernanceCore", "pause", REASON)
        number = draft_of(town, f"A draft of {kind}", kind)
        town.read()
        opens = current_conditions().now + timedelta(hours=12)
        draft = draft_act("activate", clerk, {"proposalId": number, "voteStart": opens.isoformat()})
        signed = draft.typed_data["message"]["rulesHash"]
        assert signed == town.ask("ProposalManager", "previewRulesHash", number), kind


@pytest.mark.parametrize(
    ("contract", "name", "length"),
    [
        ("ProposalManager", "DRAFT_LIFETIME", state.DRAFT_LIFETIME),
        ("ProposalManager", "MAX_VOTE_START_AHEAD", MAX_VOTE_START_AHEAD),
        ("ProposalManager", "MAX_VOTE_START_AHEAD_READY", MAX_VOTE_START_AHEAD_READY),
        ("ProposalManager", "MAX_VOTE_START_AHEAD_EMERGENCY", MAX_VOTE_START_AHEAD_EMERGENCY),
        ("ProposalManager", "CANCEL_REQUEST_LIFETIME", CANCEL_REQUEST_LIFETIME),
        ("GovernanceCore", "PAUSE_LENGTH", PAUSE_ALONE),
        ("GovernanceCore", "JOINED_PAUSE_LENGTH", PAUSE_JOINED),
        ("GovernanceCore", "JOINED_PAUSE_LENGTH", PAUSE_EXTENSION),
        ("GovernanceCore", "MAX_PAUSE_AHEAD", PAUSE_AHEAD),
        ("GovernanceCore", "PAUSE_REPEAT", PAUSE_REPEAT),
        ("GovernanceCore", "IMMUNITY", PAUSE_IMMUNITY),
    ],
)
def test_fixed_lengths_are_the_contracts_own(
    riverbend: Riverbend, contract: str, name: str, length: timedelta
) -> None:
    assert timedelta(seconds=riverbend.ask(contract, name)) == length


@pytest.mark.parametrize(("endorsed", "days"), [(False, 0), (True, 0), (True, 15)])
@pytest.mark.parametrize("kind", [ProposalType.POLICY, ProposalType.EMERGENCY])
def test_openings_that_are_drafted_are_those_the_contract_takes(
    riverbend: Riverbend, kind: ProposalType, endorsed: bool, days: int
) -> None:
    town = riverbend
    town.send(town.people.guardians[1].address, "GovernanceCore", "pause", REASON)
    number, clerk = draft_of(town, "When it opens", kind), town.people.administrators[0].address
    if endorsed:
        town.send(town.people.citizens[1].address, "ProposalManager", "endorseProposal", number)
    town.wait(days * DAY + 1)
    town.read()
    assert town.ask("ProposalManager", "isReady", number) == bool(days)
    proposal = Proposal.objects.get(proposal_id=number)
    terms, now = terms_for(kind), current_conditions().now
    earliest, latest = opening_between(
        kind,
        notice=timedelta(seconds=terms.notice_period),
        reviewed=proposal.created_at + timedelta(seconds=terms.review_period),
        endorsed=proposal.endorsed_at is not None,
        now=now,
    )
    second = timedelta(seconds=1)
    edges = ((earliest, True), (latest, True), (earliest - second, False), (latest + second, False))
    for opens, taken in edges:
        arguments = [number, int(opens.timestamp())]
        call = {
            "from": clerk,
            "to": town.deployment.address("ProposalManager"),
            "data": encode_call("ProposalManager", "activateProposal", arguments),
        }
        assert accepts(town, call, int(now.timestamp())) == taken, (opens, now)


def accepts(town: Riverbend, call: dict[str, str], at: int) -> bool:
    """Whether the contract would take the call in a block of this time."""
    blocks = [{"blockOverrides": {"time": hex(at)}, "calls": [call]}]
    try:
        (block,) = town.node.rpc("eth_simulateV1", {"blockStateCalls": blocks}, "latest")
    except RpcError:
        return False
    return block["calls"][0]["status"] == "0x1"


def test_power_agrees_with_the_contract_for_everyone_in_every_vote(riverbend: Riverbend) -> None:
    town = riverbend
    delegates = [person.address for person in town.people.citizens if "DELEGATE" in person.roles]
    plain = [person.address for person in town.people.citizens if not person.roles[1:]]
    for giver in plain[:4]:
        town.send(giver, "VotingEngine", "delegate", delegates[0])
    town.send(plain[4], "VotingEngine", "delegate", delegates[-1])
    town.send(plain[0], "VotingEngine", "delegateFor", 1, delegates[-1])  # so that the end is recorded later
    town.open_vote(draft_of(town, "One more vote"))
    powers_agree(town)
    # Officers take a citizen's unit and a delegate's role away in the middle of the votes.
    why = reason_hash("Moved away.")
    town.two("administrators", "RoleManager", "revokeRole", role_id("CITIZEN"), plain[0], why)
    town.two("administrators", "RoleManager", "revokeRole", role_id("DELEGATE"), delegates[0], why)
    town.two("administrators", "RoleManager", "moveCitizen", plain[5], NEW_ACCOUNT)
    powers_agree(town)
    town.open_vote(draft_of(town, "A vote that they do not see"))
    powers_agree(town)
    town.send(plain[1], "RoleManager", "expire", role_id("CITIZEN"), plain[0])
    town.open_vote(draft_of(town, "A vote after the end was recorded"))
    powers_agree(town)


def powers_agree(town: Riverbend) -> None:
    """Hold what everybody's ballot would count, in every open vote, against the engine's answer."""
    town.read()
    people = (*town.people.citizens, *town.people.administrators)
    everyone = [*(person.address for person in people), NEW_ACCOUNT]
    for proposal in Proposal.objects.filter(state=ProposalState.ACTIVE):
        for address in everyone:
            power = ballot_power(proposal, address)
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
            power = ballot_power(proposal, person.address)
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
        assert is_citizen(person.address) == town.ask("VotingEngine", "isCitizen", person.address)
        held = {role.role.value for role in current_roles(person.address)}
        assert held == set(person.roles)
        given = town.ask("VotingEngine", "delegates", person.address)
        delegation = overall(current_delegations(person.address))
        assert given == (delegation.delegate if delegation else "0x" + "0" * 40)
