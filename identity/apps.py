from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IdentityConfig(AppConfig):
    name = "identity"
    verbose_name = _("People")

    def ready(self) -> None:
        """Register what people sign of themselves, what is done with the chain's events, calls, checks."""
        # The contracts first: what is done with an event can be said only of one that is known.
        from identity import chain, refusals  # noqa: F401, I001
        from identity import handlers, live  # noqa: F401
        from identity.accounts import checks  # noqa: F401
        from identity.profiles import acts  # noqa: F401
        from identity.roles import health, keeper  # noqa: F401
