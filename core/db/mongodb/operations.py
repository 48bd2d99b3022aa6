"""Values on their way to the database and back."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, Final

from bson import Binary, Int64
from bson.binary import USER_DEFINED_SUBTYPE
from django_mongodb_backend.operations import DatabaseOperations as Upstream

from core.db.mongodb.sequences import AUTO_FIELDS

_LONGS: Final = range(-(2**63), 2**63)


class DatabaseOperations(Upstream):
    """Integers of any size in JSON, escaped patterns, integer keys."""

    compiler_module = "core.db.mongodb.compiler"

    def prep_for_like_query(self, x: Any) -> str:
        """``x`` as a pattern that matches it alone."""
        return re.escape(str(x))

    prep_for_iexact_query = prep_for_like_query

    def validate_autopk_value(self, value: Any) -> Any:
        """A key as the unique indexes expect it, of BSON's type ``long``."""
        return None if value is None else Int64(value)

    def adapt_json_value(self, value: Any, encoder: Any) -> Any:
        """A JSON value as a document; what BSON's integers can't hold goes as bytes of our own type."""
        return _to_bson(super().adapt_json_value(value, encoder))

    def convert_jsonfield_value(self, value: Any, expression: Any, connection: Any) -> str:
        """The document as text, which is what the field expects of any database."""
        return json.dumps(self.plain(value))

    def plain(self, value: Any) -> Any:
        """A stored value in Python's own types, as :meth:`adapt_json_value` was given it."""
        if isinstance(value, dict):
            return {key: self.plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.plain(item) for item in value]
        if isinstance(value, Binary) and value.subtype == USER_DEFINED_SUBTYPE:
            return int.from_bytes(value, "big", signed=True)
        return int(value) if isinstance(value, Int64) else value

    def convert_datetimefield_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """A moment, or ValueError for what somebody else put in its place."""
        if value is not None and not isinstance(value, datetime):
            raise ValueError(f"{value!r} is no moment")
        return super().convert_datetimefield_value(value, expression, connection)

    def get_db_converters(self, expression: Any) -> list[Any]:
        """The driver reads a ``long`` as a type of its own; keys are plain integers."""
        converters: list[Any] = super().get_db_converters(expression)
        if expression.output_field.get_internal_type() in AUTO_FIELDS:
            converters.append(self.convert_integerfield_value)
        return converters


def _to_bson(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _to_bson(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_to_bson(item) for item in value]
    if isinstance(value, int) and value not in _LONGS:
        size = value.bit_length() // 8 + 1
        return Binary(value.to_bytes(size, "big", signed=True), USER_DEFINED_SUBTYPE)
    return value
