"""What an adopted proposal would do, in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts.addresses import proxy_admin
from contracts.calldata import encode_call
from governance.parameters.selectors.values import current_parameters
from governance.proposals.models import ProposalType
from governance.proposals.selectors.actions import describe_actions, describe_calls
from governance.tests.factories import (
    CONTRACTS,
    TOKEN_STRATEGY,
    ZERO,
    ZERO_HASH,
    Town,
    digest,
    fresh,
    parameter,
    person,
    rule_action,
    vote,
)
from identity.accounts.models import User
from identity.roles.hashes import ROLE_HASHES
from identity.roles.models import Role

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_changed_rules_stand_beside_the_old_even_after_they_changed() -> None:
    town = Town.founded()
    actions = (rule_action("votingPeriod", 5 * 86_400), rule_action("endorsementPermille", 15))
    proposal = town.propose(proposal_type=ProposalType.PARAMETER, actions=actions)
    expected = [("How long a vote stays open", "7 days", "5 days"), ("Supporters needed", "5%", "1.5%")]

    def shown() -> list[tuple[str, str, str]]:
        described = describe_actions(fresh(proposal))
        return [(each.label, each.before, each.after) for action in described for each in action.changes]

    assert shown() == expected
    town.block(town.activated(proposal))
    town.block(vote(proposal, 1), vote(proposal, 2))
    town.close_vote(proposal)
    town.queue(proposal)
    town.wait(2 * DAY)
    town.execute(
        proposal,
        parameter("votingPeriod", 7 * 86_400, 5 * 86_400),
        parameter("endorsementPermille", 50, 15),
    )
    assert shown() == expected
    assert {each.note for each in describe_actions(fresh(proposal))} == {""}
    assert current_parameters()["votingPeriod"].text == "5 days"


def test_change_that_no_longer_fits_todays_rule_says_so() -> None:
    town = Town.founded()
    proposal = town.propose(
        proposal_type=ProposalType.PARAMETER, actions=(rule_action("votingPeriod", 5 * 86_400),)
    )
    town.block(parameter("votingPeriod", 7 * 86_400, 6 * 86_400))
    (described,) = describe_actions(proposal)
    assert described.note == "It is 6 days now, so this can’t be carried out."
    town.block(parameter("votingPeriod", 6 * 86_400, 5 * 86_400))
    (described,) = describe_actions(proposal)
    assert described.note == "It is so already."


@pytest.mark.parametrize(
    ("contract", "function", "arguments", "title"),
    [
        (
            "RoleManager",
            "grantRole",
            [ROLE_HASHES[Role.DELEGATE], person(1), ZERO_HASH],
            "Give Ruth A. the role of Delegate",
        ),
        (
            "RoleManager",
            "revokeRole",
            [ROLE_HASHES[Role.GUARDIAN], person(1), ZERO_HASH],
            "Take the role of Guardian from Ruth A.",
        ),
        (
            "RoleManager",
            "correctPerson",
            [person(1), digest("Ruth")],
            "Record which person stands behind Ruth A.",
        ),
        (
            "RoleManager",
            "moveCitizen",
            [person(1), person(2)],
            "Move the citizenship of Ruth A. to a new address",
        ),
        ("GovernanceCore", "unpause", [3], "Lift pause 3: voting and execution go on"),
        ("GovernanceCore", "retireStrategy", [TOKEN_STRATEGY], "Retire a way of counting votes"),
        (
            "GovernanceCore",
            "registerStrategy",
            [(2, 0b11, 0, ZERO, 100, 90 * 86_400)],
            "Admit a new way of counting votes",
        ),
        (
            "ExecutionModule",
            "setTarget",
            [1, CONTRACTS["RoleManager"], "0x2c1e816d", True],
            "Let proposals of the kind Budget call 0x2c1e816d of RoleManager",
        ),
    ],
)
def test_calls_are_put_into_words(contract: str, function: str, arguments: list[Any], title: str) -> None:
    Town.founded()
    User.objects.create(username="ruth", address=person(1), metadata={"displayName": "Ruth A."})
    data = encode_call(contract, function, arguments)
    action = {"target": CONTRACTS[contract], "value": "0", "data": data}
    (described,) = describe_calls([action])
    assert described.title == title
    assert described.known is ("0x2c1e816d" not in title), "a function without a name has no words"
    assert described.call.startswith(f"{contract}.{function}(")


def test_upgrade_names_the_contract_whose_software_changes() -> None:
    Town.founded()
    proxy, new = CONTRACTS["VotingEngine"][2:], "ab" * 20
    data = "0x9623609d" + proxy.rjust(64, "0") + new.rjust(64, "0") + f"{96:064x}" + "0" * 64
    admin = proxy_admin(CONTRACTS["VotingEngine"])
    (described,) = describe_calls([{"target": admin, "value": "0", "data": data}])
    title = "Replace the program for votes, roll of citizens and delegations (VotingEngine)"
    assert (described.title, described.known) == (title, True)
    assert new in described.note.lower()
    (elsewhere,) = describe_calls([{"target": person(5), "value": "0", "data": data}])
    assert not elsewhere.known
    more = data[: -64 - 64] + f"{96:064x}" + f"{1:064x}" + "ff".ljust(64, "0")
    (calling,) = describe_calls([{"target": admin, "value": "0", "data": more}])
    assert not calling.known, "a call inside an upgrade has no words"


def test_call_without_words_is_shown_raw_and_said_to_be_unknown() -> None:
    Town.founded()
    (described,) = describe_calls([{"target": person(5), "value": "0", "data": "0xdeadbeef"}])
    assert not described.known
    assert described.data == "0xdeadbeef"
