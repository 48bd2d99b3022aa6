"""Whole lists as NDJSON or CSV, streamed without a cap: only one batch of rows is in memory.

The batches are queries of their own, so a client that reads slowly holds no cursor and no snapshot of the
database.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from rest_framework.renderers import BaseRenderer

from core.http.pagination import paginate
from core.http.rendering import dumps

BATCH = 2000  # rows a query, and a write
Row = dict[str, Any]


class _StreamedRenderer(BaseRenderer):
    """Only for content negotiation: what is streamed is rendered as it goes."""

    render_style = "binary"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        """Never called for an export; errors are problems in JSON."""
        return dumps(data)


class NDJSONRenderer(_StreamedRenderer):
    """``application/x-ndjson``: one JSON object a line."""

    media_type = "application/x-ndjson"
    format = "ndjson"


class CSVRenderer(_StreamedRenderer):
    """``text/csv`` (RFC 4180) with a header line."""

    media_type = "text/csv"
    format = "csv"


def export(
    batches: Iterable[Sequence[Row]], names: list[str], *, kind: str, filename: str
) -> StreamingHttpResponse:
    """``batches`` of rows as a download.

    Args:
        batches: read as the client takes them.
        names: the members, in the order of the columns.
        kind: ``ndjson`` or ``csv``.
        filename: without its extension.
    """
    write, media_type = _WRITERS[kind]
    response = StreamingHttpResponse(write(batches, names), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{filename}.{kind}"'
    response["Cache-Control"] = "no-cache"
    # Says to proxies that buffering would defeat the point (nginx).
    response["X-Accel-Buffering"] = "no"
    return response


def batches_of(queryset: QuerySet[Any, Any], ordering: Sequence[str]) -> Iterator[list[Row]]:
    """All rows of ``queryset`` (of ``values()``), in batches; each starts after the last row of another."""
    cursor = None
    while True:
        page = paginate(queryset, ordering, cursor=cursor, size=BATCH)
        if page.rows:
            yield page.rows
        cursor = page.next
        if cursor is None:
            return


def _ndjson(batches: Iterable[Sequence[Row]], names: list[str]) -> Iterator[bytes]:
    for batch in batches:
        yield b"".join(dumps({name: row[name] for name in names}) + b"\n" for row in batch)


def _csv(batches: Iterable[Sequence[Row]], names: list[str]) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(names)
    yield _taken(buffer)
    for batch in batches:
        writer.writerows([csv_cell(row[name]) for name in names] for row in batch)
        yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return text


def csv_cell(value: Any) -> str:
    """The value as a cell of a table that may be opened in a spreadsheet."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    text = str(value)
    if text.startswith(_FORMULA_SIGNS) and not isinstance(value, int):
        # A spreadsheet would run it; the apostrophe makes it text (OWASP, CSV injection).
        return f"'{text}"
    return text


_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_WRITERS: dict[str, tuple[Callable[[Iterable[Sequence[Row]], list[str]], Iterator[bytes]], str]] = {
    "ndjson": (_ndjson, "application/x-ndjson"),
    "csv": (_csv, "text/csv; charset=utf-8"),
}
