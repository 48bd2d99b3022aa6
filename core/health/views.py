"""Whether the portal can serve. Meant for probes: never throttled, never cached.

A running server answers the plain questions before they come here (``core.health.probes``): these views
describe them, and refuse what is not plain.
"""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.health import registry
from core.health.probes import status_of
from core.http.api import StrictQuery, answer
from core.http.schema import problems
from core.http.serializers import HealthSerializer, LiveSerializer

NO_STORE = {"Cache-Control": "no-store"}


class _Probe(StrictQuery):
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()


class LiveView(_Probe):
    """Is the process alive: touches nothing else, or a broken database would have every process restarted."""

    @extend_schema(
        operation_id="getLiveness", tags=["Health"], responses={200: LiveSerializer, **problems(400, 406)}
    )
    def get(self, request: Request) -> Response:
        """Whether this process answers."""
        return answer({"status": "ok"}, headers=NO_STORE)


class HealthView(_Probe):
    """How is the whole: for a monitor that calls somebody."""

    @extend_schema(
        operation_id="getHealth",
        tags=["Health"],
        responses={200: HealthSerializer, 503: HealthSerializer, **problems(400, 406)},
    )
    def get(self, request: Request) -> Response:
        """How the parts of the portal are; 503 if any of them fails."""
        return _answer(ready=False)


class ReadyView(_Probe):
    """Should requests be sent here: a chain that stands still is no reason to send readers away."""

    @extend_schema(
        operation_id="getReadiness",
        tags=["Health"],
        responses={200: HealthSerializer, 503: HealthSerializer, **problems(400, 406)},
    )
    def get(self, request: Request) -> Response:
        """Whether this process can serve; 503 if a part fails that it needs."""
        return _answer(ready=True)


def _answer(*, ready: bool) -> Response:
    report = registry.default.report()
    return answer(report.as_json(), status=status_of(report, ready=ready), headers=NO_STORE)
