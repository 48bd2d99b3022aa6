"""One table against what it must hold, value by value as the database has them.

Rows are read without the fields' own conversions: a number that lost its padding, or text where a number
belongs, is a difference to be named and neither an error nor something that a conversion would heal.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.db import connections, models, router
from django.db.models import F
from django.db.models.expressions import ExpressionWrapper
from django.db.models.functions import Cast

ROW = "*"  # the field of a difference that is about the whole row


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where the mirror isn't what the chain says.

    ``field`` is ``*`` for a whole row: missing if ``mirror`` is None, surplus if ``chain`` is.
    """

    table: str
    key: Any
    field: str
    mirror: Any
    chain: Any

    def as_json(self) -> dict[str, Any]:
        """For ``--json`` and the record of a recount: everything that isn't plain as text."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    def __str__(self) -> str:
        place = f"{self.table} {self.key}"
        if self.field == ROW:
            return f"{place}: {'missing in the mirror' if self.mirror is None else 'not on the chain'}"
        return f"{place} {self.field}: mirror {_plain(self.mirror)!r}, chain {_plain(self.chain)!r}"


if TYPE_CHECKING:
    _Field = models.Field[Any, Any]
else:
    _Field = models.Field


class _Raw(_Field):
    """A column as the driver gives it."""

    def get_internal_type(self) -> str:
        return "RawField"


def compare_table(
    model: type[models.Model],
    expected: Mapping[Any, Mapping[str, Any]],
    *,
    key: str = "event_id",
    within: tuple[int, int] | None = None,
) -> Iterator[Difference]:
    """Yield every difference between the rows of ``model`` and ``expected``, both ways.

    Args:
        model: the table.
        expected: for each key the values of its row's columns, as Python values by attribute name; columns
            that aren't named aren't compared.
        key: the attribute that tells rows apart.
        within: only rows whose key (an event's position) lies between these, both included.
    """
    using = router.db_for_read(model)
    connection = connections[using]
    table = model._meta.db_table
    by_attname = {field.attname: field for field in model._meta.concrete_fields}
    names = sorted({name for row in expected.values() for name in row} - {key})
    waiting = {_stored(by_attname[key], k, connection): (k, row) for k, row in expected.items()}

    rows = model._base_manager.using(using).all()
    if within is not None:
        rows = rows.filter(**{f"{key}__gte": within[0], f"{key}__lte": within[1]})
    for raw_key, *values in raw_values(rows, (key, *names)):
        known = waiting.pop(raw_key, None) if isinstance(raw_key, Hashable) else None
        if known is None:
            yield Difference(table, raw_key, ROW, dict(zip(names, values, strict=True)), None)
            continue
        shown, row = known
        for name, value in zip(names, values, strict=True):
            if name in row and not _same(by_attname[name], value, row[name], connection):
                yield Difference(table, shown, name, value, row[name])
    for shown, row in waiting.values():
        if within is None or within[0] <= shown <= within[1]:
            yield Difference(table, shown, ROW, None, dict(row))


def raw_values(rows: models.QuerySet[Any], names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The columns ``names`` (attribute names) of ``rows`` as the driver gives them, converted by nothing."""
    connection = connections[rows.db]
    fields = {field.attname: field for field in rows.model._meta.concrete_fields}
    raw = {f"raw_{name}": _raw(fields[name], connection) for name in names}
    found = rows.order_by().annotate(**raw).values_list(*raw).iterator(chunk_size=2000)
    if connection.vendor != "mongodb":
        return iter(found)
    plain = cast(Any, connection.ops).plain  # its driver has integers of its own
    return (tuple(plain(value) for value in row) for row in found)


def stored_value(model: type[models.Model], name: str, value: Any) -> Any:
    """``value`` as the column ``name`` (attribute name) gives it to :func:`raw_values`."""
    connection = connections[router.db_for_read(model)]
    field = next(field for field in model._meta.concrete_fields if field.attname == name)
    return _stored(field, value, connection)


def _raw(field: models.Field[Any, Any], connection: Any) -> Any:
    # SQLite's driver converts columns declared as datetime or bool, and fails on what is neither; text it
    # leaves alone.
    if connection.vendor == "sqlite" and isinstance(field, models.DateTimeField | models.BooleanField):
        return Cast(F(field.attname), output_field=models.TextField())
    return ExpressionWrapper(F(field.attname), output_field=_Raw())


def from_json(raw: Any) -> Any:
    """A raw JSON column as a value; a tuple, which no JSON is, if the text is none."""
    if not isinstance(raw, str | bytes):
        return raw
    try:
        return json.loads(raw)
    except ValueError:
        return ("no JSON", raw)


def _stored(field: models.Field[Any, Any], value: Any, connection: Any) -> Any:
    stored = field.get_db_prep_value(value, connection, prepared=False)
    # psycopg's own kinds of int tell the server how wide a number is; what it gives back is an int.
    return int(stored) if isinstance(stored, int) and not isinstance(stored, bool) else stored


def _same(field: models.Field[Any, Any], raw: Any, value: Any, connection: Any) -> bool:
    if isinstance(field, models.JSONField):
        return bool(from_json(raw) == value)
    stored = _stored(field, value, connection)
    if isinstance(stored, bool):
        return raw is stored or raw == str(int(stored))
    return type(raw) is type(stored) and raw == stored


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
