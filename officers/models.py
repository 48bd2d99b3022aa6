"""What officers decide off the chain and by two: the erasure of words."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from governance.ballots.models import BallotReason


class Grounds(models.TextChoices):
    PERSON = "person", _("The person who wrote them asks for it")
    OTHERS = "others", _("They tell private things of somebody else")
    LAW = "law", _("A law or a court demands it")


class Erasure(models.Model):
    """A request to erase a ballot's words, and who carried it out: never the officer who asked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reason = models.ForeignKey(
        BallotReason, verbose_name=_("words"), on_delete=models.PROTECT, related_name="erasures"
    )
    grounds = models.CharField(_("grounds"), max_length=16, choices=Grounds.choices)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("carried out by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    confirmed_at = models.DateTimeField(_("carried out"), null=True, blank=True)

    class Meta:
        db_table = "erasures"
        ordering = ["-asked_at"]
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("asked_by")),
                name="erasures_two_officers",
            ),
            models.UniqueConstraint(
                fields=["reason"], condition=Q(confirmed_by__isnull=True), name="erasures_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grounds} {self.asked_at:%Y-%m-%d}"
