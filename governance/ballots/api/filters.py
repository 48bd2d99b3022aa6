"""What lists of votes can be narrowed by."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import ChoiceFilter, FilterSet

from core.http.filters import AddressFilter, ChoicesFilter, SinceFilter, Uint256Filter, UntilFilter
from governance.ballots.models import Support, Vote


class VoteFilters(FilterSet):
    """Filters of ``GET /api/proposals/{proposalId}/votes``."""

    support = ChoicesFilter(choices=Support.choices)
    voter = AddressFilter()
    hasReason = ChoiceFilter(choices=(("true", "true"), ("false", "false")), method="with_reason")
    timestamp_after = SinceFilter("timestamp")
    timestamp_before = UntilFilter("timestamp")

    class Meta:
        model = Vote
        fields: list[str] = []

    def with_reason(self, queryset: QuerySet[Vote], name: str, value: str) -> QuerySet[Vote]:
        """Ballots that came with a reason (that is known here), or without."""
        given = queryset.filter(reason__isnull=False).exclude(reason="")
        return given if value == "true" else queryset.exclude(pk__in=given.values("pk"))


class UserVoteFilters(VoteFilters):
    """Filters of ``GET /api/users/{address}/votes``."""

    voter: Any = None
    proposalId = Uint256Filter(field_name="proposal_id")
