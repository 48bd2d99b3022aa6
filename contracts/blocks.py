"""What handlers and hooks are told of blocks: the newest that was read, and what a reorganisation took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.subjects import Subject


@dataclass(frozen=True, slots=True)
class BlockHead:
    """A block as the head of what was read. ``timestamp`` is aware, in UTC."""

    number: int
    hash: str
    timestamp: datetime


@dataclass(frozen=True, slots=True)
class RemovedEvent:
    """An event that a reorganisation took away, as the mirror had it. ``data`` is :meth:`Decoded.as_json`."""

    position: int
    event_name: str
    subject: Subject | None
    data: dict[str, Any]
