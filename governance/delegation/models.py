"""Delegations as the chain recorded them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models import ChainOwned
from core.db.fields import AddressField


class DelegationChange(ChainOwned):
    """A vote given to a delegate or taken back; what holds now is the newest row of (delegator, scope)."""

    delegator = AddressField(_("delegator"))
    scope = models.PositiveSmallIntegerField(
        _("scope"), default=0, help_text=_("0: everything; else 1 + kind.")
    )
    from_delegate = AddressField(_("from"), null=True, blank=True)
    to_delegate = AddressField(_("to"), null=True, blank=True, help_text=_("Empty: oneself."))

    class Meta:
        db_table = "delegations"
        ordering = ["-event_id"]
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        indexes = [
            models.Index(fields=["delegator", "scope", "-event"], name="delegations_current"),
            models.Index(fields=["to_delegate"], name="delegations_delegate"),
        ]

    def __str__(self) -> str:
        return f"{self.delegator} > {self.to_delegate or self.delegator}"
