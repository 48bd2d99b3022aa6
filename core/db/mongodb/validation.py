"""Which fields a model may have."""

from __future__ import annotations

from django_mongodb_backend.validation import DatabaseValidation as Upstream


class DatabaseValidation(Upstream):
    """Integer keys are welcome: :mod:`core.db.mongodb.sequences` counts them."""

    prohibited_fields: frozenset[str] = frozenset()
