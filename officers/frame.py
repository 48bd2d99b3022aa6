"""What stands around every page of the officers' side."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest

from identity.roles.admin.officer import officer_of
from officers import nav, status, today


def context(site: AdminSite, request: HttpRequest) -> dict[str, Any]:
    """Nothing of it is read for somebody who has not signed in."""
    # Django's sign-in page means the host's name by "site_name".
    portal_name = settings.PORTAL_NAME
    if not site.has_permission(request):
        return {"portal_nav": [], "portal_name": portal_name}
    waits = waiting_of(request)
    counts = {
        "proposals": len(waits.ready) + len(waits.cancellations),
        "erasures": len(waits.erasures),
        "role_requests": len(waits.role_requests) + len(waits.announced),
        "pause_wishes": len(waits.pause.wishes) if waits.pause else 0,
    }
    return {
        "portal_name": portal_name,
        "portal_nav": nav.sections(site, request, counts),
        "officer": officer_of(request),
        "chain": status.chain_state(),
        "pause": waits.pause,
        "announced_changes": waits.announced,
        "now_on_chain": waits.now,
    }


def waiting_of(request: HttpRequest) -> today.Waiting:
    """What waits, read once in a request."""
    known: today.Waiting | None = getattr(request, "_portal_waiting", None)
    if known is None:
        known = today.waiting()
        request._portal_waiting = known  # type: ignore[attr-defined]
    return known
