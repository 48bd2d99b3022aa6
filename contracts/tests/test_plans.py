"""Lists of events are read in the order of an index: sorting every ballot for one page took a while."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from contracts.models import ChainEvent

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "filters", [{}, {"event_name": "VoteCast"}, {"subject_kind": "proposal", "subject_id": "7"}]
)
def test_page_of_events_is_read_without_sorting(filters: dict[str, Any]) -> None:
    page = ChainEvent.objects.filter(**filters).order_by("-position")
    for rows in (page[:21], page.filter(position__lt=2**40)[:21]):
        # Other databases choose a plan by what a table holds, and this one is empty.
        assert connection.vendor != "sqlite" or "TEMP B-TREE" not in rows.explain()
