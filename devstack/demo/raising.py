"""Raises the demo town on an empty Anvil whose clock stands in the past."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from contracts.calldata import decode_result, encode_call
from contracts.client.rpc import Client
from contracts.deployment import Deployment
from devstack.anvil import CHAIN_ID
from devstack.demo.accounts import finish_letters, keep_letters, keep_reasons, keep_texts, make_accounts
from devstack.demo.agenda import DAY
from devstack.demo.errors import TownError
from devstack.demo.people import roster
from devstack.demo.plan import Proposal, make_plan
from devstack.demo.schedule import Schedule, Step
from devstack.demo.timeline import Timeline

# The first step is this many days back; the chain's clock must not be past it.
FIRST_DAY: Final = 30.9
# So many transactions are sent before their receipts are read.
GROUP: Final = 80


def raise_town(
    client: Client,
    deployment: Deployment,
    *,
    small: bool = False,
    say: Callable[[str], object] = lambda line: None,
    now: int | None = None,
) -> bool:
    """Make the town by signed transactions; False if it stands already.

    Args:
        client: an Anvil whose newest block is at least 30.9 days old.
        deployment: contracts made with the town's officers and parameters.
        small: fewer residents, for tests; the proposals and their fates are the same.
        say: called with a line for each stretch of the way.
        now: Unix seconds at which the walk ends; the present if not given.

    Raises:
        TownError: this is no Anvil of ours, its clock is too late, or it holds something else.
    """
    if deployment.chain_id != CHAIN_ID:
        raise TownError(f"The demo town is for chain {CHAIN_ID} alone, this is {deployment.chain_id}.")
    end = int(time.time()) if now is None else now
    town = roster(small=small)
    plan = make_plan(town, deployment)
    keep_texts(plan)
    kept = keep_reasons(plan, deployment)
    made = make_accounts(town)
    say(f"{len(plan)} texts, {kept} reasons, {made} new accounts")
    standing = _number(client, deployment, "proposalCount", [])
    if standing >= len(plan) and _is_whole(client, deployment, plan):
        return False
    if standing:
        raise TownError("The chain holds other proposals, or half a town. Begin with an empty one.")
    with Timeline(client, deployment) as timeline:
        if timeline.now > end - round(FIRST_DAY * DAY):
            raise TownError(
                f"The chain's clock is too late: start Anvil at least {FIRST_DAY:g} days in the past."
            )
        _walk(Schedule(town, plan, deployment, timeline, end).steps(), timeline, end, say)
    return True


def _walk(steps: Sequence[Step], timeline: Timeline, end: int, say: Callable[[str], object]) -> None:
    done = 0
    for place, step in enumerate(steps, start=1):
        moment = end - round(step.at * DAY)
        step.do(moment)
        timeline.mine(moment)
        if place % GROUP == 0 or place == len(steps):
            mined = timeline.check()
            keep_letters(mined)
            done += len(mined)
            say(f"{done} of {len(steps)} acts, {max(step.at, 0):.0f} days before now")
    timeline.mine(end)
    finish_letters(timeline.final_number())


def _is_whole(client: Client, deployment: Deployment, plan: Sequence[Proposal]) -> bool:
    """Whether the last act of all, the last supporter of the last draft, is there."""
    last = plan[-1]
    arguments = {"proposalId": last.number}
    data = encode_call("ProposalManager", "getProposal", arguments)
    answer = client.call(deployment.address("ProposalManager"), data)
    proposal = decode_result("ProposalManager", "getProposal", answer, arguments)
    return bool(
        proposal["contentHash"] == last.content_hash and proposal["endorsements"] >= last.item.supporters
    )


def _number(client: Client, deployment: Deployment, function: str, arguments: list[int]) -> int:
    data = encode_call("ProposalManager", function, arguments)
    answer = client.call(deployment.address("ProposalManager"), data)
    return int(decode_result("ProposalManager", function, answer, arguments))
