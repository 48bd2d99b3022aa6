"""When to tell the live stream, and when history is only being read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from core.live import stream
from core.live.stream import Message

FRESH = timedelta(minutes=2)


def fresh_from() -> datetime:
    """Blocks older than this are history: a backfill of a month must not flood whoever watches now."""
    return timezone.now() - FRESH


def publish_on_commit(messages: Sequence[Message]) -> None:
    """Publish ``messages``, in order, once the transaction has committed."""
    if messages:
        transaction.on_commit(partial(stream.publish, list(messages)))
