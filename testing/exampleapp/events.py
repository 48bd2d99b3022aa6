"""One class for each event that is read: what happened on chain, with its place in the chain.

Written by ``make events`` from events.toml and the compiled ABI. Integers are as Solidity has them:
tokens in base units, times in Unix seconds.
"""

from __future__ import annotations

from typing import Final

from contracts.decoded import Decoded, event

# --- TestPledges ---


@event("TestPledges", "Pledged(uint256 indexed causeId,address indexed helper,uint32 hours_)")
class Pledged(Decoded):
    """Somebody will give a cause some hours of work."""

    cause_id: int
    helper: str
    hours: int


# What each contract says of it.
TEST_PLEDGES: Final = (Pledged,)
