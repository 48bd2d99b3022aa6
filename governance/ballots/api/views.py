"""Ballots: of a proposal, of a person, page by page or all of them at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.api.acts import ActResource, act_schema, body_of
from contracts.selectors import chain_head
from core.http import fieldsets
from core.http.api import (
    FORMAT,
    ListResource,
    Row,
)
from core.http.etags import check_if_match
from core.http.exports import CSVRenderer, NDJSONRenderer, batches_of, export
from core.http.rendering import OrjsonRenderer
from core.http.schema import FIND_PROBLEMS, IF_MATCH, IF_NONE_MATCH, NOT_MODIFIED, problems
from governance.ballots.api.filters import UserVoteFilters, VoteFilters
from governance.ballots.api.queries import lost_weights, vote_rows
from governance.ballots.api.rows import VOTE_COLUMNS, vote_row
from governance.ballots.api.serializers import VoteActSerializer, VoteSerializer
from governance.ballots.models import Vote
from governance.errors import ProposalNotFound
from governance.proposals.api.details import proposal_detail
from governance.proposals.models import Proposal

EXPORTS = ("ndjson", "csv")
FORMAT_PARAMETER = OpenApiParameter(
    FORMAT,
    OpenApiTypes.STR,
    enum=["json", *EXPORTS],
    description="`ndjson` or `csv`: all, streamed. The address may end in `.ndjson` or `.csv` as well.",
)
EXPORTED: dict[tuple[int, str], OpenApiResponse] = {
    (200, "application/x-ndjson"): OpenApiResponse(OpenApiTypes.STR, "One ballot a line."),
    (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, "One ballot a line, under a line of names."),
}


class VoteListView(ListResource):
    """Ballots in pages; with `format` or a suffix, all of them as a stream."""

    queryset = Vote.objects.none()  # names the model to the schema; get_queryset needs an address
    serializer_class = VoteSerializer
    renderer_classes = (OrjsonRenderer, NDJSONRenderer, CSVRenderer)
    orderings: ClassVar[dict[str, str]] = {"timestamp": "event_id", "weight": "weight"}
    default_ordering = "-timestamp"
    columns = VOTE_COLUMNS
    filename = "votes"

    def query_names(self) -> Collection[str]:
        """Those of a list, and ``format``."""
        return {*super().query_names(), FORMAT}

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """A page, or everything."""
        kind = request.accepted_renderer.format
        if kind not in EXPORTS:
            return super().get(request, *args, **kwargs)
        known = self.field_names()
        asked = fieldsets.asked_fields(request, known)
        names = [name for name in known if asked is None or name in asked]
        lost = lost_weights(self.export_proposals())
        head = chain_head()
        batches = batches_of(self.rows(), self.get_ordering(request))
        made = ([vote_row(vote, lost, head) for vote in batch] for batch in batches)
        return export(made, names, kind=kind, filename=self.filename)

    def to_json(self, found: Sequence[Row]) -> Iterator[Row]:
        """Ballots as JSON: two queries for the whole page."""
        return iter(vote_rows(found))

    def export_proposals(self) -> Collection[int]:
        """The proposals whose ballots an export may hold."""
        raise NotImplementedError


class ProposalVotesView(VoteListView):
    """The ballots of one proposal."""

    filterset_class = VoteFilters

    @extend_schema(
        operation_id="listProposalVotes",
        tags=["Votes"],
        parameters=[FORMAT_PARAMETER, IF_NONE_MATCH],
        responses={200: VoteSerializer(many=True), **EXPORTED, **NOT_MODIFIED, **problems(*FIND_PROBLEMS)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The counted ballots of a proposal, newest first."""
        self.filename = f"proposal-{self.kwargs['proposal_id']}-votes"
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Vote]:
        """The proposal's ballots.

        Raises:
            ProposalNotFound: there is no such proposal.
        """
        proposal_id = self.kwargs["proposal_id"]
        votes = Vote.objects.filter(proposal_id=proposal_id)
        if not Proposal.objects.filter(pk=proposal_id).exists():
            raise ProposalNotFound(proposal_id=proposal_id)
        return votes

    def export_proposals(self) -> Collection[int]:
        """This one."""
        return (self.kwargs["proposal_id"],)


class ProposalVotesFile(ProposalVotesView):
    """The same at an address of its own: ``votes.ndjson``, ``votes.csv``."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """All of them."""
        return super().get(request, *args, **kwargs)


class UserVotesView(VoteListView):
    """The ballots of one address."""

    filterset_class = UserVoteFilters

    @extend_schema(
        operation_id="listUserVotes",
        tags=["People"],
        parameters=[FORMAT_PARAMETER, IF_NONE_MATCH],
        responses={200: VoteSerializer(many=True), **EXPORTED, **NOT_MODIFIED, **problems(*FIND_PROBLEMS)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The counted ballots of an address, newest first."""
        self.filename = f"{self.kwargs['address']}-votes"
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Vote]:
        """The address's ballots; an address that never voted has none."""
        return Vote.objects.filter(voter=self.kwargs["address"])

    def export_proposals(self) -> Collection[int]:
        """All that the address voted on."""
        return list(self.get_queryset().values_list("proposal_id", flat=True))


class UserVotesFile(UserVotesView):
    """The same at an address of its own: ``votes.ndjson``, ``votes.csv``."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """All of them."""
        return super().get(request, *args, **kwargs)


class ProposalVoteView(ActResource):
    """`PUT` hands in a signed ballot."""

    act = "vote"

    @act_schema("vote", VoteActSerializer, operation_id="castVote", tags=["Votes"], parameters=[IF_MATCH])
    def put(self, request: Request, proposal_id: int) -> Response:
        """Hand in a ballot that its voter has signed. The same ballot again answers the first one's state."""
        check_if_match(request, lambda: proposal_detail(proposal_id))
        return self.submit(self.act, body_of(request), proposal_id=proposal_id)
