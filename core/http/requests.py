"""What can be wrong with a request before any domain sees it.

Apart from :mod:`core.http.problems`, because REST framework loads its parsers
and pages before its views.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class UnknownParameter(DomainError):
    """A query parameter that the address does not know: a misspelt filter must not answer everything."""

    code = "unknown-parameter"
    status = 400
    message = _("This address does not know that query parameter.")


class InvalidParameter(DomainError):
    """A query parameter with a value that can't be read."""

    code = "invalid-parameter"
    status = 400
    message = _("A query parameter has a value that can't be read.")


class InvalidCursor(DomainError):
    """A page cursor that was not given by this address, or for another ordering."""

    code = "invalid-cursor"
    status = 400
    message = _("The cursor does not belong to this list.")


class UnknownField(DomainError):
    """``?fields=`` names something the object does not have."""

    code = "unknown-field"
    status = 400
    message = _("The object has no such field.")


class PreconditionFailed(DomainError):
    """``If-Match`` does not name the present version (RFC 9110, 13.1.1)."""

    code = "precondition-failed"
    status = 412
    message = _("What you read has changed since.")


class RequestTooLarge(DomainError):
    """The body exceeds what the API reads."""

    code = "request-too-large"
    status = 413
    message = _("The request is too large.")


class MalformedRequest(DomainError):
    """The body is no JSON object."""

    code = "malformed-request"
    status = 400
    message = _("The request could not be read.")
