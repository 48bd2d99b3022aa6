"""Votes over time as an SVG: For and Abstain stacked, Against as a line, the quorum dotted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from governance.ballots.selectors.results import ResultSeries, SeriesPoint
from governance.parameters.strategies import Units

WIDTH, HEIGHT = 840.0, 240.0
_STEPS = (1, 2, 5)
_MOST_POINTS = 120  # a path of more says nothing more


@dataclass(frozen=True, slots=True)
class Chart:
    """Point lists for the SVG and what stands beside it; ``rows`` is the same as a table."""

    stacked: str
    forward: str
    against: str
    quorum_y: float | None
    now_x: float | None
    grid: tuple[float, ...]
    y_labels: tuple[int, ...]
    x_labels: tuple[datetime, ...]
    rows: tuple[SeriesPoint, ...]


def nice_top(value: int) -> tuple[int, int]:
    """The top of an axis that holds ``value``, and its step: 1, 2 or 5 times a power of ten, six at most."""
    power = 1
    while True:
        for factor in _STEPS:
            step = factor * power
            if step * 6 >= value:
                return step * max(1, -(-value // step)), step
        power *= 10


def draw(series: ResultSeries, now: datetime, places: int = 0) -> Chart | None:
    """The chart of a vote up to ``now`` (the whole vote once it is over); None before the first ballot.

    ``places`` are the decimal places of a vote.
    """
    start, end, points = series.start, series.end, series.points
    if start is None or end is None or not points or end <= start:
        return None
    last = min(now, end)
    path = _thin([SeriesPoint(start, 0, 0, 0), *(_until(point, last) for point in points)])
    if path[-1].at < last:
        path.append(_until(points[-1], last, exactly=True))
    highest = max(
        max(point.for_votes + point.abstain_votes for point in path),
        max(point.against_votes for point in path),
        series.quorum or 0,
    )
    top, step = nice_top(highest)

    def x(moment: datetime) -> float:
        return round(min(1.0, max(0.0, (moment - start) / (end - start))) * WIDTH, 1)

    def y(votes: int) -> float:
        return round(HEIGHT - votes * HEIGHT / top, 1)

    right = x(path[-1].at)
    return Chart(
        stacked=_area([(x(point.at), y(point.for_votes + point.abstain_votes)) for point in path], right),
        forward=_area([(x(point.at), y(point.for_votes)) for point in path], right),
        against=" ".join(f"{x(point.at)},{y(point.against_votes)}" for point in path),
        quorum_y=y(series.quorum) if series.quorum else None,
        now_x=x(now) if now < end else None,
        grid=tuple(y(value) for value in range(0, top + 1, step)),
        y_labels=tuple(Units(value, places) for value in range(top, -1, -step)),
        x_labels=_labels(start, end),
        rows=tuple(
            SeriesPoint(point.at, *(Units(votes, places) for votes in _counts(point)))
            for point in by_day(points)
        ),
    )


def by_day(points: Sequence[SeriesPoint]) -> list[SeriesPoint]:
    """The sums at the end of each day (UTC)."""
    days: dict[object, SeriesPoint] = {}
    for point in points:
        days[(point.at - timedelta(seconds=1)).date()] = point
    return [SeriesPoint(point.at - timedelta(seconds=1), *_counts(point)) for point in days.values()]


def _counts(point: SeriesPoint) -> tuple[int, int, int]:
    return point.for_votes, point.against_votes, point.abstain_votes


def _until(point: SeriesPoint, last: datetime, *, exactly: bool = False) -> SeriesPoint:
    """``point``, not later than ``last``: a stretch of time that is not over yet ends now."""
    return SeriesPoint(last if exactly else min(point.at, last), *_counts(point))


def _thin(points: list[SeriesPoint]) -> list[SeriesPoint]:
    if len(points) <= _MOST_POINTS:
        return points
    every = -(-len(points) // _MOST_POINTS)
    return [*points[:-1:every], points[-1]]


def _area(line: list[tuple[float, float]], right: float) -> str:
    inside = " ".join(f"{x},{y}" for x, y in line)
    return f"0,{HEIGHT} {inside} {right},{HEIGHT}"


def _labels(start: datetime, end: datetime) -> tuple[datetime, ...]:
    count = 5 if end - start >= timedelta(days=4) else 3
    return tuple(start + (end - start) * place / (count - 1) for place in range(count))
