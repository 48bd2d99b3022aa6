from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    name = "identity"
    verbose_name = _("People")

    def ready(self) -> None:
        """Register what people sign of themselves, what is done with the chain's events, errands, checks."""
        from identity import acts, checks, handlers, health, keeper  # noqa: F401
