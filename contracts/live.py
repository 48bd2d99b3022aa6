"""Live messages about the chain itself."""

from __future__ import annotations

from typing import Any, TypedDict

from contracts.blocks import BlockHead
from contracts.selectors import chain_head
from core.live.registry import register_snapshot, register_topic
from core.live.stream import Message
from core.subjects import Subject


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
    return Message("chain:block", data)


def reverted_message(ancestor: int, *, newest: int, events: int) -> Message:
    """The message for a reorganisation."""
    data: RevertedData = {"number": ancestor, "from": newest, "events": events}
    return Message("chain:reverted", data)


def iso(head: BlockHead) -> str:
    """The block's time as RFC 3339 in UTC."""
    return head.timestamp.isoformat().replace("+00:00", "Z")


def head_state(subject: Subject | None) -> dict[str, Any]:
    """How far the mirror has read, whatever a socket follows."""
    head = chain_head()
    return {
        "number": head.number,
        "hash": head.hash,
        "timestamp": head.timestamp,
        "finalized": head.finalized,
    }


register_topic(
    "chain",
    {"chain:block": BlockData, "chain:reverted": RevertedData},
    to_all=("chain:reverted",),  # what was told was undone
)
register_snapshot("chain", head_state)
