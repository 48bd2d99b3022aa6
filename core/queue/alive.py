"""A file whose age tells that a process without an address still turns: ``settings.ALIVE_FILE``.

What asks is ``deploy/healthcheck.py``. It says nothing of broker or database: a process is not started again
because those are away.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from celery import bootsteps
from django.conf import settings

EVERY_SECONDS = 5.0


def touch() -> None:
    """Make the file new; nothing if none is configured."""
    if settings.ALIVE_FILE:
        Path(settings.ALIVE_FILE).touch()


class Alive(bootsteps.StartStopStep):
    """Has a worker's own timer do that, from before it has found its broker."""

    requires = ("celery.worker.components:Timer",)

    def start(self, worker: Any) -> None:
        """Begin."""
        touch()
        worker.timer.call_repeatedly(EVERY_SECONDS, touch)
