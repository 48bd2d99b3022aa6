"""What can go wrong with accounts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from daoportal.kernel.errors import DomainError


class AddressTaken(DomainError):
    """Another account already carries this address."""

    code = "address-taken"
    status = 409
    message = _("Another account is linked to this address.")


class ProfileInvalid(DomainError):
    """A profile field is of the wrong form or too long."""

    code = "field-invalid"
    status = 400
    message = _("This can’t be shown in a profile.")
