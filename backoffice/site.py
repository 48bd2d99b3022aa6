"""The officers' site: one admin site that shows what was thought through for it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _

from backoffice import registry
from backoffice.admins import OfficeAdmin
from backoffice.chrome import chrome
from backoffice.dashboard import dashboard
from backoffice.directory import OFFICERS, holds_any


class OfficersSite(admin.AdminSite):
    """Takes :class:`OfficeAdmin` alone: what a library registers by itself has no place here."""

    site_title = _("Officers’ side")
    site_header = _("Officers’ side")
    index_title = _("Today")
    enable_nav_sidebar = True

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[admin.ModelAdmin] | None = None,
        **options: Any,
    ) -> None:
        """Register an :class:`OfficeAdmin`; pass over anything else."""
        if admin_class is not None and issubclass(admin_class, OfficeAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the account is an officer's now: who was one has no door any more."""
        return holds_any(request.user, OFFICERS)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Add the registered pages."""
        own = [
            path(page.route, self.admin_view(_for(page.roles, page.view)), name=page.name)
            for page in registry.pages()
        ]
        return [*own, *super().get_urls()]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What stands around every page: navigation, the officer, banners."""
        return {**super().each_context(request), **chrome(self, request)}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The dashboard."""
        # First, as it counts for the badges by the way.
        context = dashboard(request)
        return super().index(request, {**context, **(extra_context or {})})

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Officers know sections, not apps: back to the dashboard."""
        return HttpResponseRedirect(reverse(f"{self.name}:index"))


def _for(roles: frozenset[str], view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view for whoever holds one of ``roles``."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not holds_any(request.user, roles):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
