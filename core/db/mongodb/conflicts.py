"""Which of some documents a unique index would refuse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import NotSupportedError, models

Columns = tuple[str, ...]


def without_conflicts(
    model: type[models.Model], documents: list[dict[str, Any]], collection: Any, session: Any
) -> list[dict[str, Any]]:
    """The documents whose unique values neither another document before them nor the collection has, as the
    transaction of ``session`` sees it.

    Raises:
        NotSupportedError: if the model has a unique constraint of which only the database can judge.
    """
    keys = list(_unique_columns(model))
    asked = [
        {column: document[column] for column in columns}
        for columns in keys
        for document in documents
        if _key(document, columns) is not None
    ]
    if not asked:
        return documents
    shown = {column: 1 for columns in keys for column in columns}
    taken: set[tuple[Columns, Any]] = set()
    found = list(collection.find({"$or": asked}, shown, session=session))
    new: list[dict[str, Any]] = []
    for known, document in [*((True, each) for each in found), *((False, each) for each in documents)]:
        own = {(columns, key) for columns in keys if (key := _key(document, columns)) is not None}
        if not known and taken.isdisjoint(own):
            new.append(document)
        if known or (new and new[-1] is document):
            taken |= own
    return new


def _unique_columns(model: type[models.Model]) -> Iterator[Columns]:
    meta: Any = model._meta
    for field in meta.local_concrete_fields:
        if field.unique:
            yield (field.column,)
    for names in meta.unique_together:
        yield tuple(meta.get_field(name).column for name in names)
    for constraint in meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint):
            continue
        if constraint.condition is not None or constraint.expressions:
            raise NotSupportedError(f"{constraint.name} can't be looked for before an insert.")
        yield tuple(meta.get_field(name).column for name in constraint.fields)


def _key(document: dict[str, Any], columns: Columns) -> tuple[Any, ...] | None:
    """The values of ``columns``, or None if one is null and so in nobody's way."""
    values = tuple(document.get(column) for column in columns)
    return None if None in values else values
