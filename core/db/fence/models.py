"""What the database remembers of each lock: the newest token that has written."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fence(models.Model):
    """One lock. ``token`` only grows; whoever comes with a smaller one comes too late."""

    name = models.CharField(_("lock"), max_length=64, primary_key=True)
    token = models.BigIntegerField(_("newest token"), default=0)
    writes = models.BigIntegerField(_("writes"), default=0)

    class Meta:
        db_table = "fences"
        verbose_name = _("lock")
        verbose_name_plural = _("locks")

    def __str__(self) -> str:
        return f"{self.name} {self.token}"
