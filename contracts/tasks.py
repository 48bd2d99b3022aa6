"""What runs by the clock: reading the chain, recounting the mirror, sending what people signed."""

from __future__ import annotations

import logging

from celery import shared_task

from contracts import services
from contracts.errors import ChainError
from contracts.relayer import run
from core.db.transactions import DatabaseBusy
from core.queue.tasks import Tick

logger = logging.getLogger(__name__)


@shared_task(base=Tick, name="contracts.tasks.sync_chain")
def sync_chain() -> None:
    """Read on to the head of the chain. Every second; a second worker finds the lock held and leaves."""
    try:
        services.sync_chain()
    except ChainError as error:
        # Noted as the cursor's alarm and logged there, once; the next second tries again.
        logger.debug("the chain wasn't read: %s", error)


@shared_task(base=Tick, name="contracts.tasks.recount")
def recount() -> None:
    """Recount the mirror against the node. Every few minutes; two at once do no harm."""
    try:
        services.recount()
    except ChainError as error:
        logger.warning("the mirror wasn't recounted: %s", error)


@shared_task(base=Tick, name="contracts.tasks.relay_acts")
def relay_acts() -> None:
    """Carry signed acts to the chain. Every second; a second worker finds the lock held and leaves."""
    try:
        run.relay_acts()
    except (ChainError, DatabaseBusy) as error:
        logger.warning("acts wait: %s", error)
