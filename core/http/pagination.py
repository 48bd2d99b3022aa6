"""Pages by cursor: each page starts after a row, not at a number, so a row added meanwhile shifts nothing.

A cursor is the base64url of the ordering's values in the last row shown. Ties are broken by the primary key,
which ends every ordering, so that rows of one instant are neither skipped nor shown twice.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from django.core.exceptions import ValidationError
from django.db.models import Field, Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.http.requests import InvalidCursor, InvalidParameter

PAGE_SIZE = 20
MAX_PAGE_SIZE = 100
CURSOR = "cursor"
SIZE = "page_size"


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page, and the cursors of its neighbours (``None`` where there is none)."""

    rows: list[Any]
    next: str | None
    previous: str | None


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in an ordering: ``values`` of its fields in a row, ``backward`` for the page before it."""

    ordering: tuple[str, ...]
    values: tuple[Any, ...]
    backward: bool = False

    def encode(self) -> str:
        """The cursor as it travels in a URL."""
        body = orjson.dumps(
            [",".join(self.ordering), int(self.backward), *(_text(value) for value in self.values)]
        )
        return base64.urlsafe_b64encode(body).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, ordering: tuple[str, ...], fields: Sequence[Field[Any, Any]]) -> Cursor:
        """Read a cursor.

        Raises:
            InvalidCursor: it can't be read, belongs to another ordering, or its values don't fit the fields.
        """
        try:
            body = orjson.loads(
                base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            )
            spelled, backward, *values = body
            if spelled != ",".join(ordering) or backward not in (0, 1) or len(values) != len(ordering):
                raise InvalidCursor(field=CURSOR)
            parsed = tuple(_value(field, value) for field, value in zip(fields, values, strict=True))
        except (binascii.Error, ValueError, TypeError, OverflowError, ValidationError):
            raise InvalidCursor(field=CURSOR) from None
        return cls(ordering, parsed, bool(backward))


def paginate(queryset: QuerySet[Any, Any], ordering: Sequence[str], *, cursor: str | None, size: int) -> Page:
    """One page of ``queryset`` (of models or of ``values()`` that hold the ordering's fields).

    Args:
        ordering: names of non-null fields, ``-`` for descending; the primary key is added if missing.
        cursor: as a page before gave it, ``None`` for the first page.
        size: rows at most.

    Raises:
        InvalidCursor: the cursor is not one of this ordering.
    """
    meta = queryset.model._meta
    names = total_ordering(ordering, meta.pk.attname)
    fields = [meta.get_field(name.lstrip("-")) for name in names]
    place = Cursor.decode(cursor, names, fields) if cursor else None
    backward = place is not None and place.backward
    queryset = queryset.order_by(*(_reversed(names) if backward else names))
    if place is not None:
        queryset = queryset.filter(_after(place))
    rows = list(queryset[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    if backward:
        rows.reverse()
    if not rows:
        return Page([], None, None)
    attributes = [field.attname for field in fields]

    def at(row: Any, *, back: bool) -> str:
        values = tuple(row[name] if isinstance(row, dict) else getattr(row, name) for name in attributes)
        return Cursor(names, values, back).encode()

    has_next = more if not backward else True
    has_previous = more if backward else place is not None
    return Page(
        rows,
        at(rows[-1], back=False) if has_next else None,
        at(rows[0], back=True) if has_previous else None,
    )


def total_ordering(ordering: Sequence[str], primary_key: str) -> tuple[str, ...]:
    """``ordering`` ended by the primary key, in the direction of the first field."""
    if any(name.lstrip("-") == primary_key for name in ordering):
        return tuple(ordering)
    sign = "-" if ordering and ordering[0].startswith("-") else ""
    return (*ordering, f"{sign}{primary_key}")


def page_size(text: str | None, *, default: int = PAGE_SIZE, largest: int = MAX_PAGE_SIZE) -> int:
    """The number of rows asked for.

    Raises:
        InvalidParameter: not a whole number from 1 to ``largest``.
    """
    if text is None:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not 1 <= int(text) <= largest:
        raise InvalidParameter(f"Give a whole number from 1 to {largest}.", field=SIZE)
    return int(text)


class CursorPages(BasePagination):
    """REST framework's pagination: ``next`` and ``previous`` as URLs, ``results``."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The rows of the page that ``request`` asks for, in the view's ``get_ordering(request)``."""
        self.request = request
        self.page = paginate(
            queryset,
            view.get_ordering(request),
            cursor=request.query_params.get(CURSOR),
            size=page_size(request.query_params.get(SIZE)),
        )
        return self.page.rows

    def get_paginated_response(self, data: Any) -> Response:
        """The page around ``data``."""
        return Response(
            {"next": self._url(self.page.next), "previous": self._url(self.page.previous), "results": data}
        )

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The page in OpenAPI."""
        url = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**url, "description": "The following page."},
                "previous": {**url, "description": "The page before."},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The query parameters in OpenAPI."""
        return [
            {
                "name": CURSOR,
                "in": "query",
                "schema": {"type": "string"},
                "description": "Where the page starts, as `next` or `previous` gave it.",
            },
            {
                "name": SIZE,
                "in": "query",
                "schema": {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_SIZE, "default": PAGE_SIZE},
                "description": "Results a page.",
            },
        ]

    def _url(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        query = [
            (key, value)
            for key, values in self.request.query_params.lists()
            for value in values
            if key != CURSOR
        ]
        return self.request.build_absolute_uri(f"{self.request.path}?{urlencode([*query, (CURSOR, cursor)])}")


def _after(place: Cursor) -> Q:
    """Rows beyond ``place``: ``a > x or (a = x and b > y)``, each comparison turned by its direction."""
    condition = Q()
    equal: dict[str, Any] = {}
    for name, value in zip(place.ordering, place.values, strict=True):
        field = name.lstrip("-")
        ascending = name.startswith("-") == place.backward
        condition |= Q(**equal, **{f"{field}__{'gt' if ascending else 'lt'}": value})
        equal[field] = value
    return condition


def _reversed(ordering: Sequence[str]) -> list[str]:
    return [name[1:] if name.startswith("-") else f"-{name}" for name in ordering]


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _value(field: Field[Any, Any], value: Any) -> Any:
    if not isinstance(value, str):
        raise TypeError("a cursor's values are text")
    target: Any = field
    parsed = (target.target_field if target.is_relation else target).to_python(value)
    if parsed is None:
        raise ValueError("a cursor's values are never empty")
    return parsed
