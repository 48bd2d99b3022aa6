"""The portal's Celery application with tasks that a test of the broker needs: they fail, hang and kill.

They tell what they do in a list of Redis, ``labour``.
"""

from __future__ import annotations

import os
import signal

from core.db.locks import connection
from core.errors import DomainError
from daoportal.celery import app

HEARD = "labour"


class NotAllowedHere(DomainError):
    code = "not-allowed-here"
    status = 403


def tell(word: str) -> None:
    connection().rpush(HEARD, word)


@app.task(name="labour.note")
def note(word: str) -> None:
    """Do it."""
    tell(word)


@app.task(name="labour.kill")
def kill(number: int) -> None:
    """End the worker, as the kernel does when memory runs out."""
    tell("killing")
    os.kill(os.getpid(), signal.SIGKILL)


@app.task(name="labour.refuse")
def refuse(number: int, secret: str) -> None:
    """What our own rules refuse isn't tried again."""
    tell("refusing")
    raise NotAllowedHere(f"number {number}")


@app.task(name="labour.stumble", bind=True, max_retries=2)
def stumble(self: object, times: int) -> None:
    """Fail the first ``times`` times."""
    retries: int = self.request.retries  # type: ignore[attr-defined]
    tell(f"try {retries}")
    if retries < times:
        raise ConnectionError("no luck")


@app.task(name="labour.hold")
def hold() -> None:
    """Begin, and wait to be let go; done at most once, however often it begins."""
    tell("begun")
    if connection().blpop(["let go"], timeout=30):
        connection().hsetnx("labour:done", "hold", "1")
        tell("done")
