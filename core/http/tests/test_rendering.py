"""JSON for programs: exact, in UTC, and never a silent loss of digits."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils.translation import gettext_lazy

from core.http.rendering import OrjsonRenderer, dumps


def test_times_are_utc_with_a_z() -> None:
    assert dumps(datetime(2026, 1, 1, 12, tzinfo=UTC)) == b'"2026-01-01T12:00:00Z"'


def test_lazy_words_and_decimals_are_strings() -> None:
    assert dumps({"a": gettext_lazy("Against"), "b": Decimal("1.10")}) == b'{"a":"Against","b":"1.10"}'


def test_number_beyond_64_bits_is_refused_rather_than_rounded() -> None:
    with pytest.raises(TypeError):
        dumps({"weight": 2**255})


def test_no_data_is_an_empty_body() -> None:
    assert OrjsonRenderer().render(None) == b""
    assert OrjsonRenderer().render({"id": "1"}) == b'{"id":"1"}'
