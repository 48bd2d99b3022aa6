"""The pulse: a task that each queue is sent by the clock and whose only effect is to have been done."""

from __future__ import annotations

from celery import shared_task

from core.queue import pulse
from core.queue.tasks import Tick


@shared_task(base=Tick, name="core.tasks.leave_pulse")
def leave_pulse(queue: str) -> None:
    """Note that ``queue`` is worked off: the clock, the broker, a worker and Valkey all did their part."""
    pulse.beat(queue)
