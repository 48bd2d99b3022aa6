from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    name = "contracts"
    verbose_name = _("Chain")

    def ready(self) -> None:
        """Have these modules register what they hold: parts of the health, live messages, loops."""
        from contracts import facts, health, live, loops  # noqa: F401
        from contracts.acts import live as act_status  # noqa: F401
