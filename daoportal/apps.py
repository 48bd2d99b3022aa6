"""The project package as an app: it brings the system checks."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers the checks of ``daoportal.checks``."""

    name = "daoportal"
    label = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Import the checks, which register themselves."""
        from daoportal import checks  # noqa: F401
