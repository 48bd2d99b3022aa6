"""Accounts of the portal. They carry no right on chain."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.db.fields import AddressField


class User(AbstractUser):
    """An account of the portal. It carries no right on chain: those are the address's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    address = AddressField(_("address"), null=True, blank=True, unique=True)
    did = models.CharField(_("DID"), max_length=128, null=True, blank=True, db_index=True)  # noqa: DJ001 - null: none claimed
    last_active = models.DateTimeField(_("last active"), null=True, blank=True)
    metadata = models.JSONField(
        _("profile"),
        default=dict,
        blank=True,
        help_text=_("displayName, avatar, bio: what the person chose to show."),
    )
    profile_deadline = models.DateTimeField(
        _("newest signed profile valid until"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("A profile signed for an earlier moment is refused, so that no old one comes back."),
    )

    class Meta:
        db_table = "users"
        verbose_name = _("user")
        verbose_name_plural = _("users")

    @property
    def display_name(self) -> str:
        return self.metadata.get("displayName") or self.get_full_name() or self.username
