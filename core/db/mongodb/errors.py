"""The driver's errors as Django's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bson.errors import BSONError
from django.db import DatabaseError, DataError, IntegrityError, OperationalError
from pymongo.errors import BulkWriteError, ConnectionFailure, OperationFailure, PyMongoError

from core import outages

DUPLICATE_KEY, FAILED_VALIDATION = 11000, 121
GAVE_WAY = "TransientTransactionError"
UNKNOWN_RESULT = "UnknownTransactionCommitResult"
_REFUSALS = frozenset({DUPLICATE_KEY, FAILED_VALIDATION})

RAISED = (PyMongoError, BSONError)

outages.register(ConnectionFailure)


@contextmanager
def django_errors() -> Iterator[None]:
    """Errors of the driver become Django's; for what happens outside of any transaction."""
    try:
        yield
    except RAISED as error:
        raise as_django(error) from error


def as_django(error: Exception) -> DatabaseError:
    """The error that Django's other engines would raise; raise it ``from error``."""
    text = str(error)
    if isinstance(error, BulkWriteError):
        faults = error.details.get("writeErrors") or []
        text = "; ".join(str(fault.get("errmsg")) for fault in faults[:3]) or text
        refused = bool(faults) and all(fault.get("code") in _REFUSALS for fault in faults)
        return IntegrityError(text) if refused else DatabaseError(text)
    if isinstance(error, OperationFailure) and error.code in _REFUSALS:
        return IntegrityError(text)
    if isinstance(error, BSONError):
        return DataError(text)
    if isinstance(error, ConnectionFailure):
        return OperationalError(text)
    return DatabaseError(text)


def gave_way(error: Exception) -> bool:
    """Whether the server ended the transaction in favour of another: nothing of it happened."""
    return isinstance(error, PyMongoError) and error.has_error_label(GAVE_WAY)
