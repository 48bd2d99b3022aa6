from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GovernanceConfig(AppConfig):
    name = "governance"
    verbose_name = _("Decisions")

    def ready(self) -> None:
        """Register what this app does with the chain's events, what it has the relayer do, its health."""
        # The contracts first: what is done with an event can be said only of one that is known.
        from governance import chain, refusals  # noqa: F401, I001
        from governance import handlers, live, snapshot  # noqa: F401
        from governance.ballots import acts as ballot_acts  # noqa: F401
        from governance.proposals import acts, health, keeper  # noqa: F401
