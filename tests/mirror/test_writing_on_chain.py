"""From the page’s form to the contract that takes the proposal and would carry it out, kind by kind."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.test import Client

from contracts.acts.hashes import reason_hash
from contracts.addresses import checksum
from governance.parameters.models import Strategy
from governance.parameters.strategies import QUADRATIC
from governance.proposals.models import ProposalType
from governance.proposals.selectors.actions import describe_actions
from governance.proposals.selectors.trial import try_proposal
from tests.mirror.conftest import Riverbend
from tests.mirror.test_acts_on_chain import carry_out, newest

pytestmark = pytest.mark.django_db

WORDS = {"title": "As written", "topic": "Rules", "summary": "In short.", "description": "At length."}


def written(fields: dict[str, str]) -> dict[str, Any]:
    """The fields that the preview of the filled form hands to the wallet."""
    title = f"{len(fields)} answers of kind {fields['proposal_type']}"
    answer = Client().post(
        "/proposals/new", {**WORDS, "title": title, **fields, "then": "preview"}, follow=True
    )
    page = answer.content.decode()
    found = re.search(r'data-sign-fields="([^"]+)"', page)
    assert found, re.findall(r'id="id_[^"]*_error">.*?</div>', page)
    trial = re.search(r'hx-get="([^"]*/parts/trial)"', page)
    assert trial
    return json.loads(html.unescape(found.group(1)))


def test_every_kind_is_taken_by_the_contract_and_could_be_carried_out(riverbend: Riverbend) -> None:
    town = riverbend
    town.read()
    author, leaver = town.people.citizens[0], town.people.citizens[1]
    administrator = town.people.administrators[0]
    same_program = str(town.deployment.extra["implementations"]["VotingEngine"])
    role = {
        "proposal_type": "ROLE",
        "role-0-do": "give",
        "role-0-role": "AUDITOR",
        "role-0-account": checksum(administrator.address),
        "role-0-until": "2099-12-31",
        "role-1-do": "take",
        "role-1-role": "CITIZEN",
        "role-1-account": leaver.address.lower(),
    }
    upgrade = {
        "proposal_type": "UPGRADE",
        "upgrade-0-contract": "VotingEngine",
        "upgrade-0-implementation": same_program,
    }
    ways = {
        "proposal_type": "UPGRADE",
        "ways-0-admit": "quadratic",
        "ways-0-types": "BUDGET",
        "ways-0-credits": "64",
        "ways-0-days": "90",
        "ways-0-retire": Strategy.objects.get(kind=QUADRATIC).address,
    }
    rules = {
        "proposal_type": "PARAMETER",
        "rule-votingPeriod": "9",
        "unit-votingPeriod": "86400",
        "rule-quorumPercentage": "25",
    }
    emergency = {
        "proposal_type": "EMERGENCY",
        "emergency-0-unpause": "on",
        "emergency-0-dismiss": town.people.guardians[0].address,
    }
    for fields in (role, upgrade, ways, rules, emergency):
        if fields is emergency:
            # Its guardian paused once before; only another may now.
            why = reason_hash("Somebody broke in.")
            town.send(town.people.guardians[1].address, "GovernanceCore", "pause", why)
            town.read()
        carry_out(town, "propose", author, **written(fields))
        proposal = newest()
        assert proposal.proposal_type == ProposalType(fields["proposal_type"])
        assert proposal.proposer == author.address.lower()
        assert all(each.known for each in describe_actions(proposal))
        trial = try_proposal(proposal)
        assert trial is not None
        assert trial.succeeds, (fields, trial)
    assert town.differences() == []


def test_dismissals_that_leave_one_guardian_are_said_to_fail_before_they_are_signed(
    riverbend: Riverbend,
) -> None:
    """By a decision about roles. An emergency may go below the least number: it ends who may pause."""
    town = riverbend
    town.read()
    browser = Client()
    fields = {**WORDS, "proposal_type": "ROLE"}
    for row, guardian in enumerate(town.people.guardians[:2]):
        fields |= {
            f"role-{row}-do": "take",
            f"role-{row}-role": "GUARDIAN",
            f"role-{row}-account": guardian.address.lower(),
        }
    page = browser.post("/proposals/new", {**fields, "then": "preview"}, follow=True).content.decode()
    trial = re.search(r'hx-get="([^"]*/parts/trial)"', page)
    assert trial
    told = browser.get(trial.group(1)).content.decode()
    assert "If this passed now, it could not be carried out." in told
    assert "Too few people would hold this role then." in told


def test_address_without_a_program_is_refused_beside_its_control(riverbend: Riverbend) -> None:
    town = riverbend
    town.read()
    fields = {
        **WORDS,
        "proposal_type": "UPGRADE",
        "upgrade-0-contract": "RoleManager",
        "upgrade-0-implementation": town.people.citizens[0].address,
    }
    page = Client().post("/proposals/new", {**fields, "then": "preview"}, follow=True).content.decode()
    found = re.search(r'id="id_upgrade-0-implementation_error">(.*?)</div>', page)
    assert found
    assert "There is no program at this address." in found.group(1)
