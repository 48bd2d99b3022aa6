"""``celery worker --alone``: the only process of a portal that does anything in the background.

It takes the tasks, and beside them, in threads, sends those of the clock and runs all loops. A portal of many
processes has one for each instead: Celery's beat, and ``manage.py run_loops``.
"""

from __future__ import annotations

from typing import Any

import click
from celery import bootsteps
from celery.beat import EmbeddedService

from core.queue import loops
from core.queue.clock import Clock

STOP_SECONDS = 4.0  # less than the supervisor waits

OPTION = click.Option(("--alone",), is_flag=True, help="Be the clock too, and run all loops.")


class Alone(bootsteps.StartStopStep):
    """Starts the clock and the loops if the worker was started with ``--alone``."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, worker: Any, alone: bool = False, **options: Any) -> None:
        super().__init__(worker, **options)
        self.enabled = alone
        self._loops: list[loops.Loop] = []
        self._clock: Any = None

    def start(self, worker: Any) -> None:
        """Begin."""
        self._clock = EmbeddedService(worker.app, thread=True, scheduler_cls=Clock)
        self._clock.start()
        self._loops = [loops.Loop(name) for name in loops.names()]
        for loop in self._loops:
            loop.start()

    def stop(self, worker: Any) -> None:
        """End, the turns that run included."""
        if self._clock is not None:
            self._clock.stop()
        for loop in self._loops:
            loop.stop(STOP_SECONDS)

    def terminate(self, parent: Any) -> None:
        """The same for a worker that is told to end at once."""
        self.stop(parent)
