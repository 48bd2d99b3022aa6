"""The officers' side as an app: its template tags, and the admin site class that the whole project uses."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class OfficersAdminConfig(AdminConfig):
    """``django.contrib.admin`` with our site; stands in for it in ``INSTALLED_APPS``."""

    default = False
    default_site = "officers.site.OfficersSite"


class OfficersConfig(AppConfig):
    """Dashboard, navigation, chain status and the audit log's pages."""

    default = True
    name = "officers"
    label = "officers"
    verbose_name = _("Officers’ side")
