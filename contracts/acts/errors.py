"""What can be wrong with an act before any contract sees it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from contracts.signatures import SignatureInvalid, SignatureWrongSigner
from core.errors import DomainError, NotFound

__all__ = [
    "ActExpired",
    "ActNotFound",
    "ActUnknown",
    "DeadlineTooFar",
    "FieldInvalid",
    "FieldMissing",
    "SignatureInvalid",
    "SignatureWrongSigner",
]


class ActUnknown(NotFound):
    code = "act-unknown"
    message = _("There is no act of this name.")


class ActNotFound(NotFound):
    code = "act-not-found"
    message = _("No act with this digest was received here.")


class FieldMissing(DomainError):
    code = "field-missing"
    status = 422
    message = _("A field is missing.")


class FieldInvalid(DomainError):
    code = "field-invalid"
    status = 422
    message = _("A field has a value that is not allowed.")


class ActExpired(DomainError):
    code = "act-expired"
    status = 410
    message = _("The time for this signature has passed. Please sign again.")


class DeadlineTooFar(DomainError):
    code = "deadline-too-far"
    status = 422
    message = _("A signature may be valid for at most seven days.")
