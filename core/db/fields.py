"""Model fields for what the chain speaks in: uint256, addresses, 32-byte hashes.

All three are plain strings in the database, so they behave alike on SQLite, PostgreSQL and MongoDB.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    _ST = TypeVar("_ST", contravariant=True)
    _GT = TypeVar("_GT", covariant=True)

    class _NumberAsText(models.Field[_ST, _GT]):
        """What type checkers are told: a column of text that holds ints."""

        _pyi_private_set_type: int | str
        _pyi_private_get_type: int
        _pyi_lookup_exact_type: int | str

else:
    _NumberAsText = models.CharField

UINT256_DIGITS = 78
UINT256_MAX = 2**256 - 1
_ADDRESS = re.compile(r"0x[0-9a-f]{40}\Z")
_HASH = re.compile(r"0x[0-9a-f]{64}\Z")


# The checker's plugin fills in the types of both fields itself, by whether they may be null.
class Uint256Field(_NumberAsText):  # type: ignore[type-arg]
    """An exact uint256: an ``int`` in Python, 78 zero-padded decimal digits in the database.

    The padding makes the order of the strings the order of the numbers on every database.
    """

    description = _("Unsigned integer of 256 bits")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = UINT256_DIGITS
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)

    def to_python(self, value: Any) -> Any:
        if value is None or value == "":
            return None
        try:
            number = int(value)
        except (TypeError, ValueError):
            raise ValidationError(_("Enter a whole number."), code="invalid") from None
        if not 0 <= number <= UINT256_MAX:
            raise ValidationError(_("The number is out of range."), code="range")
        return number

    def get_prep_value(self, value: Any) -> str | None:
        number = self.to_python(value)
        return None if number is None else f"{number:078d}"

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        return forms.CharField(
            label=self.verbose_name,
            required=not self.blank,
            help_text=self.help_text,
            max_length=UINT256_DIGITS,
        )

    def run_validators(self, value: Any) -> None:
        """Length and range are held by ``to_python``; CharField's validators expect text."""


class _LowerHexField(models.CharField):  # type: ignore[type-arg]
    """Text of ``0x`` and lower-case hex of one width."""

    width = 0
    pattern: re.Pattern[str] = _HASH
    invalid: Any = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = self.width
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def to_python(self, value: Any) -> Any:
        if value is None or value == "":
            return None
        if isinstance(value, bytes):
            value = "0x" + value.hex()
        lowered = str(value).lower()
        if not self.pattern.match(lowered):
            raise ValidationError(self.invalid, code="invalid")
        return lowered

    def get_prep_value(self, value: Any) -> str | None:
        prepared: str | None = self.to_python(value)
        return prepared


class AddressField(_LowerHexField):
    """An account or contract, lower case in the database; EIP-55 is a matter of showing it."""

    description = _("Address")
    width = 42
    pattern = _ADDRESS
    invalid = _("Enter an address: 0x and 40 hexadecimal digits.")


class HashField(_LowerHexField):
    """32 bytes: a block or transaction hash, a digest, a content hash."""

    description = _("32-byte hash")
    width = 66
    pattern = _HASH
    invalid = _("Enter a hash: 0x and 64 hexadecimal digits.")
