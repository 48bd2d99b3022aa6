"""Who may give the vote away: the code of what stands in the way, or None."""

from __future__ import annotations


def why_not_delegate(*, taking_back: bool, citizen: bool, is_delegate: bool) -> str | None:
    """What keeps a person from giving the vote to a delegate; taking it back is always possible."""
    if taking_back:
        return None
    if not citizen:
        return "not-a-citizen"
    return None if is_delegate else "not-a-delegate"
