"""Pauses: the one that holds and those before it."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.http.api import Resource, answer
from core.http.schema import IF_NONE_MATCH, NOT_MODIFIED, READ_PROBLEMS, problems
from governance.pauses.api.details import pauses
from governance.pauses.api.serializers import PausesSerializer


class PausesView(Resource):
    """The emergency brake."""

    @extend_schema(
        operation_id="getPauses",
        tags=["Governance"],
        parameters=[IF_NONE_MATCH],
        responses={200: PausesSerializer, **NOT_MODIFIED, **problems(*READ_PROBLEMS)},
    )
    def get(self, request: Request) -> Response:
        """Every pause with its reason, whole: pauses are few."""
        return answer(pauses())
