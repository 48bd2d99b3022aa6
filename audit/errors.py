"""What can go wrong when the log is written."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class AuditBusyError(DomainError):
    """Too many writers at once; the act that was to be recorded must not happen unrecorded."""

    code = "audit-busy"
    status = 503
    message = _("The audit log could not be written just now. Nothing was done; please try again.")
