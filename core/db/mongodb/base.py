"""The connection."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import atomic
from django_mongodb_backend.base import DatabaseWrapper as Upstream
from pymongo.errors import PyMongoError

from core.db.mongodb import expressions
from core.db.mongodb.features import DatabaseFeatures
from core.db.mongodb.operations import DatabaseOperations
from core.db.mongodb.schema import DatabaseSchemaEditor
from core.db.mongodb.transactions import Transactions
from core.db.mongodb.validation import DatabaseValidation

expressions.register()


class DatabaseWrapper(Transactions, Upstream):
    """A thread's connection; the sockets are the process's, in the driver's pool."""

    data_types = {
        **Upstream.data_types,
        "AutoField": "long",
        "BigAutoField": "long",
        "SmallAutoField": "long",
    }
    SchemaEditorClass = DatabaseSchemaEditor
    features_class = DatabaseFeatures
    ops_class = DatabaseOperations
    validation_class = DatabaseValidation

    close = BaseDatabaseWrapper.close

    def _close(self) -> None:
        with suppress(PyMongoError):
            self._end_session()
        with suppress(AttributeError):
            del self.database  # found anew, and with it the pool: this may be another process by then

    def is_usable(self) -> bool:
        """Whether the server answers."""
        try:
            self.connection.admin.command("ping")
        except PyMongoError:
            return False
        return True

    def get_collection(self, name: str, **options: Any) -> Any:
        """The collection ``name`` for one operation, unless this transaction is over."""
        self.ensure_connection()
        self.validate_no_broken_transaction()
        return super().get_collection(name, **options)

    def insert_rows(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert many rows as they are, in the current transaction.

        Args:
            table: the collection.
            columns: names of every field that a document has, the primary key included.
            rows: values as the fields prepare them for this database.

        Raises:
            IntegrityError: if a unique index refuses one of them; within ``atomic`` the transaction is over.
        """
        documents = [dict(zip(columns, row, strict=True)) for row in rows]
        if documents:
            collection = self.get_collection(table)
            self.perform(f"insert {table}", lambda: collection.insert_many(documents, session=self.session))

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Reads that all see one state of the database, beyond the life that a transaction may have.

        The server keeps that state for ``minSnapshotHistoryWindowInSeconds`` (300 s if not set otherwise).
        One that keeps none at all is read in a transaction.
        """
        self.ensure_connection()
        if self.in_atomic_block:
            yield
            return
        if not self._keeps_snapshots():
            with atomic(using=self.alias):
                yield
            return
        with self.connection.start_session(snapshot=True) as session:
            self.session = session
            try:
                yield
            finally:
                self.session = None

    def _keeps_snapshots(self) -> bool:
        question = {"find": "django_migrations", "limit": 1, "readConcern": {"level": "snapshot"}}
        return "atClusterTime" in self.database.command(question)["cursor"]


# A child process must not use its parent's sockets.
os.register_at_fork(after_in_child=Upstream._connection_pools.clear)
