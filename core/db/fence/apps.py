from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FenceConfig(AppConfig):
    name = "core.db.fence"
    label = "fence"
    verbose_name = _("Locks")
