"""Problem details (RFC 9457): every error of the API is one JSON object with a code that never changes.

``type`` is ``/api/problems/<code>``, which answers what the code means; ``title`` is the same for every
occurrence, ``detail`` speaks of this one. ``field`` names the input at fault, ``errors`` lists them when
there are several.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core import signals
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponse, UnreadablePostError
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import DomainError
from core.http.rendering import OrjsonRenderer, dumps
from core.outages import RETRY_AFTER_SECONDS, is_outage

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

# Facts that the contracts count in uint256 are decimal text: one name has one JSON type, whatever its size.
_UINT256_FACTS = frozenset(
    {"proposal_id", "weight", "power", "needed", "supply", "threshold", "quorum", "amount", "value", "nonce"}
)

# Codes of HTTP itself; the domain's are the subclasses of DomainError.
HTTP_PROBLEMS: dict[str, tuple[int, Any]] = {
    "malformed-request": (400, _("The request could not be read.")),
    "validation-failed": (400, _("The request has fields that can't be accepted.")),
    "not-authenticated": (401, _("This needs an account.")),
    "authentication-failed": (401, _("The credentials are not valid.")),
    "permission-denied": (403, _("This account may not do that.")),
    "not-found": (404, _("There is nothing here.")),
    "method-not-allowed": (405, _("This address does not know that method.")),
    "not-acceptable": (406, _("None of the asked media types can be served.")),
    "request-too-large": (413, _("The request is too large.")),
    "unsupported-media-type": (415, _("The body's media type is not understood.")),
    "throttled": (429, _("Too many requests.")),
    "server-error": (500, _("Something went wrong here.")),
    "temporarily-unavailable": (503, _("A part of the portal is away for a moment.")),
}


def known_problems() -> dict[str, tuple[int, str]]:
    """Every code with its status and title: HTTP's own and each subclass of DomainError that is imported."""
    known = {code: (status, str(title)) for code, (status, title) in HTTP_PROBLEMS.items()}
    for kind in _descendants(DomainError):
        if "code" in vars(kind):
            known[kind.code] = (kind.status, str(kind.message))
    return dict(sorted(known.items()))


def problem(
    code: str,
    status: int,
    title: Any,
    *,
    detail: Any = None,
    field: str | None = None,
    errors: Sequence[Mapping[str, Any]] = (),
    **facts: Any,
) -> dict[str, Any]:
    """One problem as RFC 9457 spells it; ``facts`` become extension members in camelCase."""
    body: dict[str, Any] = {
        "type": f"/api/problems/{code}",
        "title": str(title),
        "status": status,
        "detail": str(title if detail is None else detail),
        "code": code,
    }
    if field is not None:
        body["field"] = field
    if errors:
        body["errors"] = list(errors)
    for name, value in facts.items():
        body.setdefault(camel_case(name), _json_safe(value, name))
    return body


def problem_of(error: DomainError) -> dict[str, Any]:
    """A domain error as a problem."""
    return problem(
        error.code, error.status, type(error).message, detail=error.detail, field=error.field, **error.data
    )


def problem_response(body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A problem as a plain Django response, for views outside REST framework."""
    return HttpResponse(
        dumps(body), status=body["status"], content_type=MEDIA_TYPE, headers=dict(headers or {})
    )


def unavailable() -> HttpResponse:
    """The problem of an outage, for what fails before any view is reached."""
    return problem_response(
        _http_problem("temporarily-unavailable"), {"Retry-After": str(RETRY_AFTER_SECONDS)}
    )


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response:
    """REST framework's ``EXCEPTION_HANDLER``: any exception as a problem, unforeseen ones logged too."""
    body, headers = _describe(error, context)
    set_rollback()
    request = context.get("request")
    if request is not None:
        # An error of an export is JSON all the same.
        request.accepted_renderer, request.accepted_media_type = OrjsonRenderer(), OrjsonRenderer.media_type
    return Response(body, status=body["status"], headers=headers, content_type=MEDIA_TYPE)


def camel_case(name: str) -> str:
    """``proposal_id`` as ``proposalId``."""
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


def _describe(error: Exception, context: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    if isinstance(error, DomainError):
        headers = (
            {"Retry-After": str(RETRY_AFTER_SECONDS)}
            if error.status == HTTPStatus.SERVICE_UNAVAILABLE
            else {}
        )
        return problem_of(error), headers
    if isinstance(error, exceptions.ValidationError):
        return _validation_problem(error), {}
    if isinstance(error, exceptions.APIException):
        return _api_problem(error)
    if isinstance(error, Http404):
        return _http_problem("not-found"), {}
    if isinstance(error, PermissionDenied):
        return _http_problem("permission-denied"), {}
    if isinstance(error, RequestDataTooBig):
        return _http_problem("request-too-large"), {}
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        return _http_problem("malformed-request"), {}
    if is_outage(error):
        logger.error("unavailable: %s", error)
        return _http_problem("temporarily-unavailable"), {"Retry-After": str(RETRY_AFTER_SECONDS)}
    logger.error("unforeseen error in the API", exc_info=error)
    # Error trackers listen to this signal, which Django sends only for errors that reach it.
    signals.got_request_exception.send(sender=type(context.get("view")), request=context.get("request"))
    return _http_problem("server-error"), {}


_API_CODES: list[tuple[type[exceptions.APIException], str]] = [
    (exceptions.ParseError, "malformed-request"),
    (exceptions.AuthenticationFailed, "authentication-failed"),
    (exceptions.NotAuthenticated, "not-authenticated"),
    (exceptions.PermissionDenied, "permission-denied"),
    (exceptions.NotFound, "not-found"),
    (exceptions.MethodNotAllowed, "method-not-allowed"),
    (exceptions.NotAcceptable, "not-acceptable"),
    (exceptions.UnsupportedMediaType, "unsupported-media-type"),
    (exceptions.Throttled, "throttled"),
]


def _api_problem(error: exceptions.APIException) -> tuple[dict[str, Any], dict[str, str]]:
    code = next((code for kind, code in _API_CODES if isinstance(error, kind)), "server-error")
    headers: dict[str, str] = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    facts: dict[str, Any] = {}
    if isinstance(error, exceptions.Throttled) and (wait := getattr(error, "wait", None)) is not None:
        seconds = max(1, math.ceil(wait))
        headers["Retry-After"] = str(seconds)
        facts["retry_after"] = seconds
    body = _http_problem(code, detail=error.detail, **facts)
    body["status"] = error.status_code
    return body, headers


def _validation_problem(error: exceptions.ValidationError) -> dict[str, Any]:
    errors = list(_flatten(error.detail, ""))
    first = errors[0] if errors else None
    only = first["field"] if first and all(item["field"] == first["field"] for item in errors) else None
    detail = first["detail"] if first else None
    return _http_problem("validation-failed", detail=detail, field=only or None, errors=errors)


def _flatten(detail: Any, path: str) -> Iterator[dict[str, str]]:
    if isinstance(detail, Mapping):
        for key, value in detail.items():
            name = "" if key == "non_field_errors" else str(key)
            yield from _flatten(value, ".".join(part for part in (path, name) if part))
    elif isinstance(detail, list | tuple):
        for index, value in enumerate(detail):
            nested = isinstance(value, Mapping | list | tuple)
            yield from _flatten(value, f"{path}.{index}" if nested and path else path)
    else:
        yield {"field": path, "code": str(getattr(detail, "code", "invalid")), "detail": str(detail)}


def _http_problem(code: str, **details: Any) -> dict[str, Any]:
    status, title = HTTP_PROBLEMS[code]
    return problem(code, status, title, **details)


def _json_safe(value: Any, name: str = "") -> Any:
    if value is None or isinstance(value, bool | str | float):
        return value
    if isinstance(value, int):
        return str(value) if name in _UINT256_FACTS else value
    if isinstance(value, Mapping):
        return {camel_case(str(key)): _json_safe(item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_json_safe(item, name) for item in value]
    isoformat = getattr(value, "isoformat", None)
    return isoformat().replace("+00:00", "Z") if isoformat else str(value)


def _descendants(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)
