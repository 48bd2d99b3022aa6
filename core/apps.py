"""The toolkit as an app: it brings the system checks and the health of what belongs to no app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Registers the checks of ``core.checks`` and the parts of ``core.health.parts``."""

    name = "core"
    verbose_name = "Core"

    def ready(self) -> None:
        """Import both, which register themselves."""
        from core import checks  # noqa: F401
        from core.health import parts  # noqa: F401
