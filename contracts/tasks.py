"""What runs by the clock: recounting the mirror."""

from __future__ import annotations

import logging

from celery import shared_task

from contracts import services
from contracts.errors import ChainError
from core.queue.tasks import Tick

logger = logging.getLogger(__name__)


@shared_task(base=Tick, name="contracts.tasks.recount")
def recount() -> None:
    """Recount the mirror against the node. Every few minutes; two at once do no harm."""
    try:
        services.recount()
    except ChainError as error:
        logger.warning("the mirror wasn't recounted: %s", error)
