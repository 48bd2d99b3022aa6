"""What can be wrong with content and with those who keep it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class ContentTooLarge(DomainError):
    code = "content-too-large"
    status = 413
    message: Any = _("The text is too long.")


class ContentFull(DomainError):
    code = "content-full"
    status = 507
    message: Any = _("No more files can be stored at the moment.")


class ContentMissing(DomainError):
    """Nobody who was asked has it. ``data["asked"]``: what each source said, by its label."""

    code = "content-missing"
    status = 404
    message: Any = _("The text of this hash is not stored here.")


class ContentCorrupt(DomainError):
    code = "content-corrupt"
    status = 500
    message: Any = _("The stored text does not match its hash.")


class ContentMalformed(DomainError):
    """The bytes are those of the CID, but they are no file."""

    code = "content-malformed"
    status = 502
    message: Any = _("What lies under this CID is no file.")


class CidInvalid(DomainError):
    code = "cid-invalid"
    message: Any = _("This is not a CID that the portal can read.")


class SourceError(DomainError):
    """Base of what goes wrong with one node, gateway or pinning service; another may do better."""

    code = "content-source-error"
    status = 502
    message: Any = _("The content can’t be had at the moment.")


class SourceUnreachable(SourceError):
    """No connection."""

    code = "content-source-unreachable"
    status = 503


class SourceTimeout(SourceError):
    """No answer, or no whole one, in time."""

    code = "content-source-timeout"
    status = 503


class SourceRefused(SourceError):
    """An answer that isn't the one the protocol promises: a redirect, a refusal, a page of HTML."""

    code = "content-source-refused"


class SourceLied(SourceError):
    """Bytes that are not those of the CID, too few of them or too many."""

    code = "content-source-lied"
