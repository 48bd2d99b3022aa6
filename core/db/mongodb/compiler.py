"""Queries: upstream's compilers, run by way of :meth:`Transactions.perform`, and what they don't know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models.constants import OnConflict
from django.db.models.expressions import Col
from django.db.models.sql import DeleteQuery, Query, UpdateQuery
from django_mongodb_backend import compiler as upstream
from django_mongodb_backend.query import MongoQuery
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from core.db.mongodb.conflicts import without_conflicts
from core.db.mongodb.errors import DUPLICATE_KEY, django_errors
from core.db.mongodb.sequences import AUTO_FIELDS, number

_PREFETCH = "_prefetch_related_val_"


class PerformedQuery(MongoQuery):
    """A pipeline that is run by the connection."""

    def get_cursor(self) -> Documents:
        """The documents found."""
        connection = self.compiler.connection
        collection, pipeline = self.compiler.collection, self.get_pipeline()
        found = connection.perform(
            f"aggregate {collection.name}",
            lambda: collection.aggregate(pipeline, session=connection.session),
        )
        return Documents(connection, found)

    def delete(self) -> int:
        """Delete the documents found; answers how many."""
        connection = self.compiler.connection
        collection = self.compiler.collection
        answer = connection.perform(
            f"delete {collection.name}",
            lambda: collection.delete_many(self.match_mql, session=connection.session),
        )
        return int(answer.deleted_count)


class Documents(Iterator[Any]):
    """The driver's cursor, whose errors are Django's too."""

    def __init__(self, connection: Any, cursor: Any) -> None:
        self._connection = connection
        self._cursor = cursor

    def __next__(self) -> Any:
        document = self._connection.guard(self._ahead)
        if document is None:
            raise StopIteration
        return document

    next = __next__

    def _ahead(self) -> Any:
        return next(self._cursor, None)


class SQLCompiler(upstream.SQLCompiler):
    """Reading."""

    query_class = PerformedQuery

    def __init__(self, query: Query, *args: Any, **kwargs: Any) -> None:
        super().__init__(_plain_prefetch(query), *args, **kwargs)


class SQLAggregateCompiler(upstream.SQLAggregateCompiler):
    """Counting."""

    query_class = PerformedQuery


class SQLInsertCompiler(upstream.SQLInsertCompiler):
    """Inserting, with integer keys and with Django's ways to meet a conflict."""

    def insert(self, docs: list[dict[str, Any]], returning_fields: Any = None) -> list[tuple[Any]]:
        """Store documents; answers their keys if ``returning_fields`` ask for them."""
        meta = self.query.get_meta()
        connection = self.connection
        keys: list[Any] | None = None
        # Not isinstance(): Django's AutoField claims upstream's ObjectIdAutoField too.
        if meta.auto_field is not None and meta.auto_field.get_internal_type() in AUTO_FIELDS:
            connection.validate_no_broken_transaction()
            with django_errors():
                keys = number(connection.database, meta.db_table, meta.auto_field.column, docs)
        if self.query.on_conflict == OnConflict.IGNORE:
            self._insert_new(docs)
            return []
        if self.query.on_conflict == OnConflict.UPDATE:
            self._insert_or_update(docs)
            return []
        collection = self.collection
        answer = connection.perform(
            f"insert {collection.name}", lambda: collection.insert_many(docs, session=connection.session)
        )
        if not returning_fields:
            return []
        return [(key,) for key in (answer.inserted_ids if keys is None else keys)]

    def _insert_new(self, docs: list[dict[str, Any]]) -> None:
        """Insert what meets no conflict.

        One refused insert would end the whole transaction, so within one we look before; whoever inserts the
        same meanwhile makes it give way, and the second look finds it.
        """
        connection, collection, model = self.connection, self.collection, self.query.model

        def look_and_insert() -> None:
            if new := without_conflicts(model, docs, collection, connection.session):
                collection.insert_many(new, session=connection.session)

        if connection.session is None:
            connection.perform(f"insert {collection.name}", lambda: _ignoring_duplicates(collection, docs))
        else:
            connection.perform(f"insert {collection.name}", look_and_insert)

    def _insert_or_update(self, docs: list[dict[str, Any]]) -> None:
        unique = [field.column for field in self.query.unique_fields]
        changed = [field.column for field in self.query.update_fields]
        connection, collection = self.connection, self.collection
        upserts = [
            UpdateOne(
                {column: doc[column] for column in unique},
                {
                    "$set": {column: doc[column] for column in changed},
                    "$setOnInsert": {c: v for c, v in doc.items() if c not in changed and c not in unique},
                },
                upsert=True,
            )
            for doc in docs
        ]
        connection.perform(
            f"update {collection.name}",
            lambda: collection.bulk_write(upserts, session=connection.session),
        )


def _ignoring_duplicates(collection: Any, docs: list[dict[str, Any]]) -> None:
    try:
        collection.insert_many(docs, ordered=False)
    except BulkWriteError as error:
        if any(fault.get("code") != DUPLICATE_KEY for fault in error.details["writeErrors"]):
            raise


class SQLDeleteCompiler(upstream.SQLDeleteCompiler):
    """Deleting; where other collections decide what, their say is asked first."""

    query_class = PerformedQuery

    def execute_sql(self, *args: Any, **kwargs: Any) -> int:
        """Delete; answers how many."""
        if self.single_alias and not _has_subquery(self.query.where):
            return int(super().execute_sql(*args, **kwargs))
        keys = _keys(self)
        if not keys:
            return 0
        query: Any = DeleteQuery(self.query.model)
        query.add_filter("pk__in", keys)
        return int(query.get_compiler(self.using).execute_sql(*args, **kwargs))


class SQLUpdateCompiler(upstream.SQLUpdateCompiler):
    """Updating; where other collections decide what, their say is asked first."""

    query_class = PerformedQuery

    def execute_sql(self, *args: Any, **kwargs: Any) -> int:
        """Update; answers how many rows."""
        query = self.query
        joins = sum(1 for alias in query.alias_map if query.alias_refcount[alias])
        if joins <= 1 and not _has_subquery(query.where):
            return int(super().execute_sql(*args, **kwargs))
        keys = _keys(self)
        if not keys:
            return 0
        chosen: Any = UpdateQuery(query.model)
        chosen.values, chosen.related_updates = query.values, query.related_updates
        chosen.related_ids = query.related_ids
        chosen.add_filter("pk__in", keys)
        return int(chosen.get_compiler(self.using).execute_sql(*args, **kwargs))

    def update(self, criteria: dict[str, Any], pipeline: list[dict[str, Any]]) -> int:
        """Change the documents that match; answers how many matched."""
        connection, collection = self.connection, self.collection
        answer = connection.perform(
            f"update {collection.name}",
            lambda: collection.update_many(criteria, pipeline, session=connection.session),
        )
        return int(answer.matched_count)


def _keys(compiler: Any) -> list[Any]:
    """The primary keys of the rows that a query over several collections would change."""
    query = compiler.query.chain(klass=Query)
    query.clear_ordering(force=True)
    query.clear_select_clause()
    query.add_fields([compiler.query.get_meta().pk.attname])
    return [key for (key,) in query.get_compiler(compiler.using).results_iter()]


def _has_subquery(node: Any) -> bool:
    for child in getattr(node, "children", ()):
        if hasattr(child, "children"):
            if _has_subquery(child):
                return True
        elif any(
            isinstance(part, Query) or getattr(part, "subquery", False) or hasattr(part, "queryset")
            for part in (child, getattr(child, "lhs", None), getattr(child, "rhs", None))
        ):
            return True
    return False


def _plain_prefetch(query: Query) -> Query:
    """The query without ``extra()``, by which ``prefetch_related`` asks for a column of the joining table.

    The same is said with an annotation on the join that is there already.
    """
    names = [name for name in getattr(query, "extra", ()) if name.startswith(_PREFETCH)]
    if not names:
        return query
    query = query.clone()
    extra = dict(query.extra)
    for name in names:
        table, column = extra.pop(name)[0].split(".")
        alias = next(
            alias
            for alias, join in query.alias_map.items()
            if join.table_name == table and query.alias_refcount[alias]
        )
        models = apps.get_models(include_auto_created=True)
        model = next(model for model in models if model._meta.db_table == table)
        field = next(field for field in model._meta.local_fields if field.column == column)
        query.add_annotation(Col(alias, field), name)
    query.extra = extra
    return query
