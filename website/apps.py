from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebsiteConfig(AppConfig):
    """Pages about several apps, and the tags of the frame around every page."""

    name = "website"
    verbose_name = _("Website")
