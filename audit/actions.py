"""What an audit entry can say was done: a code that never changes and the words an officer reads."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Action(models.TextChoices):
    """The acts of the portal's own rooms; an app above may write codes of its own, shown as they are."""

    SIGNED_IN = "officer.signed-in", _("Signed in")
    SIGNED_OUT = "officer.signed-out", _("Signed out")
    ROW_ADDED = "row.added", _("Added a record")
    ROW_CHANGED = "row.changed", _("Changed a record")
    ROW_DELETED = "row.deleted", _("Deleted a record")
    LIST_EXPORTED = "list.exported", _("Exported a list")
    VOTE_OPENING_SIGNED = "vote.opening-signed", _("Signed to open a vote")
    CANCELLATION_SIGNED = "cancellation.signed", _("Signed to cancel a proposal")
    PAUSE_CALL_TAKEN = "pause.call-taken", _("Took the call that pauses voting")
    EXTENSION_CALL_TAKEN = "pause-extension.call-taken", _("Took the call that extends a pause")
    LIFT_CALL_TAKEN = "pause-end.call-taken", _("Took the call that ends a pause")
    PAUSE_WITHDRAWAL_CALL_TAKEN = (
        "pause-request.withdrawal-call-taken",
        _("Took the call that takes a request about a pause back"),
    )
    OBJECTION_CALL_TAKEN = (
        "officer-change.objection-call-taken",
        _("Took the call that objects to a change of officers"),
    )
    REASON_ERASURE_ASKED = "reason.erasure-asked", _("Asked to erase the words of a ballot")
    REASON_ERASURE_WITHDRAWN = (
        "reason.erasure-withdrawn",
        _("Took back the request to erase the words of a ballot"),
    )
    REASON_ERASED = "reason.erased", _("Erased the words of a ballot")
    PROFILE_SIGNED = "profile.signed", _("Changed what they show of themselves")
    TASK_SENT_AGAIN = "task.sent-again", _("Sent a failed task again")
    TASK_DISCARDED = "task.discarded", _("Discarded a failed task")
    TASK_LEFT = "task.left", _("Could not do it: the failed task stayed as it was")
    COMMAND_STARTED = "command.started", _("Started a command")
    COMMAND_FINISHED = "command.finished", _("Finished a command")
    COMMAND_FAILED = "command.failed", _("A command failed")


def words(action: str) -> str:
    """The words for an action's code; the code itself if an app above brought it."""
    try:
        return str(Action(action).label)
    except ValueError:
        return action
