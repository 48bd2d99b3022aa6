"""Collections, their indexes and what they refuse."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.sql import Query
from django_mongodb_backend.schema import DatabaseSchemaEditor as Upstream
from pymongo import ASCENDING, DESCENDING, IndexModel


class DatabaseSchemaEditor(Upstream):
    """Unique indexes that look-ups can use, and check constraints.

    Upstream makes each unique index a partial one, over values of the field's type, so that nulls may repeat
    as in SQL. But the planner uses such an index only for queries that name the type, and Django's don't:
    each look-up by key would read the whole collection. Over fields that are never null the filter has no
    purpose; over text that may be null, "from the empty text up" says the same in a way that it understands.

    Check constraints, which upstream leaves out, are the collection's validator.
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
        meta: Any = model._meta
        orders = [(field, "")] if field else [(meta.get_field(n), order) for n, order in index.fields_orders]
        plain = unique and not index.condition and not index.contains_expressions
        among = _without_nulls(orders) if plain else None
        if among is None:
            where = {"column_prefix": column_prefix, "parent_model": parent_model}
            super().add_index(model, index, field=field, unique=unique, **where)
            return
        keys = [(column_prefix + each.column, DESCENDING if order else ASCENDING) for each, order in orders]
        options: dict[str, Any] = {"partialFilterExpression": among} if among else {}
        collection = self.get_collection((parent_model or model)._meta.db_table)
        collection.create_indexes([IndexModel(keys, name=index.name, unique=True, **options)])

    def add_constraint(self, model: type[models.Model], constraint: Any, *args: Any, **kwargs: Any) -> None:
        """Hold ``constraint`` from now on."""
        if isinstance(constraint, models.CheckConstraint):
            kept = [each for each in _checks(model) if each.name != constraint.name]
            self._validate(model, [*kept, constraint])
            return
        super().add_constraint(model, constraint, *args, **kwargs)

    def remove_constraint(self, model: type[models.Model], constraint: Any) -> None:
        """Hold ``constraint`` no longer."""
        if isinstance(constraint, models.CheckConstraint):
            self._validate(model, [each for each in _checks(model) if each.name != constraint.name])
            return
        super().remove_constraint(model, constraint)

    def _validate(self, model: type[models.Model], checks: list[models.CheckConstraint]) -> None:
        holds = []
        for check in checks:
            query: Any = Query(model=model, alias_cols=False)
            where = query.build_where(check.condition)
            compiler = query.get_compiler(connection=self.connection)
            holds.append({"$expr": where.as_mql(compiler, self.connection, as_expr=True)})
        validator = {"$and": holds} if holds else {}
        self.get_database().command("collMod", model._meta.db_table, validator=validator)


def _checks(model: type[models.Model]) -> list[models.CheckConstraint]:
    return [each for each in model._meta.constraints if isinstance(each, models.CheckConstraint)]


def _without_nulls(orders: list[tuple[Any, str]]) -> dict[str, Any] | None:
    """A filter of rows without a null in these fields, empty if no others can be; None if there is none."""
    among: dict[str, Any] = {}
    for field, _order in orders:
        if not field.null:
            continue
        if field.get_internal_type() not in {"CharField", "TextField"}:
            return None
        among[field.column] = {"$gte": ""}
    return among
