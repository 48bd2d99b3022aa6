"""What somebody who holds the database can do to it: past models, converters, keys and audit log.

One vocabulary for all databases: ``change("blocks", {"number": 7}, "hash", "none")``. Strict ones refuse some
of it, which is as good as naming it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.apps import apps
from django.db import DataError, ProgrammingError, connection, models, transaction


def model_of(table: str) -> type[models.Model]:
    """The model whose rows lie in ``table``."""
    return next(model for model in apps.get_models() if model._meta.db_table == table)


def change(table: str, where: dict[Any, Any], column: Any, value: Any) -> bool:
    """Write ``value`` into one column of the rows whose columns equal ``where`` (of all rows, if empty).

    Returns:
        False where the column's type refuses such a value and nothing was written.
    """
    found = _plain(table, where)
    if connection.vendor == "mongodb":
        _collection(table).update_many(found, {"$set": {column: value}}, session=_session())
        return True
    condition, values = _condition(found)
    return _written(f'UPDATE "{table}" SET "{column}" = %s {condition}', [value, *values])


def delete(table: str, where: dict[Any, Any]) -> None:
    """Take away the rows whose columns equal ``where``, and nothing that points at them."""
    found = _plain(table, where)
    if connection.vendor == "mongodb":
        _collection(table).delete_many(found, session=_session())
        return
    condition, values = _condition(found)
    _written(f'DELETE FROM "{table}" {condition}', values)


def middle(table: str, column: str) -> Any:
    """What ``column`` holds in a row in the midst of ``table``."""
    values = model_of(table)._base_manager.order_by(column).values_list(column, flat=True)
    return values[len(values) // 2]


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    return {
        model._meta.db_table: sorted(model._base_manager.values_list(), key=repr)
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
    }


def _collection(table: str) -> Any:
    return cast(Any, connection).database[table]


def _session() -> Any:
    return cast(Any, connection).session


def _plain(table: str, where: dict[Any, Any]) -> dict[str, Any]:
    fields = {field.column: field for field in model_of(table)._meta.concrete_fields}
    return {column: fields[column].get_db_prep_value(value, connection) for column, value in where.items()}


def _condition(where: dict[Any, Any]) -> tuple[str, list[Any]]:
    if not where:
        return "", []
    return "WHERE " + " AND ".join(f'"{column}" = %s' for column in where), list(where.values())


def _written(statement: str, values: list[Any]) -> bool:
    try:
        with _keys_unchecked(), connection.cursor() as cursor:
            cursor.execute(statement, values)
    except (DataError, ProgrammingError):
        return False
    return True


@contextmanager
def _keys_unchecked() -> Iterator[None]:
    """Whoever holds the database can turn the checking of foreign keys off."""
    if connection.vendor != "postgresql":
        with connection.constraint_checks_disabled(), transaction.atomic():
            yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = 'replica'")
        yield
