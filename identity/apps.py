from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    name = "identity"
    verbose_name = _("People")

    def ready(self) -> None:
        """Register what this app does with the chain's events, and its checks."""
        from identity import checks, handlers  # noqa: F401
