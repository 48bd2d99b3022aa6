"""The officers' side: one admin site that shows what was thought through for it, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _

from backoffice.admins import DeskAdmin
from core.db.transactions import again


class OfficersSite(admin.AdminSite):
    """Takes :class:`DeskAdmin` alone: what a library registers by itself has no place here."""

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
        """Register a :class:`DeskAdmin`; pass over anything else."""
        if admin_class is not None and issubclass(admin_class, DeskAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """The view behind the door; done again from the start if its transaction made room for another's."""
        return super().admin_view(again(view), cacheable)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Add the pages that are about no one model."""
        from officers import emergency, failed, views

        own = [
            path("chain/", self.admin_view(views.chain_status), name="chain_status"),
            path("emergency/", self.admin_view(emergency.emergency), name="emergency"),
            path("emergency/<slug:name>/", self.admin_view(emergency.emergency_deed), name="emergency_deed"),
            path("failed-tasks/", self.admin_view(failed.failed_tasks), name="failed_tasks"),
            path(
                "failed-tasks/<str:letter>/<slug:deed>/",
                self.admin_view(failed.failed_task),
                name="failed_task",
            ),
        ]
        return [*own, *super().get_urls()]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What the frame of every page shows: sections, the officer, the chain's pulse."""
        from officers import frame

        return {**super().each_context(request), **frame.context(self, request)}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """Today: what waits, what closes, how the chain is."""
        from officers import views

        return super().index(request, {**views.today_context(request), **(extra_context or {})})

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Officers know sections, not apps: back to today."""
        return HttpResponseRedirect(reverse(f"{self.name}:index"))
