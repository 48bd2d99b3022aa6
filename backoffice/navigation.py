"""The navigation of the officers' site, grouped as officers think of it, not as apps are cut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse

from backoffice import registry
from backoffice.directory import holds_any


def navigation(site: AdminSite, request: HttpRequest, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The groups with what this officer may open; the link of the page at hand is marked.

    Args:
        counts: how much waits in each list (:mod:`backoffice.waiting`).
    """
    may_view = {
        model._meta.label_lower
        for model, office in site._registry.items()
        if office.has_view_permission(request)
    }
    shown: list[dict[str, Any]] = []
    for group, sections in registry.groups():
        links = [
            {
                "label": section.label,
                "icon": section.icon,
                "url": url,
                "count": counts.get(section.waiting, 0),
                "current": _is_current(request.path, url, exact=section.to == "index"),
            }
            for section in sections
            if (url := _address(site, section.to, may_view, request))
        ]
        if links:
            shown.append({"title": group.title, "links": links})
    return shown


def _address(site: AdminSite, to: str, may_view: set[str], request: HttpRequest) -> str:
    if "." in to:
        return reverse(f"{site.name}:{to.replace('.', '_')}_changelist") if to in may_view else ""
    page = registry.page(to)
    if page is not None and not holds_any(request.user, page.roles):
        return ""
    return reverse(f"{site.name}:{to}")


def _is_current(path: str, url: str, *, exact: bool) -> bool:
    return path == url if exact else path.startswith(url)
