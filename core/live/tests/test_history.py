"""What is remembered, and when it can be resumed from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.live.filters import Filter
from core.live.history import Frame, History


def frame(number: int) -> Frame:
    return Frame(number, "chain:block", "", str(number))


@given(
    first=st.integers(1, 50),
    count=st.integers(0, 30),
    kept=st.integers(1, 12),
    since=st.integers(0, 100),
)
def test_what_is_reachable_is_whole_and_nothing_else_is(
    first: int, count: int, kept: int, since: int
) -> None:
    history = History(kept=kept, last=first - 1)
    for number in range(first, first + count):
        assert history.add(frame(number))
    last = first + count - 1
    oldest = max(first, last - kept + 1)
    assert history.reaches(since) is (oldest - 1 <= since <= last)
    if history.reaches(since):
        assert [f.id for f in history.after(since, Filter())] == list(range(since + 1, last + 1))


def test_a_hole_starts_it_anew() -> None:
    history = History(last=4)
    assert history.add(frame(5))
    assert not history.add(frame(7))
    assert not history.reaches(5)
    assert history.reaches(6)
    assert [f.id for f in history.after(6, Filter())] == [7]
