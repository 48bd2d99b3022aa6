"""Filters that never ask the table which values it holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_SPANS = {"1": timedelta(days=1), "7": timedelta(days=7), "30": timedelta(days=30)}


class WhenFilter(SimpleListFilter):
    """By how long ago; subclasses name the column, see :func:`when_filter`."""

    title = _("time")
    parameter_name = "when"
    column = "timestamp"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The spans that can be chosen."""
        return [("1", _("Last 24 hours")), ("7", _("Last 7 days")), ("30", _("Last 30 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the chosen span."""
        span = _SPANS.get(self.value() or "")
        return queryset.filter(**{f"{self.column}__gte": timezone.now() - span}) if span else queryset


def when_filter(column: str) -> type[WhenFilter]:
    """A :class:`WhenFilter` on another column than ``timestamp``."""
    return type("WhenFilter", (WhenFilter,), {"column": column})
