"""The rules of the game as the chain decided them: parameters, pauses, ways of counting, tokens."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models import ChainOwned
from core.db.fields import AddressField, Uint256Field


class ParameterChange(ChainOwned):
    """One parameter of the rules changed; what holds now is the newest row of each name."""

    name = models.CharField(_("parameter"), max_length=32)
    old_value = Uint256Field(_("before"))
    new_value = Uint256Field(_("after"))

    class Meta:
        db_table = "governance_parameters"
        ordering = ["-event_id"]
        verbose_name = _("parameter change")
        verbose_name_plural = _("parameters")
        indexes = [models.Index(fields=["name", "-event"], name="governance_parameters_current")]

    def __str__(self) -> str:
        return f"{self.name} {self.new_value}"


class Counting(models.IntegerChoices):
    """How ballots are weighed, in the order of the contract's enum."""

    ONE_PERSON = 0, _("One person, one vote")
    TOKEN = 1, _("By tokens held")
    QUADRATIC = 2, _("By credits spent")


class Strategy(ChainOwned):
    """A way of counting, and the kinds of proposals that may choose it."""

    address = AddressField(_("contract"), unique=True)
    kind = models.CharField(_("kind"), max_length=32)
    counting = models.PositiveSmallIntegerField(_("ballots are weighed"), choices=Counting.choices)
    types = models.PositiveSmallIntegerField(
        _("kinds of proposals"), help_text=_("A set of bits: bit n stands for the kind of number n.")
    )
    threshold = Uint256Field(
        _("power needed to propose"), help_text=_("In units of the token; 0 where people are counted.")
    )
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    credits = models.BigIntegerField(
        _("credits in each period"), null=True, blank=True, help_text=_("Where n votes cost n × n credits.")
    )
    period_length = models.BigIntegerField(
        _("length of a period in seconds"), null=True, blank=True, help_text=_("Counted from 1970.")
    )

    class Meta:
        db_table = "strategies"
        ordering = ["event_id"]
        verbose_name = _("way of counting")
        verbose_name_plural = _("ways of counting")

    def __str__(self) -> str:
        return self.kind


class TokenSupplyChange(ChainOwned):
    """Civic tokens made or destroyed.

    ``new_supply`` holds from then on and is what token quorums are taken of.
    """

    new_supply = Uint256Field(_("supply after"))

    class Meta:
        db_table = "token_supply_changes"
        ordering = ["-event_id"]
        verbose_name = _("change of the token supply")
        verbose_name_plural = _("token supply")
        indexes = [models.Index(fields=["timestamp"], name="token_supply_timestamp")]

    def __str__(self) -> str:
        return str(self.new_supply)
