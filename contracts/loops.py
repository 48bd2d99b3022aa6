"""The chain's loops: reading new blocks, telling what was decided in them, carrying what people signed."""

from __future__ import annotations

import logging
import time

from contracts import facts, services
from contracts.client.rpc import Header
from contracts.errors import ChainError
from contracts.relayer import run
from core.db.transactions import DatabaseBusy
from core.queue import loops

logger = logging.getLogger(__name__)

INDEXER, EVENTS, RELAYER = "indexer", "events", "relayer"

LOOK_SECONDS = 1.0  # between two looks at the newest block, or at acts under way
REST_SECONDS = 10.0  # without a new block or act


class Reading:
    """Reads on when the node has a new block. Otherwise it asks that one question each second."""

    def __init__(self) -> None:
        self._read_to: Header | None = None
        self._read_at = 0.0

    def turn(self) -> float:
        """Look, and read; the other loops hear of what was read."""
        try:
            newest = services.newest_block()
            if newest == self._read_to and time.monotonic() - self._read_at < REST_SECONDS:
                return LOOK_SECONDS
            progress = services.sync_chain()
        except ChainError as error:
            # Noted as the cursor's alarm and logged there, once; the next second tries again.
            logger.debug("the chain wasn't read: %s", error)
            self._read_to = None
            return LOOK_SECONDS
        except Exception:
            self._read_to = None
            raise
        if progress is None:  # another worker is at it; should it die, the next second finds out
            self._read_to = None
            return LOOK_SECONDS
        if newest != self._read_to:
            loops.wake(RELAYER)
            loops.wake(EVENTS)
        self._read_to, self._read_at = (newest, time.monotonic()) if progress.caught_up else (None, 0.0)
        return LOOK_SECONDS if progress.caught_up else 0.0


loops.register(INDEXER)(Reading().turn)


@loops.register(EVENTS)
def tell_events() -> float:
    """Tell the subscribers of domain events when a block was read, and those that failed again."""
    facts.tell_subscribers()
    return REST_SECONDS


@loops.register(RELAYER)
def relay() -> float:
    """A round of the relayer, each second while acts are under way; the indexer hears of what was sent."""
    try:
        done = run.relay_acts()
    except (ChainError, DatabaseBusy) as error:
        logger.warning("acts wait: %s", error)
        return LOOK_SECONDS
    if done is not None and done.sent:
        loops.wake(INDEXER)
    return LOOK_SECONDS if run.under_way() else REST_SECONDS
