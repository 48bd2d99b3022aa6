"""Reading a person's fields: each of a known type, or a clear error naming the field.

Names are those of the API (camelCase). A missing field raises FieldMissing, a wrong one FieldInvalid.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from contracts.acts.errors import FieldInvalid, FieldMissing
from core.db.fields import UINT256_MAX

Fields = Mapping[str, Any]

_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}\Z")
_HASH: Final = re.compile(r"0x[0-9a-fA-F]{64}\Z")
_BYTES: Final = re.compile(r"0x([0-9a-fA-F]{2})*\Z")
_DECIMAL: Final = re.compile(r"(0|[1-9][0-9]{0,77})\Z")


def need_uint(fields: Fields, name: str, *, maximum: int = UINT256_MAX) -> int:
    """A whole number, given as a JSON number or as decimal text."""
    value = _need(fields, name)
    if isinstance(value, str) and _DECIMAL.match(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= maximum:
        raise FieldInvalid(field=name)
    return value


def need_choice(fields: Fields, name: str, choices: Collection[str]) -> str:
    """One of a few words."""
    value = _need(fields, name)
    if not isinstance(value, str) or value not in choices:
        raise FieldInvalid(field=name, choices=sorted(choices))
    return value


def opt_object(fields: Fields, name: str) -> Fields:
    """A JSON object; an empty one where nothing is given."""
    value = fields.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise FieldInvalid(field=name)
    return value


def opt_text(fields: Fields, name: str, *, longest: int) -> str:
    """Text of at most ``longest`` characters, trimmed; empty where nothing is given."""
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest or "\x00" in value or not _encodable(value):
        raise FieldInvalid(field=name, longest=longest)
    return value.strip()


def need_address(fields: Fields, name: str) -> str:
    """An address in any case, answered in lower case."""
    value = _need(fields, name)
    if not isinstance(value, str) or not _ADDRESS.match(value):
        raise FieldInvalid(field=name)
    return value.lower()


def opt_address(fields: Fields, name: str, default: str) -> str:
    """As :func:`need_address`; ``default`` where nothing is given."""
    return default if fields.get(name) in (None, "") else need_address(fields, name)


def _need(fields: Fields, name: str) -> Any:
    value = fields.get(name)
    if value is None or value == "":
        raise FieldMissing(field=name)
    return value


def _encodable(value: str) -> bool:
    """Lone surrogates have no UTF-8 form, so no hash either."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
