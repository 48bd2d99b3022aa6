"""Live messages about the chain itself."""

from __future__ import annotations

from typing import TypedDict

from contracts.blocks import BlockHead
from core.live.stream import Message

TOPIC = "chain"


class BlockData(TypedDict):
    """``chain:block``: a block was read and everything in it is in the database."""

    number: int
    hash: str
    timestamp: str
    finalized: int
    events: int


# ``chain:reverted``: the blocks above ``number`` are no longer on the chain; what they decided is undone.
RevertedData = TypedDict("RevertedData", {"number": int, "from": int, "events": int})


def block_message(head: BlockHead, *, finalized: int, events: int) -> Message:
    """The message for a block that was applied."""
    data: BlockData = {
        "number": head.number,
        "hash": head.hash,
        "timestamp": iso(head),
        "finalized": finalized,
        "events": events,
    }
    return Message("chain:block", dict(data), TOPIC)


def reverted_message(ancestor: int, *, newest: int, events: int) -> Message:
    """The message for a reorganisation."""
    data: RevertedData = {"number": ancestor, "from": newest, "events": events}
    return Message("chain:reverted", dict(data), TOPIC)


def iso(head: BlockHead) -> str:
    """The block's time as RFC 3339 in UTC."""
    return head.timestamp.isoformat().replace("+00:00", "Z")
