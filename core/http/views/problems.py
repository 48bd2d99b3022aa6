"""What a problem's ``type`` points at: the meaning of its code."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import exceptions
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core.http.api import Resource, StrictQuery, answer
from core.http.problems import known_problems
from core.http.schema import FIND_PROBLEMS, IF_NONE_MATCH, NOT_MODIFIED, READ_PROBLEMS, problems
from core.http.serializers import ProblemKindSerializer, ProblemKindsSerializer


class ProblemKindsView(Resource):
    """All codes."""

    @extend_schema(
        operation_id="listProblems",
        tags=["Problems"],
        parameters=[IF_NONE_MATCH],
        responses={200: ProblemKindsSerializer, **NOT_MODIFIED, **problems(*READ_PROBLEMS)},
    )
    def get(self, request: Request) -> Response:
        """Every code that a problem can have."""
        kinds = known_problems().items()
        return answer(
            {"results": [{"code": code, "status": status, "title": title} for code, (status, title) in kinds]}
        )


class ProblemKindView(Resource):
    """One code."""

    @extend_schema(
        operation_id="getProblem",
        tags=["Problems"],
        parameters=[IF_NONE_MATCH],
        responses={200: ProblemKindSerializer, **NOT_MODIFIED, **problems(*FIND_PROBLEMS)},
    )
    def get(self, request: Request, code: str) -> Response:
        """What one code means."""
        found = known_problems().get(code)
        if found is None:
            raise exceptions.NotFound
        status, title = found
        return answer({"code": code, "status": status, "title": title})


class NothingHere(StrictQuery):
    """Every other address under ``/api/``: a problem like any other, not a page."""

    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Count the request, then say so, whatever the method."""
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(
            request, force=True
        )
        self.check_throttles(request)
        raise exceptions.NotFound
