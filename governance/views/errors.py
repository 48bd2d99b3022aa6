"""Error pages. A program that asks for JSON gets a problem document from the API's own handlers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from core.errors import DomainError
from core.http import problems
from core.outages import RETRY_AFTER_SECONDS, is_outage

View = Callable[Concatenate[HttpRequest, ...], HttpResponseBase]


def _page(request: HttpRequest, status: int, problem: object = "") -> HttpResponse:
    name = status if status in {400, 403, 404} else 400
    return render(request, f"errors/{name}.html", {"problem": problem}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return _page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 if it is an outage that broke it; pages without queries."""
    if is_outage(sys.exc_info()[1]):
        return unavailable(request)
    return render(request, "errors/500.html", {"site_name": settings.PORTAL_NAME}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form sent without its token (``settings.CSRF_FAILURE_VIEW``)."""
    return _page(request, 403)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 while the database is away: it asks nobody for anything; programs get a problem document."""
    if request.path.startswith("/api/"):
        return problems.unavailable()
    page = render(request, "errors/unavailable.html", {"site_name": settings.PORTAL_NAME}, status=503)
    page["Retry-After"] = str(RETRY_AFTER_SECONDS)
    page["Cache-Control"] = "no-store"
    return page


def told(view: View) -> View:
    """Let a view raise domain errors: the reader gets the page of their status, with their words."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return _page(request, error.status, error.detail)

    return wrapped
