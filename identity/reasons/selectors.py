"""Reads of the public words behind the hashes of reasons."""

from __future__ import annotations

from collections.abc import Iterable

from core.db.chunks import chunks
from identity.reasons.models import Reason


def reason_text(reason_hash: str | None) -> str:
    """The words behind a hash; empty if there is none, or if its words were never given to this portal."""
    return reason_texts([reason_hash]).get(reason_hash.lower(), "") if reason_hash else ""


def reason_texts(hashes: Iterable[str | None]) -> dict[str, str]:
    """The words behind each of ``hashes`` (any case) that are known here; keys lower case."""
    found: dict[str, str] = {}
    for chunk in chunks(hashes):
        rows = Reason.objects.filter(reason_hash__in=chunk)
        found.update(rows.values_list("reason_hash", "text"))
    return found
