"""What lists of proposals and votes can be narrowed by."""

from __future__ import annotations

from django_filters.rest_framework import CharFilter, FilterSet

from core.http.filters import AddressFilter, ChoicesFilter, SinceFilter, UntilFilter
from governance.proposals.models import Proposal, ProposalState, ProposalType


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
