"""What grows around a proposal, and the whole: results, record, rules, figures."""

from __future__ import annotations

from collections.abc import Collection

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.http.api import Resource, answer
from core.http.requests import InvalidParameter
from core.http.schema import FIND_PROBLEMS, IF_NONE_MATCH, NOT_MODIFIED, READ_PROBLEMS, problems
from governance.proposals.api.details import result_series, stats, timeline, trial
from governance.proposals.api.serializers import ResultSeriesSerializer, TimelineSerializer, TrialSerializer
from governance.proposals.api.stats_serializers import StatsSerializer
from governance.proposals.selectors.proposals import get_proposal

BUCKET = "bucket"
BUCKETS = ("hour", "day")


class ProposalResultsView(Resource):
    """How a vote grew."""

    def query_names(self) -> Collection[str]:
        """``bucket``."""
        return (BUCKET,)

    @extend_schema(
        operation_id="getProposalResults",
        tags=["Votes"],
        parameters=[
            IF_NONE_MATCH,
            OpenApiParameter(
                BUCKET,
                OpenApiTypes.STR,
                enum=BUCKETS,
                description="The width of a step; by default days from three days of voting on.",
            ),
        ],
        responses={200: ResultSeriesSerializer, **NOT_MODIFIED, **problems(*FIND_PROBLEMS)},
    )
    def get(self, request: Request, proposal_id: int) -> Response:
        """How a vote stands, and its cumulative sums at the end of each hour or day."""
        bucket = request.query_params.get(BUCKET)
        if bucket is not None and bucket not in BUCKETS:
            raise InvalidParameter(
                f"Ask for one of: {', '.join(BUCKETS)}.", field=BUCKET, known=list(BUCKETS)
            )
        return answer(result_series(get_proposal(proposal_id), bucket))


class ProposalTimelineView(Resource):
    """A proposal's record."""

    @extend_schema(
        operation_id="getProposalTimeline",
        tags=["Proposals"],
        parameters=[IF_NONE_MATCH],
        responses={200: TimelineSerializer, **NOT_MODIFIED, **problems(*FIND_PROBLEMS)},
    )
    def get(self, request: Request, proposal_id: int) -> Response:
        """What happened to a proposal, newest first, each line with its transaction."""
        proposal = get_proposal(proposal_id)
        return answer({"proposalId": str(proposal.proposal_id), "entries": timeline(proposal)})


class ProposalTrialView(Resource):
    """A proposal tried out."""

    @extend_schema(
        operation_id="tryProposal",
        tags=["Proposals"],
        parameters=[IF_NONE_MATCH],
        responses={200: TrialSerializer, **NOT_MODIFIED, **problems(*FIND_PROBLEMS)},
    )
    def get(self, request: Request, proposal_id: int) -> Response:
        """What would happen if its actions were carried out on top of the newest block; nothing is done."""
        return answer(trial(get_proposal(proposal_id)))


class StatsView(Resource):
    """The figures."""

    @extend_schema(
        operation_id="getStats",
        tags=["Governance"],
        parameters=[IF_NONE_MATCH],
        responses={200: StatsSerializer, **NOT_MODIFIED, **problems(*READ_PROBLEMS)},
    )
    def get(self, request: Request) -> Response:
        """Citizens, delegates, proposals and votes at the newest block."""
        return answer(stats())
