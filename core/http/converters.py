"""Path converters for addresses of the API."""

from __future__ import annotations

from core.db.fields import UINT256_MAX


class Uint256Converter:
    """A decimal uint256 without leading zeros; anything else is no address of ours (404)."""

    regex = "(?:0|[1-9][0-9]{0,77})"

    def to_python(self, value: str) -> int:
        """The number."""
        number = int(value)
        if number > UINT256_MAX:
            raise ValueError("beyond 256 bits")
        return number

    def to_url(self, value: int) -> str:
        """Its decimal text."""
        return str(value)


class AddressConverter:
    """An account: 0x and 40 hexadecimal digits in any case; lower case in Python."""

    regex = "0x[0-9a-fA-F]{40}"

    def to_python(self, value: str) -> str:
        """The address in lower case."""
        return value.lower()

    def to_url(self, value: str) -> str:
        """The address as it is."""
        return value
