"""Pages of lists that may be long: nothing counts half a million rows to say how many pages there are."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

COUNTED = 10_000


class CappedPaginator(Paginator):
    """Counts to ``COUNTED`` and no further; beyond, a reader narrows the list instead of leafing on."""

    @cached_property
    def _found(self) -> int:
        rows: Any = self.object_list
        if not isinstance(rows, QuerySet):
            return len(rows)
        return rows.order_by().values("pk")[: COUNTED + 1].count()

    @cached_property
    def count(self) -> int:  # type: ignore[override]
        """The number of rows that can be leafed through, at most ``COUNTED``."""
        return min(self._found, COUNTED)

    @property
    def capped(self) -> bool:
        """Whether there are more rows than were counted."""
        return self._found > COUNTED
