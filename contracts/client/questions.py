"""What a JSON-RPC question needs of the node that answers it, and what an answer tells of its height."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

Question: TypeAlias = tuple[str, Sequence[Any]]

#: Where a method takes the block that it is asked about.
_BLOCK_AT = {
    "eth_getBlockByNumber": 0,
    "eth_getBlockReceipts": 0,
    "eth_call": 1,
    "eth_estimateGas": 1,
    "eth_getBalance": 1,
    "eth_getCode": 1,
    "eth_getTransactionCount": 1,
}
#: What these answer depends on the newest block, though they name none.
_OF_THE_HEAD = frozenset({"eth_blockNumber", "eth_gasPrice", "eth_maxPriorityFeePerGas"})


class Needs(NamedTuple):
    """``head``: the node must be near the newest block; ``block``: it must have this one (-1: any does)."""

    head: bool
    block: int


def needs_of(questions: Iterable[Question]) -> Needs:
    """What all of the questions need together."""
    head, block = False, -1
    for method, params in questions:
        for tag in _blocks(method, params):
            number = _number(tag)
            head = head or number is None
            block = max(block, -1 if number is None else number)
    return Needs(head, block)


def height_in(questions: Sequence[Question], answers: Sequence[Any]) -> int | None:
    """The number of the newest block, if one of the answers tells it."""
    for (method, params), answer in zip(questions, answers, strict=True):
        if method == "eth_blockNumber":
            return _number(answer)
        if method == "eth_getBlockByNumber" and params[0] == "latest" and isinstance(answer, dict):
            return _number(answer.get("number"))
    return None


def lacks_block(questions: Sequence[Question], answers: Sequence[Any]) -> bool:
    """Whether the node said that it hasn't got a block that was asked for by its number."""
    return any(
        answer is None and method == "eth_getBlockByNumber" and _number(params[0]) is not None
        for (method, params), answer in zip(questions, answers, strict=True)
    )


def _blocks(method: str, params: Sequence[Any]) -> list[Any]:
    if method in _OF_THE_HEAD:
        return ["latest"]
    if method == "eth_getLogs" and params and isinstance(params[0], dict):
        return [params[0].get("fromBlock"), params[0].get("toBlock")] if "toBlock" in params[0] else []
    at = _BLOCK_AT.get(method)
    return [params[at]] if at is not None and len(params) > at else []


def _number(tag: Any) -> int | None:
    try:
        return int(tag, 16)
    except (TypeError, ValueError):
        return None
