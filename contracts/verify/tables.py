"""The chain side's own tables: blocks, raw events and the cursor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from contracts.abi import abi_of, contract_of
from contracts.client.rpc import Header
from contracts.errors import NodeBehind
from contracts.indexer.cursor import NAME
from contracts.models import Block, ChainEvent, Cursor
from contracts.verify.compare import Difference, compare_table, raw_values
from contracts.verify.context import VerifyContext

STEP = 500  # headers asked for at once


def verify_events(ctx: VerifyContext) -> Iterator[Difference]:
    """Every raw event, every field."""
    expected = {
        event["position"]: {
            "block_id": event["blockHash"],
            "block_number": event["blockNumber"],
            "log_index": event["logIndex"],
            "transaction_hash": event["transactionHash"],
            "contract": event["contract"],
            "event_name": event["name"],
            **_subject(event),
            "data": _as_stored(event["args"], _kinds(event)),
            "timestamp": event["timestamp"],
        }
        for event in ctx.events
    }
    return compare_table(ChainEvent, expected, key="position", within=ctx.positions)


def _subject(event: dict[str, Any]) -> dict[str, str]:
    """What the event is about: the argument that its contract's app named, as decimal text."""
    contract = contract_of(event["contractName"])
    about = None if contract is None else contract.subject_argument(event["name"])
    if about is None:
        return {"subject_kind": "", "subject_id": ""}
    return {"subject_kind": about[0], "subject_id": str(event["args"][about[1]])}


def _kinds(event: dict[str, Any]) -> dict[str, Any]:
    abi = abi_of(event["contractName"])
    entry = next(item for item in abi if item["type"] == "event" and item["name"] == event["name"])
    return {item["name"]: item for item in entry["inputs"]}


def _as_stored(args: dict[str, Any], kinds: dict[str, Any]) -> dict[str, Any]:
    return {name: _stored(value, kinds[name]) for name, value in args.items()}


def _stored(value: Any, item: dict[str, Any]) -> Any:
    """Arguments as the mirror keeps them.

    Uint256 as decimal text, for JSON readers that know only doubles.
    """
    kind: str = item["type"]
    if kind.endswith("]"):
        inner = {**item, "type": kind[: kind.rindex("[")]}
        return [_stored(one, inner) for one in value]
    if kind == "tuple":
        return {part["name"]: _stored(value[part["name"]], part) for part in item["components"]}
    return str(value) if kind == "uint256" else value


def verify_blocks(ctx: VerifyContext) -> Iterator[Difference]:
    """Blocks that carry events, and all that aren't final."""
    carrying = {event["blockNumber"] for event in ctx.events if event["blockNumber"] >= ctx.from_block}
    wanted = carrying | set(range(max(ctx.finalized, ctx.from_block), ctx.to_block + 1))
    expected = {
        header.number: {
            "hash": header.hash,
            "parent_hash": header.parent_hash,
            "timestamp": datetime.fromtimestamp(header.timestamp, UTC),
        }
        for header in read_headers(ctx, sorted(wanted))
    }
    within = None if ctx.whole else (ctx.from_block, ctx.to_block)
    return compare_table(Block, expected, key="number", within=within)


def read_headers(ctx: VerifyContext, numbers: list[int]) -> Iterator[Header]:
    """The headers of these blocks.

    Raises:
        NodeBehind: if the node hasn't got one of them.
    """
    for start in range(0, len(numbers), STEP):
        part = numbers[start : start + STEP]
        for number, header in zip(part, ctx.client.headers(part), strict=True):
            if header is None:
                raise NodeBehind(block=number)
            yield header


def verify_cursor(ctx: VerifyContext) -> Iterator[Difference]:
    """One cursor, standing at the newest block of the mirror, on the chain and not beyond what is final."""
    node = ctx.client.header("latest")
    if node is None:
        raise NodeBehind(block="latest")
    stored = stored_numbers()
    expected: dict[str, Any] = {
        "chain_id": ctx.deployment.chain_id,
        "start_block": ctx.deployment.start_block,
    }
    if ctx.head.number >= ctx.deployment.start_block:
        expected |= {"block_hash": ctx.head.hash, "block_timestamp": ctx.head.timestamp}
    if stored:
        expected["block_number"] = max(stored)
    yield from compare_table(Cursor, {NAME: expected}, key="name")
    for row in raw_values(
        Cursor._base_manager.filter(name=NAME), ("block_number", "finalized_number", "head_number")
    ):
        yield from _bounds(ctx, row, node, stored)


def _bounds(ctx: VerifyContext, row: tuple[Any, ...], node: Header, stored: set[int]) -> Iterator[Difference]:
    """Numbers that move on their own can only be held between what they can't be below and can't be above."""
    read, final, head = row
    if not _is_number(read):
        return  # named already
    carrying = {event["blockNumber"] for event in ctx.events}
    # The unbroken run of stored blocks below the cursor begins where things became final, or below.
    run = read
    while run - 1 in stored:
        run -= 1
    floor = ctx.deployment.start_block - 1
    low = floor if run == ctx.deployment.start_block else run
    high = max(min((number for number in stored if number not in carrying), default=read), floor)
    if not _is_number(final) or final < low:
        yield Difference(Cursor._meta.db_table, NAME, "finalized_number", final, low)
    elif final > high:
        yield Difference(Cursor._meta.db_table, NAME, "finalized_number", final, high)
    if not _is_number(head) or not read <= head <= max(node.number, read):
        yield Difference(Cursor._meta.db_table, NAME, "head_number", head, node.number)


def stored_numbers() -> set[int]:
    """The numbers of the blocks that are stored, whatever else stands in that column."""
    return {number for (number,) in raw_values(Block._base_manager.all(), ("number",)) if _is_number(number)}


def _is_number(value: Any) -> bool:
    return type(value) is int
