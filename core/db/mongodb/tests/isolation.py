"""Tests apart from each other on a database that has no transaction around a test's own ones.

Elsewhere a test runs inside a transaction that is rolled back, and its transactions are savepoints. MongoDB
has none, so here they are what they are in production, and what a test wrote is swept away after it.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import TestCase, TransactionTestCase

KEPT = frozenset({"django_migrations", "portal_counters"})


class Sweeper:
    """Puts the database back to what the migrations made of it."""

    def __init__(self) -> None:
        database = connection.database  # type: ignore[attr-defined]
        names = sorted(set(database.list_collection_names()) - KEPT)
        self._made = {name: list(database[name].find()) for name in names}

    def install(self) -> None:
        """Sweep after each test from now on."""

        def sweep(case: Any) -> None:
            self.sweep()

        TestCase._databases_support_transactions = classmethod(lambda cls: False)  # type: ignore[attr-defined]
        TransactionTestCase._fixture_teardown = sweep  # type: ignore[attr-defined]

    def sweep(self) -> None:
        """Delete what was written, and write again what was there before."""
        database = connection.database  # type: ignore[attr-defined]
        for name, documents in self._made.items():
            if documents and list(database[name].find()) == documents:
                continue
            database[name].delete_many({})
            if documents:
                database[name].insert_many(documents)
