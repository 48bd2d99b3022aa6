"""Pauses as the chain recorded them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models import ChainOwned
from core.db.fields import AddressField, HashField


class PauseKind(models.TextChoices):
    PAUSED = "paused", _("Paused")
    EXTENDED = "extended", _("Extended")
    LIFTED = "lifted", _("Lifted")


class PauseChange(ChainOwned):
    """The emergency brake pulled, held or let go.

    Intervals are derived by :func:`governance.proposals.state.pauses`.
    """

    number = models.PositiveBigIntegerField(_("pause"), help_text=_("Pauses are counted from 1."))
    kind = models.CharField(_("what happened"), max_length=8, choices=PauseKind.choices)
    by = AddressField(_("by"), null=True, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    reason_hash = HashField(_("hash of the reason"), null=True, blank=True)
    immune_until = models.DateTimeField(
        _("no pause before"), null=True, blank=True, help_text=_("Set where a proposal lifted it.")
    )

    class Meta:
        db_table = "pauses"
        ordering = ["-event_id"]
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")

    def __str__(self) -> str:
        return f"{self.kind} {self.timestamp}"
