"""The parts that belong to no app: database, Valkey, broker, content store, tasks."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db import connection as database
from kombu import Connection

from core.health.registry import PATIENCE_SECONDS, SERVING, Finding, part
from core.queue import loops
from core.queue.pulse import CLOCK, ages, impatient

MISSED_PULSES = 3  # one may fall victim to a deployment, two to a busy queue


@part("database", source="database", needed_by=SERVING)
def database_answers() -> Finding:
    """A new connection each time: that is what fails first when a server is full or stopped."""
    database.ensure_connection()
    return Finding() if database.is_usable() else Finding("failing", "no answer to a question")


@part("cache", source="cache")
def cache_answers() -> Finding:
    """Valkey or Redis: cache, locks, limits, live stream. Pages answer without it, so nobody is sent away."""
    impatient(settings.REDIS_URL).ping()
    return Finding()


@part("tasks", source="cache")
def tasks_run() -> Finding:
    """Whether the clock ticks, each queue is worked off, and each loop turns."""
    heard = ages([CLOCK, *(queue.name for queue in settings.CELERY_TASK_QUEUES), *loops.names()])
    longest = MISSED_PULSES * settings.PULSE_SECONDS
    silent = [name for name, age in heard.items() if age is None or age > longest]
    facts = {f"{name}Seconds": None if age is None else round(age, 1) for name, age in heard.items()}
    if silent:
        return Finding("failing", f"not heard of: {', '.join(silent)}", facts)
    return Finding(facts=facts)


# A connection to a broker costs it far more than a question on one that stands.
@part("broker", source="broker", kept_seconds=10)
def broker_answers() -> Finding:
    """The task queue, over AMQP or Redis."""
    url = settings.CELERY_BROKER_URL
    if url.partition(":")[0] in {"redis", "rediss", "unix"}:
        impatient(url).ping()
        return Finding()
    waiting = {"read_timeout": PATIENCE_SECONDS, "write_timeout": PATIENCE_SECONDS}
    options = waiting if url.startswith("amqp") else {}
    with Connection(url, connect_timeout=PATIENCE_SECONDS, transport_options=options) as broker:
        broker.connect()
    return Finding()


@part("content", source="content")
def content_is_kept() -> Finding:
    """The folder of proposal texts can be read and written."""
    folder = Path(settings.CONTENT_ROOT)
    if not folder.is_dir():
        return Finding("failing", "there is no such folder")
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Finding("failing", "the folder can't be written")
    return Finding()
