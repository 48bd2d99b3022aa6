"""Many rows into one table: what ``bulk_create`` does, for the history of a chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import orjson
from django.db import DEFAULT_DB_ALIAS, connections, models, router, transaction
from django.db.models.sql import InsertQuery

ROOMY_KIB = 32_000


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows`` in one transaction, each a sequence of Python values for the attributes ``names``.

    ``bulk_create`` makes an instance of each row and a statement of each few dozen; at 100,000 votes that is
    most of the time. Here Django's own compiler writes the statement once, and the driver repeats it
    (``executemany``). Nothing is filled in: no default, no ``auto_now``, no instance, no signal. Values of a
    column are converted once each, so a column of few distinct values costs next to nothing.

    Args:
        model: the table.
        names: attribute names (``event_id`` for a foreign key), every column that has no database default.
        rows: the values, in the order of ``names``.
    """
    using = router.db_for_write(model)
    connection = connections[using]
    fields = [_field(model, name) for name in names]
    if not connection.features.has_bulk_insert or connection.vendor not in {"sqlite", "postgresql"}:
        model._default_manager.bulk_create(model(**dict(zip(names, row, strict=True))) for row in rows)
        return
    query = InsertQuery(model)
    query.insert_values(fields, [cast(models.Model, _Blank(names))], raw=True)
    ((statement, _params),) = query.get_compiler(using).as_sql()
    columns = [
        _prepare(field, column, connection)
        for field, column in zip(fields, zip(*rows, strict=True), strict=False)
    ]
    if columns:
        with transaction.atomic(using=using), connection.cursor() as cursor:
            cursor.executemany(statement, list(zip(*columns, strict=True)))


@contextmanager
def roomy() -> Iterator[None]:
    """Let SQLite keep more pages in memory while many rows are written: indexes are touched all over.

    Not in the settings, because every thread of the site has a connection of its own. Other databases aren't
    told.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        (before,) = cursor.execute("PRAGMA cache_size").fetchone()
        cursor.execute(f"PRAGMA cache_size = -{ROOMY_KIB}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {before}")


class _Blank:
    """Stands for a row while the statement is written; its values are never sent."""

    def __init__(self, names: Sequence[str]) -> None:
        for name in names:
            setattr(self, name, None)


def _field(model: type[models.Model], name: str) -> models.Field:
    for field in model._meta.concrete_fields:
        if field.attname == name:
            return field
    raise LookupError(f"{model.__name__} has no column {name}")


def _prepare(field: models.Field, column: Sequence[Any], connection: Any) -> Sequence[Any]:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(target, models.IntegerField):
        return column
    if isinstance(field, models.JSONField):
        if connection.vendor == "sqlite" and field.encoder is None:
            return [orjson.dumps(value).decode() for value in column]
        return [field.get_db_prep_save(value, connection) for value in column]
    known = {value: field.get_db_prep_save(value, connection) for value in set(column)}
    return [known[value] for value in column]
