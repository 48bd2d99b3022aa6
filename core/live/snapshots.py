"""Where things stand, as a newcomer is told: made at most once a second, however many come at once."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from channels.db import database_sync_to_async
from django.utils import timezone

from contracts.selectors import chain_head
from core.http.rendering import dumps
from governance.proposals.api.queries import live_proposals

FRESH_SECONDS = 1.0
KEPT_SNAPSHOTS = 256


@dataclass(frozen=True, slots=True)
class _Kept:
    made: float
    at: int
    state: bytes


class Snapshots:
    """Snapshots by proposal (``""`` for all that are open), single-flight."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = asyncio.Lock()

    async def get(self, proposal: str, last: Callable[[], int]) -> tuple[int, bytes]:
        """The state, as JSON members, and the id of a message that it is no older than.

        Args:
            proposal: a decimal number, empty for all open proposals.
            last: the id of the newest message known.
        """
        async with self._lock:
            kept = self._kept.get(proposal)
            if kept is None or time.monotonic() - kept.made > FRESH_SECONDS:
                # The id is taken first: what is published is committed, so the rows read next are no older.
                at = last()
                state = await database_sync_to_async(_state)(proposal)
                kept = self._kept[proposal] = _Kept(time.monotonic(), at, dumps(state)[1:])
            self._kept.move_to_end(proposal)
            if len(self._kept) > KEPT_SNAPSHOTS:
                self._kept.popitem(last=False)
            return kept.at, kept.state

    def forget(self) -> None:
        """Make the next ones anew."""
        self._kept.clear()

    @staticmethod
    def frame(at: int, state: bytes, *, last: int, gap: bool) -> str:
        """The snapshot's frame: frames with an id above ``at`` follow it."""
        head = dumps({"event": "snapshot", "id": str(at), "at": timezone.now()})[:-1]
        data = dumps({"gap": gap, "lastId": str(last)})[:-1]
        return (head + b',"data":' + data + b"," + state + b"}").decode()


def _state(proposal: str) -> dict[str, Any]:
    head = chain_head()
    return {
        "chain": {
            "number": head.number,
            "hash": head.hash,
            "timestamp": head.timestamp,
            "finalized": head.finalized,
        },
        "proposals": live_proposals(int(proposal) if proposal else None),
    }
