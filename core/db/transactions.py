"""Transactions that may have to be done again.

Two writers of one row: SQLite and PostgreSQL let the second one wait, MongoDB ends its transaction, and so
does PostgreSQL where both wait for each other. Nothing of an ended transaction happened, so its writes are
done again from the start, reads included. Who writes so must not keep in Python what a first attempt found.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 40
LONGEST_PAUSE = 0.25  # seconds; all together some 8 s
_SERIALIZATION_FAILURE, _DEADLOCK = "40001", "40P01"  # PostgreSQL, appendix A


class DatabaseBusy(DomainError):
    """Other writers were always faster."""

    code = "database-busy"
    status = 503
    message: Any = _("Too many people are writing this just now. Nothing was done; please try again.")


def atomic_with_retry(work: Callable[P, T]) -> Callable[P, T]:
    """Decorator: run ``work`` in one transaction, or its caller's; see :func:`retry_on_conflict`."""

    @wraps(work)
    def in_one(*args: P.args, **kwargs: P.kwargs) -> T:
        with transaction.atomic():
            return work(*args, **kwargs)

    return retry_on_conflict(in_one)


def retry_on_conflict(work: Callable[P, T]) -> Callable[P, T]:
    """Decorator: run ``work`` again from the start when its transaction was ended in favour of another.

    Within a caller's transaction it is the caller who begins again: nothing less is left of it.

    Raises:
        DatabaseBusy: after many attempts.
    """

    @wraps(work)
    def until_through(*args: P.args, **kwargs: P.kwargs) -> T:
        if transaction.get_connection().in_atomic_block:
            return work(*args, **kwargs)
        for attempt in range(ATTEMPTS):
            try:
                return work(*args, **kwargs)
            except DatabaseError as error:
                if not gave_way(error):
                    raise
            time.sleep(random.uniform(0, min(0.002 * 2**attempt, LONGEST_PAUSE)))  # noqa: S311 - no secret
        raise DatabaseBusy

    return until_through


def most_rows() -> int | None:
    """How many rows one transaction may well write; None where there is no such number.

    MongoDB ends a transaction after a minute (``transactionLifetimeLimitSeconds``) and keeps it in memory.
    """
    return 20_000 if transaction.get_connection().vendor == "mongodb" else None


def gave_way(error: BaseException | None) -> bool:
    """Whether ``error``, or what it came from, says that the transaction was ended for another's sake."""
    while error is not None:
        labelled = getattr(error, "has_error_label", None)  # the MongoDB driver's
        if labelled is not None and labelled("TransientTransactionError"):
            return True
        if getattr(error, "sqlstate", None) in (_SERIALIZATION_FAILURE, _DEADLOCK):
            return True
        error = error.__cause__
    return False
