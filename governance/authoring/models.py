"""Drafts: proposals being written. They are people's words: a reorganisation leaves them alone."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.db.fields import AddressField, HashField
from governance.proposals.models import ProposalType


class ProposalDraft(models.Model):
    """A proposal being written: kept until its author signs or deletes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_key = models.CharField(
        _("owner"), max_length=64, db_index=True, help_text=_("The browser's random draft key, hashed.")
    )
    title = models.CharField(_("title"), max_length=200, blank=True)
    summary = models.TextField(_("summary"), blank=True)
    description = models.TextField(_("text"), blank=True)
    topic = models.CharField(_("topic"), max_length=64, blank=True)
    proposal_type = models.CharField(
        _("kind"), max_length=16, choices=ProposalType.choices, default=ProposalType.POLICY
    )
    parameters = models.JSONField(
        _("new rules"), default=dict, blank=True, help_text=_("Name to value, for kind Rules.")
    )
    # No dict as default: a MongoDB before 6.1 can't add {} to the drafts that are there already.
    effects = models.JSONField(
        _("what it does"), null=True, blank=True, help_text=_("By kind: rows as they were filled in.")
    )
    strategy = AddressField(_("way of counting"), null=True, blank=True)
    attachments = models.JSONField(
        _("files"), default=list, blank=True, help_text=_("name, cid, size, mediaType, as in the text.")
    )
    content_hash = HashField(_("fingerprint once signed"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("saved"), auto_now=True)

    class Meta:
        db_table = "proposal_drafts"
        ordering = ["-updated_at"]
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")

    def __str__(self) -> str:
        return self.title or str(self.id)
