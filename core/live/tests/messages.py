"""Messages to publish in tests, each of its event's shape."""

from __future__ import annotations

from core.live.stream import Message
from core.subjects import Subject

TIME = "2026-01-01T00:00:00Z"
HASH = "0x" + "0" * 64


def block(number: int, *, padding: str = "") -> Message:
    """``chain:block``; ``padding`` makes it as long as a test wants it."""
    data = {"number": number, "hash": HASH + padding, "timestamp": TIME, "finalized": 0, "events": 0}
    return Message("chain:block", data)


def reverted(number: int) -> Message:
    """``chain:reverted``."""
    return Message("chain:reverted", {"number": number, "from": number + 1, "events": 0})


def vote(proposal: int, voter: str = "0x1") -> Message:
    """``vote:cast``."""
    data = {
        "proposalId": str(proposal),
        "voter": voter,
        "support": 1,
        "weight": "1",
        "reason": None,
        "transactionHash": HASH,
        "blockNumber": 1,
        "timestamp": TIME,
        "tally": {"forVotes": "1", "againstVotes": "0", "abstainVotes": "0"},
    }
    return Message("vote:cast", data, Subject("proposal", str(proposal)))
