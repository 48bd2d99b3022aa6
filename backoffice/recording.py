"""The way from the officers' site into the audit log, which stands above and registers itself.

Without a recorder nothing can be done here: no act of an officer goes unrecorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

ROW_ADDED = "row.added"
ROW_CHANGED = "row.changed"
ROW_DELETED = "row.deleted"
LIST_EXPORTED = "list.exported"
TASK_SENT_AGAIN = "task.sent-again"
TASK_DISCARDED = "task.discarded"
TASK_LEFT = "task.left"

# What the record calls them.
ACTIONS: Mapping[str, StrOrPromise] = {
    ROW_ADDED: _("Added a record"),
    ROW_CHANGED: _("Changed a record"),
    ROW_DELETED: _("Deleted a record"),
    LIST_EXPORTED: _("Exported a list"),
    TASK_SENT_AGAIN: _("Sent a failed task again"),
    TASK_DISCARDED: _("Discarded a failed task"),
    TASK_LEFT: _("Could not do it: the failed task stayed as it was"),
}


class Recorder(Protocol):
    """Writes one entry in the transaction of the act."""

    def __call__(
        self, *, action: str, user: Any, target: Model | str, details: Mapping[str, Any]
    ) -> object: ...


_recorder: Recorder | None = None


def register_recorder(recorder: Recorder) -> None:
    """Say who keeps the record; one app can."""
    global _recorder
    if _recorder is not None:
        raise ValueError("the officers' site has a recorder already")
    _recorder = recorder


def record(*, action: str, user: Any, target: Model | str, details: Mapping[str, Any] | None = None) -> None:
    """Write down what an officer did.

    Args:
        action: a code that is registered with the record, such as those above.
        user: whose account did it.
        target: a row, or the name of what it was done to.
        details: further facts, without personal data: the log is public for ever.

    Raises:
        LookupError: if no app keeps a record.
    """
    if _recorder is None:
        raise LookupError("no app has registered a recorder")
    _recorder(action=action, user=user, target=target, details=details or {})
