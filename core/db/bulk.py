"""Many rows into one table: what ``bulk_create`` does, for the history of a chain."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from typing import Any, cast

import orjson
from django.db import DEFAULT_DB_ALIAS, connections, models, router, transaction
from django.db.models.sql import InsertQuery

ROOMY_KIB = 32_000
# Rows in one statement. While it runs, the driver lets other threads run: the longer it runs, the better two
# threads share the time. Few sizes, so that each statement is written once.
ROWS_AT_ONCE = (500, 50, 1)


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert ``rows`` in one transaction, each a sequence of Python values for the attributes ``names``.

    ``bulk_create`` makes an instance of each row, at 100,000 votes most of the time. Here values of a column
    are converted once each, so that a column of few distinct values costs next to nothing. SQLite repeats one
    statement, written once by Django's own compiler (``executemany``); PostgreSQL is streamed to (``COPY``).
    Nothing is filled in: no default, no ``auto_now``, no instance, no signal.

    Args:
        model: the table.
        names: attribute names (``event_id`` for a foreign key), every column that has no database default.
        rows: the values, in the order of ``names``.
    """
    Rows(model, names, rows).insert()


class Rows:
    """Rows made ready for the database, in any thread, outside any transaction; see :func:`insert_rows`."""

    def __init__(
        self, model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        self._model = model
        self._names = tuple(names)
        self._using = router.db_for_write(model)
        connection = connections[self._using]
        self._fields = [_field(model, name) for name in names]
        self._columns: list[Sequence[Any]] = [
            _prepare(field, column, connection)
            for field, column in zip(self._fields, zip(*rows, strict=True), strict=False)
        ]

    def insert(self) -> None:
        """Write them."""
        connection = connections[self._using]
        rows = list(zip(*self._columns, strict=True))
        if connection.vendor == "mongodb":
            columns = [field.column for field in self._fields]
            cast(Any, connection).insert_rows(self._model._meta.db_table, columns, rows)
            return
        write = self._copy if connection.vendor == "postgresql" else self._repeat
        with transaction.atomic(using=self._using), connection.cursor() as cursor:
            write(cursor, rows)

    def _copy(self, cursor: Any, rows: list[tuple[Any, ...]]) -> None:
        """Stream them, as PostgreSQL does best."""
        connection = connections[self._using]
        quote = connection.ops.quote_name
        columns = ", ".join(quote(_field(self._model, name).column or name) for name in self._names)
        statement = f"COPY {quote(self._model._meta.db_table)} ({columns}) FROM STDIN"
        # Django's cursors leave this one way to the driver, its errors too.
        with connection.wrap_database_errors, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def _repeat(self, cursor: Any, rows: list[tuple[Any, ...]]) -> None:
        """Repeat statements of few sizes."""
        at = 0
        for size in ROWS_AT_ONCE:
            end = len(rows) - (len(rows) - at) % size
            if end > at:
                statement = _statement(self._model, self._names, size, self._using)
                batches = [list(chain.from_iterable(rows[i : i + size])) for i in range(at, end, size)]
                cursor.executemany(statement, batches)
            at = end


@lru_cache(maxsize=64)
def _statement(model: type[models.Model], names: tuple[str, ...], count: int, using: str) -> str:
    """What Django says to insert ``count`` rows; the values of those that it is given are never sent."""
    query = InsertQuery(model)
    query.insert_values([_field(model, name) for name in names], [model()] * count, raw=True)
    ((statement, _params),) = query.get_compiler(using).as_sql()
    return str(statement)


@contextmanager
def large_transaction() -> Iterator[None]:
    """Make room for many rows.

    SQLite keeps more pages in memory meanwhile: indexes are touched all over. (Not in the settings, because
    every thread of the site has a connection of its own. Other databases aren't told.) Python's garbage
    collector rests: rows hold no cycles, and walking through them all takes a tenth of the time.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    collecting = gc.isenabled()
    gc.disable()
    try:
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
    finally:
        if collecting:
            gc.enable()


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    for field in model._meta.concrete_fields:
        if field.attname == name:
            return field
    raise LookupError(f"{model.__name__} has no column {name}")


def _prepare(field: models.Field[Any, Any], column: Sequence[Any], connection: Any) -> Sequence[Any]:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    sql = connection.vendor != "mongodb"  # where an integer is just that, and JSON is text
    if isinstance(target, models.IntegerField) and sql:
        return column
    if isinstance(field, models.JSONField):
        if field.encoder is None and sql:
            return [orjson.dumps(value).decode() for value in column]
        return [field.get_db_prep_save(value, connection) for value in column]
    known = {value: field.get_db_prep_save(value, connection) for value in set(column)}
    return [known[value] for value in column]
