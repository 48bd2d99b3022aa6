"""What Django may count on."""

from __future__ import annotations

from django_mongodb_backend.features import DatabaseFeatures as Upstream


class DatabaseFeatures(Upstream):
    """A replica set has transactions, and none within another."""

    supports_transactions = True
    uses_savepoints = False
    supports_table_check_constraints = True
    supports_ignore_conflicts = True
    supports_update_conflicts = True
    supports_update_conflicts_with_target = True
