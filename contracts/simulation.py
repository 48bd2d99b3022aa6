"""What calls would do if they were made now, without making them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from contracts.addresses import checksum
from contracts.client.rpc import client
from contracts.deployment import deployment
from contracts.errors import CallReverted, NodeMalformed, NodeRefused
from contracts.relayer.reverts import explain


@dataclass(frozen=True, slots=True)
class Trial:
    """How calls fared at a block.

    Attributes:
        block_number: the block on top of which they were tried.
        failed: the place of the first call that would fail, None if all would succeed.
        reason: why it would fail, in plain words.
        error: the contract's own name for it, if it has one.
    """

    block_number: int
    failed: int | None = None
    reason: str = ""
    error: str = ""

    @property
    def succeeds(self) -> bool:
        return self.failed is None


# Code that answers any question with the two words (1, 5): an EMERGENCY, proposal type 5, is running.
_EMERGENCY_RUNS: Final = "0x6001600052600560205260406000f3"


def try_calls(sender: str, calls: Sequence[tuple[str, str]], *, sender_code: str = "") -> Trial:
    """Try ``calls`` (address, calldata) in their order on the newest block, as ``sender`` would make them.

    Each sees what those before it changed, where the node can do that (``eth_simulateV1``, execution API); an
    older node tries each by itself (``eth_call``).

    Args:
        sender_code: what stands at ``sender`` meanwhile (0x-hex), in place of its own code.

    Raises:
        ChainError: the node can't be asked.
    """
    header = client().header("latest")
    if header is None:
        raise NodeMalformed(method="eth_getBlockByNumber", reason="no newest block")
    wanted: list[dict[str, Any]] = [
        {"from": checksum(sender), "to": checksum(to), "data": data} for to, data in calls
    ]
    overrides = {checksum(sender): {"code": sender_code}} if sender_code else {}
    try:
        outcomes = _together(wanted, header.number, overrides)
    except NodeRefused:
        outcomes = [_alone(call, header.number, overrides) for call in wanted]
    for place, revert in enumerate(outcomes):
        if revert is not None:
            refusal = explain(revert)
            return Trial(header.number, place, refusal.detail, refusal.error)
    return Trial(header.number)


def try_actions(actions: Sequence[dict[str, Any]], *, emergency: bool = False) -> Trial:
    """Try a proposal's actions as the timelock would carry them out.

    In an EMERGENCY contracts allow what they refuse otherwise: they ask the timelock what is running. A trial
    runs nothing, so the timelock is made to say so; an EMERGENCY calls nothing else of it.
    """
    calls = [(str(action["target"]), str(action["data"])) for action in actions]
    code = _EMERGENCY_RUNS if emergency else ""
    return try_calls(deployment().address("ExecutionModule"), calls, sender_code=code)


def _together(calls: list[dict[str, Any]], block: int, overrides: dict[str, Any]) -> list[str | None]:
    question = {"blockStateCalls": [{"calls": calls, "stateOverrides": overrides}], "validation": False}
    answer = client().request("eth_simulateV1", question, hex(block))
    try:
        results = answer[0]["calls"]
        outcomes = [
            None
            if result["status"] == "0x1"
            else result.get("returnData") or result["error"].get("data") or "0x"
            for result in results
        ]
    except (KeyError, IndexError, TypeError, AttributeError):
        raise NodeMalformed(method="eth_simulateV1", reason="no list of results") from None
    if len(outcomes) != len(calls):
        raise NodeMalformed(method="eth_simulateV1", reason="not one result for each call")
    return outcomes


def _alone(call: dict[str, Any], block: int, overrides: dict[str, Any]) -> str | None:
    try:
        client().request("eth_call", call, hex(block), *([overrides] if overrides else []))
    except CallReverted as error:
        return str(error.data.get("revert", "0x"))
    return None
