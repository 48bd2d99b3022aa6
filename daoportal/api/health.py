"""Whether the portal can serve. Meant for probes: never throttled, never cached."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.db import connection as database
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.selectors import chain_head
from daoportal.api.serializers import HealthSerializer, LiveSerializer
from daoportal.kernel.api import StrictQuery, answer
from daoportal.kernel.locks import connection as valkey
from daoportal.kernel.schema import problems

logger = logging.getLogger(__name__)

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
    """Can the portal serve: asks the database, Valkey and how far the mirror has read."""

    @extend_schema(
        operation_id="getHealth",
        tags=["Health"],
        responses={200: HealthSerializer, 503: HealthSerializer, **problems(400, 406)},
    )
    def get(self, request: Request) -> Response:
        """How the parts of the portal are; 503 if one that serving needs is away."""
        return _health({"database": _database, "valkey": _valkey, "chain": _chain})


class ReadyView(_Probe):
    """Should requests be sent here: a chain that stands still is no reason to send readers away."""

    @extend_schema(
        operation_id="getReadiness",
        tags=["Health"],
        responses={200: HealthSerializer, 503: HealthSerializer, **problems(400, 406)},
    )
    def get(self, request: Request) -> Response:
        """Whether this process can serve readers."""
        return _health({"database": _database, "valkey": _valkey})


def _health(checks: dict[str, Callable[[], str]]) -> Response:
    parts = {name: _checked(name, check) for name, check in checks.items()}
    failing = any(part["status"] != "ok" for part in parts.values())
    body = {"status": "failing" if failing else "ok", "parts": parts}
    return answer(body, status=503 if failing else 200, headers=NO_STORE)


def _checked(name: str, check: Callable[[], str]) -> dict[str, str]:
    try:
        detail = check()
    except Exception as error:  # noqa: BLE001 - whatever a part does when it is broken, the probe must answer
        logger.warning("%s is failing: %s", name, error)
        # The reason goes to the log; it may name hosts that are nobody's business.
        return {"status": "failing", "detail": type(error).__name__}
    return {"status": "failing" if detail else "ok", "detail": detail}


def _database() -> str:
    database.ensure_connection()
    if not database.is_usable():
        raise OperationalError
    return ""


def _valkey() -> str:
    valkey().ping()
    return ""


def _chain() -> str:
    head = chain_head()
    if head.alarm:
        return head.alarm
    if head.timestamp is None:
        return "nothing was read yet"
    behind = (timezone.now() - head.timestamp).total_seconds()
    if behind > settings.CHAIN_STALE_SECONDS:
        return f"the newest block is {int(behind)} s old"
    return ""
