"""The heads file: each entry's number and hash, kept beside the database and not in it.

A chain of hashes shows a changed, missing or swapped entry, but not an end that was cut off, nor a chain that
was written anew from some entry on. So every committed entry is noted once more: in the log stream, which in
production leaves the machine, and in ``PORTAL_HOME/audit/heads.log``, append-only, one line ``number hash``.
Whoever holds the database alone can't rewrite that. Whoever holds the whole machine can: against them only a
copy elsewhere helps.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

from django.conf import settings

logger = logging.getLogger("audit")

_LINE = 20 + 1 + 66  # digits of a 64-bit number, a space, 0x and 64 hex digits


def heads_path() -> Path:
    """Where the heads are kept."""
    return Path(settings.PORTAL_HOME) / "audit" / "heads.log"


def note(sequence: int, digest: str) -> None:
    """Append one head. A full or read-only disk costs the note, never the entry: that is committed."""
    facts = {"audit_sequence": sequence, "audit_hash": digest}
    logger.info("audit head %d %s", sequence, digest, extra=facts)
    path = heads_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # One short write to a file opened for appending is not torn by another process's.
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, f"{sequence} {digest}\n".encode())
        finally:
            os.close(descriptor)
    except OSError as error:
        logger.error("the audit head %d was not noted in %s: %s", sequence, path, error)


def noted() -> dict[int, list[str]]:
    """The hashes noted for each entry (more than one if its place was written twice); empty without a file.

    A line that is no head (a torn write, an editor's hand) counts as no note.
    """
    heads: dict[int, list[str]] = {}
    try:
        with heads_path().open(encoding="ascii", errors="replace") as file:
            for line in file:
                number, _, digest = line.strip().partition(" ")
                if number.isdecimal() and len(line) <= _LINE + 1 and len(digest) == 66:
                    hashes = heads.setdefault(int(number), [])
                    if digest not in hashes:
                        hashes.append(digest)
    except FileNotFoundError:
        return {}
    return heads
