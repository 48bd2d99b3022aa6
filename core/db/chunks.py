"""Many values for one question, some hundred at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

IN_CHUNK = 500  # SQLite's oldest limit on parameters is 999


def chunks(values: Iterable[str | None]) -> Iterator[list[str]]:
    """The distinct ``values`` in lower case, without what is empty."""
    wanted = sorted({value.lower() for value in values if value})
    for start in range(0, len(wanted), IN_CHUNK):
        yield wanted[start : start + IN_CHUNK]
