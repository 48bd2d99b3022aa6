"""The outbox: what was decided, and who was told of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.db.fields import HashField
from core.events.registry import Fact
from core.subjects import Subject


class DomainEvent(models.Model):
    """One fact, recorded once however often the chain is read.

    The key is made of its place, its block's hash, its name and its subject: read again it is the same row,
    in another block another one. It belongs to no block in the database, so that emptying the mirror leaves
    it, with what was told of it. No recount compares this table: each row repeats a chain event that the
    recount does compare, and whom it was told to is known here alone.
    """

    key = models.CharField(_("key"), max_length=64, primary_key=True)
    name = models.CharField(_("event"), max_length=64)
    subject_kind = models.CharField(_("kind of subject"), max_length=32, blank=True)
    subject_id = models.CharField(_("subject"), max_length=78, blank=True)
    payload = models.JSONField(_("payload"))
    position = models.BigIntegerField(_("position"))
    block_number = models.BigIntegerField(_("block number"))
    block_hash = HashField(_("block hash"))
    occurred_at = models.DateTimeField(_("time"))
    recorded_at = models.DateTimeField(_("recorded"))
    stands = models.BooleanField(
        _("stands"), default=True, help_text=_("Not while its block is gone, or is yet to be read again.")
    )
    seen_told = models.BooleanField(_("told when seen"), default=False)
    final_told = models.BooleanField(_("told when final"), default=False)

    class Meta:
        db_table = "domain_events"
        verbose_name = _("domain event")
        verbose_name_plural = _("domain events")
        indexes = [
            models.Index(fields=["seen_told", "block_number"], name="domain_events_seen"),
            models.Index(fields=["final_told", "block_number"], name="domain_events_final"),
            models.Index(fields=["stands", "block_number"], name="domain_events_stands"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.position}"

    @property
    def fact(self) -> Fact:
        """The row as subscribers are handed it."""
        subject = Subject(self.subject_kind, self.subject_id) if self.subject_kind else None
        return Fact(
            self.name,
            self.payload,
            self.position,
            self.block_number,
            self.block_hash,
            self.occurred_at,
            subject,
        )


class Delivery(models.Model):
    """That a subscriber was told of an event, written in the transaction in which it was."""

    key = models.CharField(_("key"), max_length=255, primary_key=True)
    event = models.ForeignKey(
        DomainEvent, verbose_name=_("event"), on_delete=models.CASCADE, related_name="deliveries"
    )
    subscriber = models.CharField(_("subscriber"), max_length=180)

    class Meta:
        db_table = "domain_event_deliveries"
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")

    def __str__(self) -> str:
        return f"{self.subscriber}: {self.event_id}"
