from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    name = "contracts"
    verbose_name = _("Chain")

    def ready(self) -> None:
        """Register how the chain's side is asked for its health, and what it tells live."""
        from contracts import health, live  # noqa: F401
        from contracts.acts import live as act_status  # noqa: F401
