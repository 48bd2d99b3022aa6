"""The time by which roles and units hold."""

from __future__ import annotations

from datetime import datetime

from contracts import selectors as chain


def now() -> datetime:
    """The chain's time: the newest indexed block's; before the first block, the clock's."""
    return chain.chain_now()
