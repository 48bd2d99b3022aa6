"""What can stand in the way of two officers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class AlreadyDone(DomainError):
    """Nothing is left to decide about the row."""

    code = "already-done"
    status = 409
    message = _("This was done already.")


class AlreadyAsked(DomainError):
    """A request of the kind about the same row is open."""

    code = "already-asked"
    status = 409
    message = _("Somebody asked for this already; a second officer carries it out.")


class SecondOfficerNeeded(DomainError):
    """The same person wants to ask and to agree."""

    code = "second-officer-needed"
    status = 409
    message = _("Whoever asked can’t carry it out as well: another officer does.")


class NotTheirs(DomainError):
    """Somebody else's request was to be taken back."""

    code = "not-your-request"
    status = 403
    message = _("Only the officer who asked can take the request back.")


class RoleNeeded(DomainError):
    """The account holds none of the roles that may decide this now."""

    code = "role-needed"
    status = 403
    message = _("Your role doesn’t cover this now.")


class ApprovalClosed(DomainError):
    """The request was agreed to, taken back, lapsed or was overtaken."""

    code = "approval-closed"
    status = 409
    message = _("This request is not open any more.")
