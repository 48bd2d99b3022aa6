"""What can go wrong with accounts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class AddressTaken(DomainError):
    """Another account already carries this address."""

    code = "address-taken"
    status = 409
    message = _("Another account is linked to this address.")


class ProfileInvalid(DomainError):
    """A profile field is of the wrong form or too long."""

    code = "field-invalid"
    status = 422
    message = _("This can’t be shown in a profile.")


class ProfileOutdated(DomainError):
    """A profile was signed with a later deadline than this one."""

    code = "profile-outdated"
    status = 409
    message = _("A newer profile was signed since. Read it, and sign again.")


class ProfileClosed(DomainError):
    """The address's account was closed here, so nothing it says is shown."""

    code = "profile-closed"
    status = 403
    message = _("The account of this address is closed.")


class ReasonInvalid(DomainError):
    """The public reason for an officer's act is missing or too long."""

    code = "reason-invalid"
    status = 422
    message = _("Give a reason that everybody can read.")


class PersonUnknown(DomainError):
    """There is no person to correct."""

    code = "person-unknown"
    status = 409
    message = _("It is not recorded who stands behind this account.")


class PersonKnown(DomainError):
    """Only an adopted proposal corrects the person behind an account that has a role or was a citizen's."""

    code = "person-known"
    status = 409
    message = _("This account has a role, or was a citizen’s: only an adopted proposal corrects its person.")
