"""Reading what a machine that nobody here answers for sends: so much of it, for so long."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

_PIECE_BYTES = 256 * 1024


class TooLong(Exception):
    """The answer has more bytes than may be read."""


class TooSlow(Exception):
    """The answer hasn't ended in time."""


def drain(response: Any, *, limit: int, until: float) -> bytes:
    """The body of a urllib3 response that was asked for with ``preload_content=False``.

    A read timeout alone lets a server send a byte now and then for ever.

    Args:
        response: the response; its connection is given back once all is read, and closed otherwise.
        limit: the most bytes to read.
        until: when it must have ended, by ``time.monotonic``.

    Raises:
        TooLong, TooSlow: see each.
        urllib3.exceptions.HTTPError: for what breaks on the way.
    """
    parts: list[bytes] = []
    left = limit
    try:
        while piece := response.read1(_PIECE_BYTES):
            left -= len(piece)
            if left < 0:
                raise TooLong
            if time.monotonic() > until:
                raise TooSlow
            parts.append(piece)
    except BaseException:
        response.close()
        raise
    response.release_conn()
    return b"".join(parts)


def retry_after(response: Any, *, most: float = 300) -> float | None:
    """The seconds that ``Retry-After`` asks to wait (RFC 9110, 10.2.3), at most ``most``; None without it."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), most)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - datetime.now(UTC)).total_seconds(), 0.0), most)
