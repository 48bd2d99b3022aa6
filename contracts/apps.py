from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    name = "contracts"
    verbose_name = _("Chain")

    def ready(self) -> None:
        """Have these modules register what they hold: events left out, parts of the health, loops."""
        from contracts import handlers, health, loops  # noqa: F401
