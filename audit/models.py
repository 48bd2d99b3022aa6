"""The audit log: what officers and commands did, each entry sealed by the hash of the one before."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.db.fields import HashField


class AuditLog(models.Model):
    """One act. Written by :func:`audit.services.record` alone, never changed, never deleted."""

    sequence = models.BigIntegerField(_("number"), primary_key=True)
    action = models.CharField(_("action"), max_length=64)
    actor = models.CharField(_("who"), max_length=128, db_index=True)
    target = models.CharField(_("what"), max_length=128, blank=True, db_index=True)
    details = models.JSONField(_("details"), default=dict)
    transaction_hash = HashField(_("transaction"), null=True, blank=True)
    block_number = models.BigIntegerField(_("block"), null=True, blank=True)
    timestamp = models.DateTimeField(_("when"))
    previous_hash = HashField(_("hash of the entry before"))
    hash = HashField(_("hash"), unique=True)

    class Meta:
        db_table = "audit_logs"
        ordering = ["-sequence"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        indexes = [models.Index(fields=["-timestamp"], name="audit_logs_timestamp")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action}"
