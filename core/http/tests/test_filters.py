"""What a reader may ask for reaches every database as something it understands."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from core.http.filters import SinceFilter


def test_moment_is_handed_on_in_utc() -> None:
    field = SinceFilter("timestamp").field
    assert field.clean("2026-01-02T03:04:05-17:41") == datetime(2026, 1, 2, 20, 45, 5, tzinfo=UTC)
    assert field.clean("2026-01-02T03:04:05-17:41").utcoffset().total_seconds() == 0
    assert field.clean("") is None


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "yesterday"])
def test_moment_outside_of_all_calendars_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        SinceFilter("timestamp").field.clean(text)
