"""Collections and their indexes."""

from __future__ import annotations

from typing import Any

from django.db import models
from django_mongodb_backend.schema import DatabaseSchemaEditor as Upstream
from pymongo import ASCENDING, DESCENDING, IndexModel


class DatabaseSchemaEditor(Upstream):
    """Unique indexes that look-ups can use.

    Upstream makes each unique index a partial one, over values of the field's type, so that nulls may repeat as
    in SQL. But the planner uses such an index only for queries that name the type, and Django's don't: each
    look-up by key would read the whole collection. Over fields that are never null the filter has no purpose;
    over text that may be null, "from the empty text up" says the same in words that the planner understands.
    """

    def add_index(
        self,
        model: type[models.Model],
        index: models.Index,
        *,
        field: Any = None,
        unique: bool = False,
        column_prefix: str = "",
        parent_model: type[models.Model] | None = None,
    ) -> None:
        """Create ``index``, unique if ``unique``."""
        orders = [(field, "")] if field else [(model._meta.get_field(n), o) for n, o in index.fields_orders]
        among = _non_null(orders) if unique and not index.condition and not index.contains_expressions else None
        if among is None:
            super().add_index(
                model, index, field=field, unique=unique, column_prefix=column_prefix, parent_model=parent_model
            )
            return
        keys = [(column_prefix + each.column, DESCENDING if order else ASCENDING) for each, order in orders]
        options: dict[str, Any] = {"partialFilterExpression": among} if among else {}
        collection = self.get_collection((parent_model or model)._meta.db_table)
        collection.create_indexes([IndexModel(keys, name=index.name, unique=True, **options)])


def _non_null(orders: list[tuple[Any, str]]) -> dict[str, Any] | None:
    """A filter of the rows without a null in these fields, empty if there are no others; None if we know none."""
    among: dict[str, Any] = {}
    for field, _order in orders:
        if not field.null:
            continue
        if not isinstance(field, models.CharField | models.TextField):
            return None
        among[field.column] = {"$gte": ""}
    return among
