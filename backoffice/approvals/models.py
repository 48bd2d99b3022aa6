"""Requests of one officer that a second one carries out, decided off the chain."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    """How a request was closed; empty while it is open."""

    AGREED = "agreed", _("Agreed")
    WITHDRAWN = "withdrawn", _("Taken back")
    LAPSED = "lapsed", _("Lapsed")
    STALE = "stale", _("Overtaken")


class Approval(models.Model):
    """A request, and who closed it: never agreed to by the officer who asked.

    ``kind`` is a registered one; ``subject`` the row it is about, as the audit log names rows.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=64)
    subject = models.CharField(_("about"), max_length=128)
    details = models.JSONField(_("details"), default=dict)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))
    expires_at = models.DateTimeField(_("lapses"))
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices, blank=True, default="")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("closed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        db_table = "approvals"
        ordering: ClassVar = ["-asked_at"]
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.AGREED) | ~Q(closed_by=F("asked_by")),
                name="approvals_two_officers",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(closed_at__isnull=True), name="approvals_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def key(self) -> str:
        """The key of the row it is about."""
        return self.subject.partition(":")[2]
