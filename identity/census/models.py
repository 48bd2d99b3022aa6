"""The roll of citizens, the persons behind accounts, and their moves, as the chain has them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models import ChainOwned
from core.db.fields import AddressField, HashField, Uint256Field


class PersonKey(ChainOwned):
    """The keyed hash of the person behind an account: two accounts of one person sign as one.

    None for a key of zero: nobody known stands behind the account any more.
    """

    account = AddressField(_("account"), db_index=True)
    old_key = HashField(_("person before"), null=True, blank=True)
    person_key = HashField(_("person"), null=True, blank=True, db_index=True)
    by = AddressField(_("by"))

    class Meta:
        db_table = "person_keys"
        ordering = ["-event_id"]
        verbose_name = _("person behind an account")
        verbose_name_plural = _("persons behind accounts")

    def __str__(self) -> str:
        return self.account


class CitizenMove(ChainOwned):
    """A citizen's unit, with credits and endorsements, went from one account of the person to a new one."""

    old_account = AddressField(_("old account"), db_index=True)
    new_account = AddressField(_("new account"), db_index=True)
    person_key = HashField(_("person"), null=True, blank=True)
    by = AddressField(_("by"))

    class Meta:
        db_table = "citizen_moves"
        ordering = ["-event_id"]
        verbose_name = _("move of a citizen")
        verbose_name_plural = _("moves of citizens")

    def __str__(self) -> str:
        return f"{self.old_account} -> {self.new_account}"


class CensusChange(ChainOwned):
    """A citizen joined, changed or left the roll; ``new_supply`` is the number of citizens from then on."""

    account = AddressField(_("account"), db_index=True)
    since = models.DateTimeField(_("since"), null=True, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty: without an end."))
    old_supply = Uint256Field(_("citizens before"))
    new_supply = Uint256Field(_("citizens after"))

    class Meta:
        db_table = "census_changes"
        ordering = ["-event_id"]
        verbose_name = _("change of the roll")
        verbose_name_plural = _("roll of citizens")
        indexes = [
            models.Index(fields=["timestamp"], name="census_changes_timestamp"),
            models.Index(fields=["until"], name="census_changes_until"),
        ]

    def __str__(self) -> str:
        return self.account
