"""Proposals: the list, one of them, and the acts that make, decide and cancel them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.api.acts import ActResource, act_schema, body_of
from core.http import fieldsets
from core.http.api import FieldsBackend, ListResource, OrderingBackend, Resource, Row, SearchBackend, answer
from core.http.etags import check_if_match
from core.http.schema import FIND_PROBLEMS, IF_MATCH, IF_NONE_MATCH, NOT_MODIFIED, READ_PROBLEMS, problems
from governance.proposals.api.details import proposal_detail
from governance.proposals.api.filters import ProposalFilters
from governance.proposals.api.queries import surroundings
from governance.proposals.api.rows import PROPOSAL_COLUMNS, proposal_row
from governance.proposals.api.serializers import (
    CancelSerializer,
    ProposalDetailSerializer,
    ProposalSerializer,
    ProposeSerializer,
)
from governance.proposals.models import Proposal


class ProposalSearch(SearchBackend):
    """Words in a proposal's title, summary, text or topic."""

    search_description = "Words that must all occur in the title, summary, text or topic."


class ProposalListView(ActResource, ListResource):
    """`GET` lists proposals, `POST` hands in a signed proposal."""

    act = "propose"
    serializer_class = ProposalSerializer
    filterset_class = ProposalFilters
    filter_backends = (DjangoFilterBackend, ProposalSearch, OrderingBackend, FieldsBackend)
    search_fields = ("title", "summary", "description", "topic")
    orderings = {
        "createdAt": "created_at",
        "updatedAt": "updated_at",
        "proposalId": "proposal_id",
        "title": "title",
    }
    default_ordering = "-createdAt"
    columns = PROPOSAL_COLUMNS

    def get_queryset(self) -> QuerySet[Proposal]:
        """All of them."""
        return Proposal.objects.all()

    def to_json(self, found: Sequence[Row]) -> Iterator[Row]:
        """Proposals as JSON, with a few queries for the whole page."""
        around = surroundings(found)
        return (proposal_row(row, around) for row in found)

    @extend_schema(
        operation_id="listProposals",
        tags=["Proposals"],
        parameters=[IF_NONE_MATCH],
        responses={200: ProposalSerializer(many=True), **NOT_MODIFIED, **problems(*READ_PROBLEMS)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """List proposals, newest first."""
        return super().get(request, *args, **kwargs)

    @act_schema("propose", ProposeSerializer, operation_id="createProposal", tags=["Proposals"])
    def post(self, request: Request) -> Response:
        """Hand in a proposal that its proposer has signed."""
        return self.submit(self.act, body_of(request))


class ProposalView(ActResource, Resource):
    """`GET` answers one proposal, `DELETE` hands in a signed cancellation."""

    act = "cancel"

    def query_names(self) -> Collection[str]:
        """``fields``."""
        return (fieldsets.PARAMETER,)

    @extend_schema(
        operation_id="getProposal",
        tags=["Proposals"],
        parameters=[IF_NONE_MATCH, *fieldsets.parameters(ProposalDetailSerializer)],
        responses={200: ProposalDetailSerializer, **NOT_MODIFIED, **problems(*FIND_PROBLEMS)},
    )
    def get(self, request: Request, proposal_id: int) -> Response:
        """One proposal, with its actions in words, its tally, its quorum and its steps."""
        names = fieldsets.asked_fields(request, ProposalDetailSerializer._declared_fields)
        return answer(fieldsets.pick(proposal_detail(proposal_id), names))

    @act_schema(
        "cancel", CancelSerializer, operation_id="cancelProposal", tags=["Proposals"], parameters=[IF_MATCH]
    )
    def delete(self, request: Request, proposal_id: int) -> Response:
        """Hand in a signed cancellation: its proposer's, or of two administrators, who must give a reason."""
        check_if_match(request, lambda: proposal_detail(proposal_id))
        return self.submit(self.act, body_of(request), proposal_id=proposal_id)
