from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = _("Decisions")

    def ready(self) -> None:
        """Register what this app does with the chain's events, what it has the relayer do, its health."""
        from governance import acts, handlers, health, keeper  # noqa: F401
