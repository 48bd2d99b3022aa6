from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    name = "identity"
    verbose_name = _("People")

    def ready(self) -> None:
        """Register what people sign of themselves, what is done with the chain's events, errands, checks."""
        from identity import handlers  # noqa: F401
        from identity.accounts import checks  # noqa: F401
        from identity.profiles import acts  # noqa: F401
        from identity.roles import health, keeper  # noqa: F401
