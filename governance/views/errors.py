"""Error pages. A program that asks for JSON gets a problem document from the API's own handlers."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from daoportal.kernel.errors import DomainError

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
    """500; a page without queries, since the database may be what broke."""
    return render(request, "errors/500.html", {"site_name": settings.PORTAL_NAME}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form sent without its token (``settings.CSRF_FAILURE_VIEW``)."""
    return _page(request, 403)


def maintenance(request: HttpRequest) -> HttpResponse:
    """503 while the site is looked after; ask again in two minutes."""
    page = render(request, "errors/maintenance.html", {"site_name": settings.PORTAL_NAME}, status=503)
    page["Retry-After"] = "120"
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
