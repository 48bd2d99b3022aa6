"""The rules in force."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.http.api import Resource, answer
from core.http.schema import IF_NONE_MATCH, NOT_MODIFIED, READ_PROBLEMS, problems
from governance.parameters.api.details import parameters
from governance.parameters.api.serializers import ParametersSerializer


class ParametersView(Resource):
    """The rules."""

    @extend_schema(
        operation_id="getParameters",
        tags=["Governance"],
        parameters=[IF_NONE_MATCH],
        responses={200: ParametersSerializer, **NOT_MODIFIED, **problems(*READ_PROBLEMS)},
    )
    def get(self, request: Request) -> Response:
        """The rules as they stand, and the ways of counting a proposal may choose."""
        return answer(parameters())
