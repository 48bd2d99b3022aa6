"""What stands around every page of the officers' site."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest

from backoffice import registry, waiting
from backoffice.directory import officer_of
from backoffice.navigation import navigation


def chrome(site: AdminSite, request: HttpRequest) -> dict[str, Any]:
    """The navigation, the officer, the banners; nothing is read for somebody who has not signed in."""
    # Django's sign-in page means the host's name by "site_name".
    portal_name = settings.PORTAL_NAME
    if not site.has_permission(request):
        return {"portal_nav": [], "portal_name": portal_name}
    shown = [(each.place, each.template, each.context()) for each in registry.banners()]
    return {
        "portal_name": portal_name,
        "portal_nav": navigation(site, request, waiting.counts()),
        "officer": officer_of(request),
        "bar_banners": [(template, data) for place, template, data in shown if place == "bar" and data],
        "top_banners": [(template, data) for place, template, data in shown if place == "top" and data],
    }
