"""The public words behind the reasons that officers give on chain by their hash."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.db.fields import HashField


class Reason(models.Model):
    """The public words behind a ``reasonHash`` that officers and guardians give on chain.

    Kept when the call is prepared, before anything is on chain: shown only where an event names the hash.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reason_hash = HashField(_("hash"), unique=True)
    text = models.TextField(_("reason"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        db_table = "reasons"
        verbose_name = _("public reason")
        verbose_name_plural = _("public reasons")

    def __str__(self) -> str:
        return self.text[:40]
