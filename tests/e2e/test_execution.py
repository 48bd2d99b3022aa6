"""From the vote to its consequences: what the keeper carries out, and what a citizen does instead."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from eth_abi import encode
from playwright.sync_api import Browser, Page, expect

from tests.e2e import chain
from tests.e2e.conftest import ROOT, Stack, eventually, started
from tests.e2e.script import Script, opened
from tests.e2e.test_decision import become, sign_in_demo_wallet

pytestmark = pytest.mark.xdist_group("stack")
DAY = 86_400
FOR = 1
SECONDS = 30.0  # the mirror reads some hundred blocks, the keeper sends its calls
# ERC-1967: where a proxy keeps its implementation and its admin.
CODE_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"
ADMIN_SLOT = "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103"


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Where a portal of this test's own lives, for as long as it starts and stops."""
    yield tmp_path / "portal"
    shutil.rmtree(tmp_path / "portal", ignore_errors=True)


def at_slot(stack: Stack, contract: str, slot: str) -> str:
    word = chain.rpc(stack.rpc, "eth_getStorageAt", stack.facts["contracts"][contract], slot, "latest")
    return "0x" + word[-40:]


def new_core(stack: Stack) -> str:
    """Another copy of the GovernanceCore's program, put on chain by a stranger; answers its address."""
    artifact = json.loads((ROOT / "contracts" / "artifacts" / "GovernanceCore.json").read_text())
    core = stack.facts["contracts"]["GovernanceCore"]
    floors = chain.call(stack.rpc, core, "floors()", ["uint48"] * 5)
    code = artifact["bytecode"] + encode(["uint48"] * 5, floors).hex()
    sender = stack.citizens()[0]["address"]
    request = {"from": sender, "data": code, "gas": hex(10_000_000)}
    digest = chain.rpc(stack.rpc, "eth_sendTransaction", request)
    receipt = eventually(lambda: chain.rpc(stack.rpc, "eth_getTransactionReceipt", digest))
    assert receipt["status"] == "0x1"
    return str(receipt["contractAddress"]).lower()


def adopt(stack: Stack, page: Page, number: str) -> None:
    """One citizen votes for it on its page, others past the portal: enough for the quorum."""
    first, *others = [each for each in stack.citizens() if each["roles"] == ["CITIZEN"]][:24]
    page.goto(f"/proposals/{number}")
    become(page, first)
    page.locator("label[for=vote-for]").click()
    page.get_by_role("button", name="Review and sign").click()
    sign_in_demo_wallet(page)
    expect(page.get_by_role("heading", name="Your vote is counted")).to_be_visible(timeout=SECONDS * 1000)
    engine = stack.facts["contracts"]["VotingEngine"]

    def vote(person: dict[str, Any]) -> None:
        chain.send(stack.rpc, person["privateKey"], engine, "castVote(uint256,uint8)", int(number), FOR)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(vote, others))


def comes_to(stack: Stack, state: str, *numbers: str) -> None:
    def reached() -> bool:
        return {stack.get(f"/api/proposals/{number}")["state"] for number in numbers} == {state}

    eventually(reached, seconds=SECONDS, what=f"{state} of {numbers}")


def keeper(stack: Stack) -> dict[str, Any]:
    found: dict[str, Any] = stack.get("/api/health")["parts"]["keeper"]
    return found


def test_adopted_changes_are_carried_out_the_last_by_a_citizen_while_the_keeper_is_dead(
    home: Path, browser: Browser
) -> None:
    with started(home) as stack:
        core = stack.facts["contracts"]["GovernanceCore"]
        page = browser.new_context(base_url=stack.web).new_page()
        program = new_core(stack)
        data = chain.calldata("upgradeAndCall(address,address,bytes)", core, program, b"")
        upgrade = {"target": at_slot(stack, "GovernanceCore", ADMIN_SLOT), "value": "0", "data": data}
        everyone = [
            Script(f"{stack.web}/api", each["address"], each["privateKey"])
            for each in (stack.person("ADMINISTRATOR"), *stack.citizens())
        ]
        officer = everyone[0]
        author = next(each for each in everyone if not each.get(f"/users/{each.address}")["delegations"])
        policy = opened(stack.rpc, author, officer, "A bench by the river", proposalType="POLICY")
        longer = {"votingPeriod": 9 * DAY}
        parameter = opened(
            stack.rpc, author, officer, "Nine days", proposalType="PARAMETER", parameters=longer
        )
        software = opened(
            stack.rpc, author, officer, "A newer program", proposalType="UPGRADE", actions=[upgrade]
        )
        for number in (policy, parameter, software):
            adopt(stack, page, number)
            page.context.clear_cookies()
            page.evaluate("localStorage.clear()")
        chain.pass_time(stack.rpc, 5 * DAY)
        opened(stack.rpc, author, officer, "Still open when the others are adopted", proposalType="POLICY")
        chain.pass_time(stack.rpc, 2 * DAY)
        comes_to(stack, "QUEUED", parameter, software)
        comes_to(stack, "SUCCEEDED", policy)

        page.goto(f"/proposals/{parameter}")
        expect(page.get_by_text("9 days").first).to_be_visible()
        chain.pass_time(stack.rpc, 2 * DAY)
        comes_to(stack, "EXECUTED", parameter)
        comes_to(stack, "SUCCEEDED", policy)  # a decision in words is done when it is adopted
        assert stack.get("/api/governance/params")["votingPeriod"] == str(9 * DAY)
        waiting = stack.get(f"/api/proposals/{software}")  # until no vote is open that it would change
        assert waiting["state"] == "QUEUED"

    with started(home, KEEPER_ENABLED="false") as stack:
        chain.pass_time(
            stack.rpc,
            int(datetime.fromisoformat(waiting["executionTime"]).timestamp()) - chain.now(stack.rpc),
        )
        chain.pass_time(stack.rpc, 3_600)
        eventually(lambda: keeper(stack)["status"] == "degraded", seconds=SECONDS, what="the alarm")
        page = browser.new_context(base_url=stack.web).new_page()
        page.goto(f"/proposals/{software}")
        become(page, stack.citizens()[-1])
        page.get_by_role("button", name="Carry it out").click()
        page.locator("dialog[data-demo-wallet]").get_by_role("button", name="Sign", exact=True).click()
        expect(page.get_by_role("heading", name="Your wallet has sent it")).to_be_visible()
        comes_to(stack, "EXECUTED", software)
        assert at_slot(stack, "GovernanceCore", CODE_SLOT) == program
        eventually(lambda: keeper(stack)["status"] == "ok", seconds=SECONDS, what="the end of the alarm")
        verdict = stack.manage("verify_chain", "--json")
        assert verdict.returncode == 0, verdict.stdout[-2000:] + verdict.stderr[-2000:]
