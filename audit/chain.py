"""The audit log as arithmetic: what is hashed, in which form, and what follows what. No database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.functional import Promise

from core.canonical import canonical_json

GENESIS = "0x" + "00" * 32
"""The hash "before" the first entry."""

_EXACT_INTEGER = 2**53  # larger integers change on their way through other people's JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Every field of an audit entry except its own hash. ``timestamp`` is aware and whole in milliseconds."""

    sequence: int
    action: str
    actor: str
    target: str
    details: dict[str, Any]
    transaction_hash: str | None
    block_number: int | None
    timestamp: datetime
    previous_hash: str


def document(entry: Entry) -> dict[str, Any]:
    """The JSON document whose hash seals the entry; the same that the public log shows.

    Raises:
        ValueError: for a time finer than a millisecond, which was never sealed.
    """
    if entry.timestamp.microsecond % 1000:
        raise ValueError("an entry's time is whole in milliseconds")
    return {
        "sequence": entry.sequence,
        "action": entry.action,
        "actor": entry.actor,
        "target": entry.target,
        "details": entry.details,
        "transactionHash": entry.transaction_hash,
        "blockNumber": entry.block_number,
        "timestamp": timestamp_text(entry.timestamp),
        "previousHash": entry.previous_hash,
    }


def hash_of(entry: Entry) -> str:
    """sha2-256 (FIPS 180-4) over the canonical JSON of :func:`document`, as 0x-hex."""
    return "0x" + hashlib.sha256(canonical_json(document(entry))).hexdigest()


def timestamp_text(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, as in ``2026-11-24T08:40:00.123Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_milliseconds(moment: datetime) -> datetime:
    """Cut to what every database keeps (MongoDB stores milliseconds), before anything is hashed."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def plain(value: Any) -> Any:
    """The value as plain JSON that has one spelling: no floats, no big integers, no lazy text.

    Raises:
        TypeError: for a float, whose spelling is nobody's, and for anything else JSON has no form for.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _EXACT_INTEGER else str(value)
    if isinstance(value, str | Promise | UUID | Decimal):
        return str(value).replace("\x00", "\N{REPLACEMENT CHARACTER}")  # PostgreSQL keeps no NUL in text
    if isinstance(value, datetime):
        return timestamp_text(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = [plain(item) for item in value]
        return sorted(items, key=repr) if isinstance(value, set | frozenset) else items
    raise TypeError(f"an audit entry can't hold a {type(value).__name__}")
