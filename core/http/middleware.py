"""What stands around every page: its headers, and a plain word when the database is away."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import get_resolver

from core.outages import is_outage

logger = logging.getLogger(__name__)

_PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class ContentSecurityPolicyMiddleware:
    """Send ``Content-Security-Policy`` (W3C CSP 3) and ``Permissions-Policy`` with every response.

    The policy is ``settings.CONTENT_SECURITY_POLICY``, a dict of directive to sources. No view can loosen it:
    directives that one sets come after ours, and the first of a name counts.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        directives = settings.CONTENT_SECURITY_POLICY.items()
        self.policy = "; ".join(" ".join((name, *sources)) for name, sources in directives)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        stricter = response.get("Content-Security-Policy")
        response["Content-Security-Policy"] = f"{self.policy}; {stricter}" if stricter else self.policy
        response["Permissions-Policy"] = _PERMISSIONS_POLICY
        return response


class OutageMiddleware:
    """Answer 503 instead of 500 where a view failed because the database or Redis is away.

    What fails outside of views (a session that can't be read) comes to the same handler by Django's own way.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """The page of the site's own handler of errors; None for what is no outage."""
        if not is_outage(exception):
            return None
        logger.error("unavailable: %s", exception)
        answer: HttpResponseBase = get_resolver().resolve_error_handler(500)(request)
        return answer
