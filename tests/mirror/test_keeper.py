"""What was decided is carried out without anybody asking, and never before its time."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from contracts.acts.hashes import role_id
from contracts.addresses import ZERO_HASH
from contracts.calldata import encode_call
from contracts.models import RelayerTransaction
from contracts.relayer import run
from governance.parameters.selectors.values import current_parameters
from governance.proposals.health import decisions_are_carried_out
from governance.proposals.keeper import overdue
from governance.proposals.models import Proposal, ProposalState
from governance.proposals.selectors.due import due_call
from tests.mirror.conftest import DAY, Riverbend
from tests.mirror.test_acts_on_chain import TEXT, carry_out, newest

pytestmark = pytest.mark.django_db

RULE = {"proposalType": "PARAMETER", "parameters": {"votingPeriod": 9 * DAY}}


@pytest.fixture(autouse=True)
def _the_town_as_it_was(settings: Any, riverbend: Riverbend) -> None:
    settings.KEEPER_ENABLED, settings.KEEPER_SINCE = True, riverbend.node.now()


def adopt(town: Riverbend, **fields: Any) -> Proposal:
    """A proposal that its voters adopted just now; nothing has been done about it."""
    carry_out(town, "propose", town.people.citizens[0], **TEXT, **fields)
    number = newest().proposal_id
    town.open_vote(number)
    for person in town.people.citizens[1:11]:
        town.send(person.address, "VotingEngine", "castVote", number, 1)
    town.wait(8 * DAY)
    town.read()
    assert newest().state == ProposalState.SUCCEEDED
    return newest()


def keep(town: Riverbend) -> str:
    """One round of the relayer; answers where the newest proposal stands after it."""
    run.relay_acts()
    town.node.mine(1)
    town.read()
    return newest().state


def sent(step: str) -> int:
    """How many transactions the relayer sent to have the newest proposal take ``step``."""
    return RelayerTransaction.objects.filter(data=due_call(newest(), step)[1]).count()


def test_keeper_waits_out_the_delay_and_carries_out(riverbend: Riverbend) -> None:
    adopt(riverbend, **RULE)
    assert keep(riverbend) == ProposalState.QUEUED
    assert keep(riverbend) == ProposalState.QUEUED
    riverbend.wait(3 * DAY)
    riverbend.read()
    assert keep(riverbend) == ProposalState.EXECUTED
    assert current_parameters()["votingPeriod"].text == "9 days"
    assert keep(riverbend) == ProposalState.EXECUTED
    assert (sent("queue"), sent("execute")) == (1, 1)
    assert riverbend.differences() == []


def test_decision_in_words_is_done_and_nothing_is_sent_for_it(riverbend: Riverbend) -> None:
    adopt(riverbend, proposalType="POLICY")
    assert keep(riverbend) == ProposalState.SUCCEEDED
    assert sent("queue") == 0
    assert newest().proposal_id not in [due.proposal.proposal_id for due in overdue()]
    riverbend.wait(100 * DAY)
    riverbend.read()
    assert newest().state == ProposalState.SUCCEEDED


def test_step_under_way_is_not_sent_again(riverbend: Riverbend) -> None:
    adopt(riverbend, **RULE)
    run.relay_acts()
    run.relay_acts()  # the mirror hasn't read of it yet
    assert sent("queue") == 1


def test_keeper_that_is_off_leaves_everything_to_people(riverbend: Riverbend, settings: Any) -> None:
    settings.KEEPER_ENABLED = False
    adopt(riverbend, **RULE)
    assert keep(riverbend) == ProposalState.SUCCEEDED


def test_dead_keeper_is_told_and_anyone_carries_out_instead(riverbend: Riverbend, settings: Any) -> None:
    settings.KEEPER_ENABLED = False
    adopt(riverbend, **RULE)
    number = newest().proposal_id
    assert number in [due.proposal.proposal_id for due in overdue()]
    finding = decisions_are_carried_out()
    assert (finding.status, bool(finding.facts["overdue"])) == ("degraded", True)
    page = Browser().get(f"/proposals/{number}").content.decode()
    assert 'data-send="queue"' in page
    anyone = riverbend.people.citizens[-1].address
    riverbend.send(anyone, "ProposalManager", "queueProposal", number, newest().actions)
    riverbend.read()
    assert newest().state == ProposalState.QUEUED
    assert number not in [due.proposal.proposal_id for due in overdue()]


def test_what_fell_due_before_the_keeper_came_is_left_alone(riverbend: Riverbend, settings: Any) -> None:
    adopt(riverbend, **RULE)
    settings.KEEPER_SINCE = riverbend.node.now()
    assert keep(riverbend) == ProposalState.SUCCEEDED


def test_failing_action_leaves_the_decision_queued_and_costs_nothing(riverbend: Riverbend) -> None:
    roles = riverbend.deployment.address("RoleManager")
    administrators = [person.address for person in riverbend.people.administrators]
    actions = [  # who carries out both would leave too few administrators: the contract refuses
        {"target": roles, "value": "0", "data": encode_call("RoleManager", "revokeRole", call)}
        for call in [(role_id("ADMINISTRATOR"), each, ZERO_HASH) for each in administrators[:-1]]
    ]
    adopt(riverbend, proposalType="ROLE", actions=actions)
    keep(riverbend)
    riverbend.wait(3 * DAY)
    riverbend.read()
    assert keep(riverbend) == ProposalState.QUEUED
    assert keep(riverbend) == ProposalState.QUEUED
    assert sent("execute") == 0
