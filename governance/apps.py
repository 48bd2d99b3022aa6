from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = _("Decisions")

    def ready(self) -> None:
        """Register what this app does with the chain's events, what it has the relayer do, its health."""
        from governance import handlers  # noqa: F401
        from governance.ballots import acts as ballot_acts  # noqa: F401
        from governance.proposals import acts, health, keeper  # noqa: F401
