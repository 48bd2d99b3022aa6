from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = _("Decisions")

    def ready(self) -> None:
        """Register what this app does with the chain's events, and what it has the relayer do."""
        from governance import acts, handlers, keeper  # noqa: F401
