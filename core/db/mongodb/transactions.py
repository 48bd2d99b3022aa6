"""Django's ``transaction.atomic`` as a transaction of MongoDB.

Where other databases let a second writer of a row wait, MongoDB ends its transaction with a *write conflict*.
If that happens to a transaction's first operation, nothing was lost: it is begun again here, some times.
Later it is an error which says that the whole may be done again: see ``core.db.transactions``.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import TransactionManagementError
from pymongo import ReadPreference, WriteConcern
from pymongo.client_session import ClientSession
from pymongo.errors import PyMongoError
from pymongo.read_concern import ReadConcern

from core.db.mongodb.errors import RAISED, UNKNOWN_RESULT, as_django, gave_way

T = TypeVar("T")

ATTEMPTS = 30
LONGEST_PAUSE = 0.1  # seconds


def pauses() -> Iterator[float]:
    """Seconds to wait before each further attempt: longer and longer, never in step with the other writer."""
    for attempt in range(ATTEMPTS):
        yield random.uniform(0, min(0.002 * 2**attempt, LONGEST_PAUSE))  # noqa: S311 - no secret


class Transactions(BaseDatabaseWrapper):
    """A connection's transactions; every operation goes through :meth:`perform`."""

    session: ClientSession | None
    _untouched = True

    set_autocommit = BaseDatabaseWrapper.set_autocommit
    on_commit = BaseDatabaseWrapper.on_commit

    def perform(self, what: str, operation: Callable[[], T]) -> T:
        """Run one operation of the driver in the current transaction, if there is one.

        Args:
            what: verb and collection, which ``connection.execute_wrapper`` is told in place of SQL.
            operation: the call.

        Raises:
            DatabaseError: what the server said, as Django's other engines would; within ``atomic`` the
                transaction is over then.
            TransactionManagementError: after such an error, until the block ends.
        """

        def run(*_arguments: Any) -> T:
            return self.guard(operation)

        wrapped: Callable[..., T] = run
        for wrapper in reversed(self.execute_wrappers):
            wrapped = partial(wrapper, wrapped)
        return wrapped(what, None, False, {"connection": self, "cursor": None})

    def guard(self, operation: Callable[[], T]) -> T:
        """Run a call of the driver; raises as :meth:`perform`."""
        self.validate_no_broken_transaction()
        waits = pauses() if self.session is not None and self._untouched else iter(())
        while True:
            try:
                result = operation()
            except RAISED as error:
                wait = next(waits, None) if gave_way(error) else None
                if wait is None:
                    self.needs_rollback = self.needs_rollback or self.in_atomic_block
                    raise as_django(error) from error
                time.sleep(wait)
                self._abort()
                self._start()
            else:
                self._untouched = False
                return result

    def _set_autocommit(self, autocommit: bool) -> None:
        if autocommit:
            self._end_session()
            return
        if self.session is not None:
            raise TransactionManagementError("a snapshot is for reading alone")
        self.session = self.connection.start_session()
        self._start()

    def _start(self) -> None:
        session: Any = self.session
        session.start_transaction(
            read_concern=ReadConcern("snapshot"),
            write_concern=WriteConcern("majority"),
            read_preference=ReadPreference.PRIMARY,
        )
        self._untouched = True

    def _commit(self) -> None:
        if self.session is None:
            return
        waits = pauses()
        while True:
            try:
                self.session.commit_transaction()
            except PyMongoError as error:
                # Asking again is harmless: a transaction is committed once.
                wait = next(waits, None) if error.has_error_label(UNKNOWN_RESULT) else None
                if wait is None:
                    raise as_django(error) from error
                time.sleep(wait)
            else:
                return

    def _rollback(self) -> None:
        self._abort()

    def _abort(self) -> None:
        if self.session is not None and self.session.in_transaction:
            self.session.abort_transaction()

    def _end_session(self) -> None:
        session, self.session = self.session, None
        if session is not None:
            session.end_session()  # aborts what was not committed
