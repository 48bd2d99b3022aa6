"""The officers' site as an app, and the admin site class that the whole project uses."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class OfficersAdminConfig(AdminConfig):
    """``django.contrib.admin`` with our site; stands in for it in ``INSTALLED_APPS``."""

    default = False
    default_site = "backoffice.site.OfficersSite"


class BackofficeConfig(AppConfig):
    """Navigation, dashboard, inbox, approvals: what the apps register in their modules ``backoffice``."""

    default = True
    name = "backoffice"
    verbose_name = _("Officers’ side")

    def ready(self) -> None:
        """Register this app's own pages, then have every app register its part."""
        from backoffice import own  # noqa: F401

        autodiscover_modules("backoffice")
