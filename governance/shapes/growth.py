"""The line of those who gave a delegate their vote, as SVG points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from governance.delegation.selectors.delegates import WeightPoint

WIDTH, HEIGHT, ROOM = 600, 120, 8


@dataclass(frozen=True, slots=True)
class Growth:
    """``line`` and ``area`` are lists of SVG points; ``rows`` are what they show, for the table."""

    line: str
    area: str
    rows: Sequence[WeightPoint]

    @property
    def first(self) -> WeightPoint:
        return self.rows[0]

    @property
    def last(self) -> WeightPoint:
        return self.rows[-1]


def growth_of(points: Sequence[WeightPoint], *, until: datetime) -> Growth | None:
    """Steps from the first change until ``until``, scaled to the box; None if nothing ever changed."""
    if not points:
        return None
    points = [*points, WeightPoint(max(until, points[-1].at), points[-1].people)]
    start, end = points[0].at.timestamp(), points[-1].at.timestamp()
    most = max(1, *(point.people for point in points))
    drawn: list[str] = []
    level = HEIGHT
    for point in points:
        x = round(WIDTH * (point.at.timestamp() - start) / (end - start)) if end > start else 0
        drawn.append(f"{x},{level}")
        level = round(HEIGHT - (HEIGHT - ROOM) * point.people / most)
        drawn.append(f"{x},{level}")
    line = " ".join(drawn)
    return Growth(line, f"0,{HEIGHT} {line} {WIDTH},{HEIGHT}", points)
