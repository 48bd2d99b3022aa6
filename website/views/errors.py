"""Error pages. A program that asks for JSON gets a problem document from the API's own handlers."""

from __future__ import annotations

import sys

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.http import problems
from core.http.pages import error_page
from core.outages import RETRY_AFTER_SECONDS, is_outage


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400."""
    return error_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return error_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 if it is an outage that broke it; pages without queries."""
    if is_outage(sys.exc_info()[1]):
        return unavailable(request)
    return render(request, "errors/500.html", {"site_name": settings.PORTAL_NAME}, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form sent without its token (``settings.CSRF_FAILURE_VIEW``)."""
    return error_page(request, 403)


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 while the database is away: it asks nobody for anything; programs get a problem document."""
    if request.path.startswith("/api/"):
        return problems.unavailable()
    page = render(request, "errors/unavailable.html", {"site_name": settings.PORTAL_NAME}, status=503)
    page["Retry-After"] = str(RETRY_AFTER_SECONDS)
    page["Cache-Control"] = "no-store"
    return page
