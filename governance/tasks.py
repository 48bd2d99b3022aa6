"""What runs by the clock: the files of the record are kept where they should be."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from core.queue.tasks import Tick
from governance.proposals.services.content import repin

logger = logging.getLogger(__name__)

NEW = timedelta(days=1)


@shared_task(base=Tick, name="governance.tasks.repin_new")
def repin_new() -> None:
    """Fetch and pin the texts of the last day. Every ten minutes; two at once do no harm."""
    _repin(since=timezone.now() - NEW)


@shared_task(base=Tick, name="governance.tasks.repin_all")
def repin_all() -> None:
    """Fetch and pin everything that the record refers to. Every night; two at once do no harm."""
    _repin(since=None)


def _repin(since: datetime | None) -> None:
    if not (settings.IPFS_API_URL or settings.IPFS_GATEWAY_URLS or settings.PINNING_SERVICE_URL):
        return
    report = repin(since=since)
    if not report.whole:
        missing, some = len(report.missing), report.missing[:20]
        logger.warning("%d of %d files are nowhere: %s", missing, report.files, some)
