"""Ballots as the chain counted them, and the reasons that people wrote to them."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models import ChainOwned
from core.db.fields import AddressField, HashField, Uint256Field
from governance.proposals.models import Proposal


class Support(models.IntegerChoices):
    AGAINST = 0, _("Against")
    FOR = 1, _("For")
    ABSTAIN = 2, _("Abstain")


class Vote(ChainOwned):
    """A counted ballot.

    ``weight`` stays as cast, what a delegate lost since is in :class:`WeightReduction`.
    """

    proposal = models.ForeignKey(
        Proposal,
        verbose_name=_("proposal"),
        on_delete=models.CASCADE,
        related_name="votes",
        db_index=False,  # the unique constraint below begins with it
        db_constraint=False,
    )
    voter = AddressField(_("voter"))
    support = models.PositiveSmallIntegerField(_("vote"), choices=Support.choices)
    weight = Uint256Field(_("counts as"))
    reason_hash = HashField(_("hash of the reason"), null=True, blank=True)
    reason = models.TextField(_("reason"), null=True, blank=True)  # noqa: DJ001 - null: no words are shown
    transaction_hash = HashField(_("transaction"))
    block_number = models.BigIntegerField(_("block"))

    class Meta:
        db_table = "votes"
        ordering = ["-event_id"]
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [models.UniqueConstraint(fields=["proposal", "voter"], name="votes_once")]
        indexes = [
            models.Index(fields=["voter"], name="votes_voter"),
            models.Index(fields=["-timestamp"], name="votes_timestamp"),
        ]

    def __str__(self) -> str:
        return f"{self.voter} {self.get_support_display()}"


class WeightReduction(ChainOwned):
    """A delegator voted in person, so the delegate counts for less in this proposal."""

    proposal = models.ForeignKey(
        Proposal,
        verbose_name=_("proposal"),
        on_delete=models.CASCADE,
        related_name="weight_reductions",
        db_constraint=False,
    )
    delegate = AddressField(_("delegate"))
    delegator = AddressField(_("delegator"))
    old_weight = Uint256Field(_("weight before"))
    new_weight = Uint256Field(_("weight after"))
    counted = models.BooleanField(_("the delegate had voted"))

    class Meta:
        db_table = "weight_reductions"
        ordering = ["-event_id"]
        verbose_name = _("vote taken back")
        verbose_name_plural = _("votes taken back")

    def __str__(self) -> str:
        return f"{self.delegate} {self.old_weight} > {self.new_weight}"


class BallotReason(models.Model):
    """The words given with a ballot: a person's own, so they outlive a reorg and can be erased.

    They belong to a vote by (chain, contract, proposal number, voter, hash), values, not keys.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    chain_id = models.BigIntegerField(_("chain"))
    contract = AddressField(_("contract"))
    proposal_id = Uint256Field(_("proposal"))
    voter = AddressField(_("voter"))
    reason_hash = HashField(_("hash"))
    text = models.TextField(_("reason"), blank=True, help_text=_("Empty once erased."))
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        db_table = "vote_reasons"
        verbose_name = _("reason")
        verbose_name_plural = _("reasons")
        constraints = [
            models.UniqueConstraint(
                fields=["chain_id", "contract", "proposal_id", "voter", "reason_hash"],
                name="vote_reasons_once",
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]
