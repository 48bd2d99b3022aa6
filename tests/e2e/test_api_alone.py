"""An integrator's script: the REST API and private keys, nothing else, do all that voting has to offer."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Stack, eventually
from tests.e2e.script import Script, opened

pytestmark = pytest.mark.xdist_group("stack")


@pytest.fixture
def people(stack: Stack) -> list[Script]:
    """Citizens who hold no office and gave their vote to nobody; the newest first."""
    plain = [each for each in stack.citizens() if each["roles"] == ["CITIZEN"]]
    scripts = [Script(f"{stack.web}/api", each["address"], each["privateKey"]) for each in reversed(plain)]
    return [each for each in scripts if not each.get(f"/users/{each.address}")["delegations"]]


@pytest.fixture
def officer(stack: Stack) -> Script:
    found = stack.person("ADMINISTRATOR", 1)
    return Script(f"{stack.web}/api", found["address"], found["privateKey"])


def strategies(script: Script) -> dict[str, str]:
    return {each["kind"]: each["address"] for each in script.get("/governance/params")["strategies"]}


@pytest.mark.parametrize(
    ("kind", "params", "weight", "why"),
    [
        ("one-person-one-vote", None, "1", "citizen since"),
        ("quadratic", {"votes": 3}, "3", "credits"),
        ("token-weighted", None, None, "tokens"),
    ],
)
def test_script_votes_under_each_way_of_counting_and_reads_why_it_may(
    people: list[Script],
    officer: Script,
    stack: Stack,
    kind: str,
    params: dict[str, int] | None,
    weight: str | None,
    why: str,
) -> None:
    strategy = strategies(officer)[kind]
    words = {"title": "May I?", "summary": "A try.", "description": "A try.", "proposalType": "POLICY"}
    able = (each for each in people if each.draft("propose", **words, strategy=strategy).status_code == 200)
    voter = next(able)
    number = opened(stack.rpc, voter, officer, f"Counted by {kind}", proposalType="POLICY", strategy=strategy)
    power = voter.power(number)
    assert power["canVote"]
    assert why in " ".join(power["explanation"])
    voter.act("vote", proposalId=number, support=1, reason="", **({"params": params} if params else {}))
    row = eventually(lambda: voter.ballot(number), what="the ballot")
    assert (row["support"], row["weight"]) == (1, weight or power["weight"])
    refused = voter.draft("vote", proposalId=number, support=0, **({"params": params} if params else {}))
    assert (refused.status_code, refused.json()["code"]) == (409, "already-voted")


def test_script_delegates_by_kind_and_takes_its_vote_back_from_the_delegates_ballot(
    people: list[Script], officer: Script, stack: Stack
) -> None:
    known = stack.person("DELEGATE", 2)
    delegate = Script(officer.api, known["address"], known["privateKey"])
    citizen, author = people[1], people[2]
    citizen.act("delegate", delegatee=delegate.address, proposalType="POLICY")
    profile = citizen.until(f"/users/{citizen.address}", lambda found: found["delegations"])
    assert profile["delegatedTo"] is None
    assert [(each["proposalType"], each["delegate"]) for each in profile["delegations"]] == [
        ("POLICY", delegate.address)
    ]

    number = opened(stack.rpc, author, officer, "Taken back", proposalType="POLICY")
    assert citizen.power(number)["delegate"] == delegate.address
    delegate.act("vote", proposalId=number, support=0)
    cast = eventually(lambda: delegate.ballot(number), what="the delegate's ballot")
    assert cast["weight"] == cast["effectiveWeight"] == delegate.power(number)["weight"]

    citizen.act("vote", proposalId=number, support=1)
    eventually(lambda: citizen.ballot(number), what="the citizen's ballot")
    left = delegate.ballot(number)
    assert left is not None
    assert (left["weight"], int(left["effectiveWeight"])) == (cast["weight"], int(cast["weight"]) - 1)
    result = citizen.get(f"/proposals/{number}")["result"]
    assert result["totalVotes"] == cast["weight"]

    citizen.act("delegate", delegatee="", proposalType="POLICY")
    citizen.until(f"/users/{citizen.address}", lambda found: not found["delegations"])
