"""Unix seconds as the chain counts them, and datetimes as the database keeps them."""

from __future__ import annotations

from datetime import UTC, datetime

MAX_UINT48 = 2**48 - 1  # what a contract writes for "without an end"
_LAST = 253_402_300_799  # 9999-12-31T23:59:59Z, the last second that a datetime can say


def moment(seconds: int) -> datetime | None:
    """The aware datetime, in UTC, of Unix ``seconds``.

    None for 0 (never) and for what lies beyond the year 9999: contracts write ``type(uint48).max`` for
    "without an end", and a caller may give any other time that no calendar holds.
    """
    if seconds <= 0 or seconds > _LAST:
        return None
    return datetime.fromtimestamp(seconds, UTC)
