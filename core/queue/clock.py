"""The clock: a Celery application that only sends.

It knows the schedule and the broker and loads no Django app: it is up in half a second and takes little
memory. The tasks themselves run in the workers, whose application is ``daoportal.celery``.
"""

from __future__ import annotations

import logging
import time
from typing import Any

import redis
from celery import Celery
from celery.beat import Scheduler

from core.queue import pulse
from core.queue.alive import touch

logger = logging.getLogger(__name__)

EVERY_SECONDS = 5.0


class Clock(Scheduler):
    """Keeps no schedule on disk, all of it being due within minutes anyway; leaves signs of life."""

    _shown = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; answers how many seconds to sleep."""
        wait: float = super().tick(*args, **kwargs)
        if time.monotonic() - self._shown >= EVERY_SECONDS:
            self._shown = time.monotonic()
            touch()
            try:
                pulse.beat(pulse.CLOCK)
            except redis.exceptions.RedisError as error:
                logger.warning("no sign of life left: %s", error)
        return wait


app = Celery("daoportal", fixups=[])
# Read now: the `celery` program can import what lies in its folder only while it loads this module.
app.config_from_object("django.conf:settings", namespace="CELERY", force=True)
