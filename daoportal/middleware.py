"""Response headers that every page carries."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

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
