"""The driver's errors as Django's."""

from __future__ import annotations

from bson.errors import BSONError
from django.db import DatabaseError, DataError, IntegrityError, OperationalError
from pymongo.errors import BulkWriteError, ConnectionFailure, OperationFailure, PyMongoError

DUPLICATE_KEY, FAILED_VALIDATION = 11000, 121
GAVE_WAY = "TransientTransactionError"
UNKNOWN_RESULT = "UnknownTransactionCommitResult"
_REFUSALS = frozenset({DUPLICATE_KEY, FAILED_VALIDATION})

RAISED = (PyMongoError, BSONError)


def as_django(error: Exception) -> DatabaseError:
    """The error that Django's other engines would raise; raise it ``from error``."""
    text = str(error)
    if isinstance(error, BulkWriteError):
        faults = error.details.get("writeErrors") or []
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
