"""What lists of proposals and votes can be narrowed by."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import CharFilter, ChoiceFilter, FilterSet

from core.http.filters import AddressFilter, ChoicesFilter, SinceFilter, Uint256Filter, UntilFilter
from governance.models import Proposal, ProposalState, ProposalType, Support, Vote


class ProposalFilters(FilterSet):
    """Filters of ``GET /api/proposals``."""

    state = ChoicesFilter(choices=ProposalState.choices)
    type = ChoicesFilter(field_name="proposal_type", choices=ProposalType.choices)
    topic = CharFilter(max_length=64)
    proposer = AddressFilter()
    createdAt_after = SinceFilter("created_at")
    createdAt_before = UntilFilter("created_at")

    class Meta:
        model = Proposal
        fields: list[str] = []


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
