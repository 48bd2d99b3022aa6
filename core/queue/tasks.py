"""What tasks are made of: how often they are tried, and where they end if that didn't help.

Two kinds. A **tick** is sent by the clock and worthless when late: the next one is its second try
(``@shared_task(base=Tick)``). Every other task is **work**, asked for once: it is tried again after pauses
that grow, and becomes a dead letter when that is over.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from celery import Task
from celery.exceptions import Ignore, Reject, Retry
from celery.utils.time import get_exponential_backoff_interval

from core.errors import DomainError
from core.outages import is_outage
from core.queue import deadletters

logger = logging.getLogger(__name__)

if TYPE_CHECKING:
    _Task = Task[..., Any]
else:
    _Task = Task

TRIES = 9
LONGEST_PAUSE_SECONDS = 300


class PortalTask(_Task):
    """Work: every failure but a refusal by our own rules may pass, so it is tried again."""

    max_retries = TRIES - 1

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run once; a failure that may pass sends the task again, to be run after a pause.

        The pauses are 1, 2, 4 … seconds, at most ``LONGEST_PAUSE_SECONDS``, each cut at random: what failed
        together must not come back together.
        """
        try:
            return self.run(*args, **kwargs)
        except (Ignore, Reject, Retry):
            raise
        except Exception as error:
            if not may_pass(error):
                raise
            pause = get_exponential_backoff_interval(
                factor=1, retries=self.request.retries, maximum=LONGEST_PAUSE_SECONDS, full_jitter=True
            )
            # In whole seconds, as native delayed delivery counts; none at all would be no pause.
            raise self.retry(exc=error, countdown=max(1, pause)) from error

    def on_failure(
        self, exc: Exception, task_id: str, args: tuple[Any, ...], kwargs: dict[str, Any], einfo: Any
    ) -> None:
        """It failed for good."""
        deadletters.bury(self, exc)


class Tick(_Task):
    """A task of the clock's. Neither tried again nor kept: the clock sends the next one."""

    max_retries = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run; while the database or Redis is away, say so in a line."""
        try:
            return self.run(*args, **kwargs)
        except Exception as error:
            if not is_outage(error):
                raise
            logger.warning("%s waits for the next tick: %s", self.name, error)


def may_pass(error: Exception) -> bool:
    """Whether the same task may succeed later: not if our own rules refuse it."""
    if isinstance(error, DomainError):
        return bool(getattr(error, "retry", error.status >= 500))
    return True
