"""The newest messages in memory: a late or returning client gets what it missed without asking Valkey."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from core.live.filters import Filter
from core.live.stream import KEPT


@dataclass(frozen=True, slots=True)
class Frame:
    """A message as it goes over the wire, with what decides who hears it."""

    id: int
    event: str
    subject: str
    text: str


class History:
    """A run of frames whose ids grow by one. A hole means that messages were lost, and starts it anew."""

    def __init__(self, *, kept: int = KEPT, last: int = 0) -> None:
        self._frames: deque[Frame] = deque(maxlen=kept)
        self.last = last

    def add(self, frame: Frame) -> bool:
        """Append ``frame``; answers whether it follows on from the one before."""
        unbroken = frame.id == self.last + 1
        if not unbroken:
            self._frames.clear()
        self._frames.append(frame)
        self.last = frame.id
        return unbroken

    def reaches(self, since: int) -> bool:
        """Tell whether every message after ``since`` is here."""
        return self.last - len(self._frames) <= since <= self.last

    def after(self, since: int, wanted: Filter) -> Iterator[Frame]:
        """The frames after ``since`` that ``wanted`` lets through, oldest first."""
        skip = max(0, since - (self.last - len(self._frames)))
        for frame in islice(self._frames, skip, None):
            if wanted.wants(frame.event, frame.subject):
                yield frame
