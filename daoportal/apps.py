"""The project package as an app: it brings the system checks and the health of what belongs to no app."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers the checks of ``daoportal.checks`` and the parts of ``daoportal.health``."""

    name = "daoportal"
    label = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Import both, which register themselves."""
        from daoportal import checks, health  # noqa: F401
