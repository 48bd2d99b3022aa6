from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "audit"
    label = "audit"
    verbose_name = _("Record")

    def ready(self) -> None:
        """Register the log's own actions; listen to Django's signals of signing in and out."""
        from audit import actions, handlers  # noqa: F401
