"""Where things stand, as a newcomer is told: made at most once a second, however many come at once."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from channels.db import database_sync_to_async
from django.utils import timezone

from core.http.rendering import dumps
from core.live import registry
from core.subjects import Subject

FRESH_SECONDS = 1.0
KEPT_SNAPSHOTS = 256


@dataclass(frozen=True, slots=True)
class _Kept:
    made: float
    at: int
    state: bytes


class Snapshots:
    """Snapshots by what a socket follows (None for everything), single-flight."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Subject | None, _Kept] = OrderedDict()
        self._lock = asyncio.Lock()

    async def get(self, subject: Subject | None, last: Callable[[], int]) -> tuple[int, bytes]:
        """The state, as JSON members, and the id of a message that it is no older than.

        Args:
            subject: what the socket follows, None for everything.
            last: the id of the newest message known.
        """
        async with self._lock:
            kept = self._kept.get(subject)
            if kept is None or time.monotonic() - kept.made > FRESH_SECONDS:
                # The id is taken first: what is published is committed, so the rows read next are no older.
                at = last()
                state = await database_sync_to_async(registry.snapshot)(subject)
                kept = self._kept[subject] = _Kept(time.monotonic(), at, dumps(state)[1:])
            self._kept.move_to_end(subject)
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
