"""What can stand in the way of two officers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class AlreadyErased(DomainError):
    code = "already-erased"
    status = 409
    message = _("These words were erased already.")


class AlreadyAsked(DomainError):
    code = "already-asked"
    status = 409
    message = _("Somebody asked for this already; a second officer carries it out.")


class SecondOfficerNeeded(DomainError):
    code = "second-officer-needed"
    status = 409
    message = _("Whoever asked can’t carry it out as well: another officer does.")
