"""What a proposal would do is tried on the newest block, and nothing is done by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from contracts.acts.hashes import ZERO_HASH, role_id
from contracts.calldata import encode_call
from contracts.errors import NodeRefused
from devstack.demo.people import Person
from governance.proposals.selectors.trial import try_actions, try_proposal
from tests.mirror.conftest import DAY, Riverbend
from tests.mirror.test_acts_on_chain import TEXT, carry_out, newest

pytestmark = pytest.mark.django_db


def propose(town: Riverbend, **fields: Any) -> int:
    carry_out(town, "propose", town.people.citizens[0], **TEXT, **fields)
    return newest().proposal_id


def too_few_administrators(town: Riverbend) -> list[dict[str, str]]:
    """Actions of which the last would leave one administrator; each alone would be carried out."""
    return all_but_one(town, "ADMINISTRATOR", town.people.administrators)


def all_but_one(town: Riverbend, role: str, holders: tuple[Person, ...]) -> list[dict[str, str]]:
    """Actions that end the role of all its holders but the last."""
    roles = town.deployment.address("RoleManager")
    calls = [(role_id(role), person.address, ZERO_HASH) for person in holders[:-1]]
    return [
        {"target": roles, "value": "0", "data": encode_call("RoleManager", "revokeRole", call)}
        for call in calls
    ]


def test_trial_says_what_could_be_carried_out_and_does_nothing(riverbend: Riverbend) -> None:
    propose(riverbend, proposalType="PARAMETER", parameters={"votingPeriod": 9 * DAY})
    before = riverbend.ask("GovernanceCore", "votingPeriod")
    trial = try_proposal(newest())
    assert trial is not None
    assert (trial.succeeds, trial.block_number) == (True, int(riverbend.node.rpc("eth_blockNumber"), 16))
    assert riverbend.ask("GovernanceCore", "votingPeriod") == before


def test_each_action_is_tried_after_those_before_it(riverbend: Riverbend) -> None:
    actions = too_few_administrators(riverbend)
    riverbend.read()
    assert try_actions(actions[:1]).succeeds
    assert try_actions(actions[-1:]).succeeds
    trial = try_actions(actions)
    assert trial.failed == len(actions) - 1
    assert trial.error.startswith("RoleManagerTooFewPersons")


def test_node_without_simulation_tries_each_alone(
    riverbend: Riverbend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def older_node(*_: Any) -> Any:
        raise NodeRefused(method="eth_simulateV1", rpc_code=-32601, rpc_message="no such method")

    monkeypatch.setattr("contracts.simulation._together", older_node)
    core = riverbend.deployment.address("GovernanceCore")
    wrong = (b"quorumPercentage".ljust(32, b"\0"), 77, 30)
    data = encode_call("GovernanceCore", "updateGovernanceParams", wrong)
    assert try_actions(too_few_administrators(riverbend)).succeeds
    trial = try_actions([{"target": core, "value": "0", "data": data}])
    assert (trial.failed, trial.error.partition("(")[0]) == (0, "GovernanceCoreParamChanged")


def test_emergency_may_leave_fewer_guardians_than_other_proposals(
    riverbend: Riverbend, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions = all_but_one(riverbend, "GUARDIAN", riverbend.people.guardians)
    assert try_actions(actions).error.startswith("RoleManagerTooFewPersons")
    assert try_actions(actions, emergency=True).succeeds

    def older_node(*_: Any) -> Any:
        raise NodeRefused(method="eth_simulateV1", rpc_code=-32601, rpc_message="no such method")

    monkeypatch.setattr("contracts.simulation._together", older_node)
    assert try_actions(actions, emergency=True).succeeds


def test_page_and_api_say_why_it_could_not_be_carried_out(riverbend: Riverbend) -> None:
    number = propose(riverbend, proposalType="ROLE", actions=too_few_administrators(riverbend))
    browser = Browser()
    page = browser.get(f"/proposals/{number}/parts/trial").content.decode()
    assert "could not be carried out" in page
    answer = browser.get(f"/api/proposals/{number}/trial").json()
    assert (answer["succeeds"], answer["failedAction"]) == (False, 1)
    assert answer["error"].startswith("RoleManagerTooFewPersons")
    assert f"/proposals/{number}/parts/trial" in browser.get(f"/proposals/{number}").content.decode()


def test_words_alone_need_no_trial(riverbend: Riverbend) -> None:
    number = propose(riverbend, proposalType="POLICY")
    assert Browser().get(f"/api/proposals/{number}/trial").json()["succeeds"] is None
    assert "/parts/trial" not in Browser().get(f"/proposals/{number}").content.decode()


def test_page_says_so_when_no_node_answers(riverbend: Riverbend, settings: Any) -> None:
    number = propose(riverbend, proposalType="PARAMETER", parameters={"votingPeriod": 9 * DAY})
    settings.RPC_URLS = ["http://127.0.0.1:1"]
    page = Browser().get(f"/proposals/{number}/parts/trial")
    assert (page.status_code, "doesn’t answer" in page.content.decode()) == (200, True)
    problem = Browser().get(f"/api/proposals/{number}/trial")
    assert (problem.status_code, problem.json()["code"]) == (503, "node-unreachable")
