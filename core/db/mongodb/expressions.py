"""Expressions that upstream says wrongly, or not at all, to MongoDB."""

from __future__ import annotations

from typing import Any, cast

from django.db import NotSupportedError
from django.db.models.expressions import Value
from django.db.models.lookups import IsNull

_upstream_value = cast(Any, Value).as_mql


def register() -> None:
    """Teach them to Django."""
    cast(Any, Value).as_mql = _value
    cast(Any, IsNull).as_mql_idx = _is_null_in_index


def _value(self: Any, compiler: Any, connection: Any, as_expr: bool = False) -> Any:
    """A value that is to be saved goes through its field's own preparation, as ``bulk_update`` expects."""
    field = self.__dict__.get("output_field")
    if not getattr(self, "for_save", False) or field is None or self.value is None:
        return _upstream_value(self, compiler, connection, as_expr=as_expr)
    prepared = field.get_db_prep_save(self.value, connection)
    return {"$literal": prepared} if as_expr else prepared


def _is_null_in_index(self: Any, compiler: Any, connection: Any) -> dict[str, Any]:
    """``isnull`` in the condition of a partial index. Django writes every column, so null is never absent."""
    if not self.rhs:
        raise NotSupportedError("MongoDB has no index over what is not null.")
    return {self.lhs.target.column: {"$type": "null"}}
