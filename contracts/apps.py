from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    name = "contracts"
    verbose_name = _("Chain")

    def ready(self) -> None:
        """Say which events the mirror leaves out."""
        from contracts import handlers  # noqa: F401
