"""Proposals and votes as the chain decided them."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models import ChainEvent, ChainOwned
from core.content import cid_of
from core.db.fields import AddressField, HashField, Uint256Field


class ProposalType(models.TextChoices):
    """In the order of the contract's enum."""

    POLICY = "POLICY", _("Decision")
    BUDGET = "BUDGET", _("Budget")
    PARAMETER = "PARAMETER", _("Rules")
    ROLE = "ROLE", _("Roles")
    UPGRADE = "UPGRADE", _("Software")
    EMERGENCY = "EMERGENCY", _("Emergency")


class ProposalState(models.TextChoices):
    """In the order of the contract's enum."""

    DRAFT = "DRAFT", _("Gathering support")
    PENDING = "PENDING", _("Opens soon")
    ACTIVE = "ACTIVE", _("Voting open")
    SUCCEEDED = "SUCCEEDED", _("Adopted")
    DEFEATED = "DEFEATED", _("Not adopted")
    QUEUED = "QUEUED", _("Adopted, waiting period")
    EXECUTED = "EXECUTED", _("Carried out")
    CANCELLED = "CANCELLED", _("Cancelled")
    EXPIRED = "EXPIRED", _("Expired")
    TALLYING = "TALLYING", _("Being counted")


class Proposal(models.Model):
    """A proposal: a fold over its events, plus the text whose hash the chain holds.

    ``state`` is the state at the newest indexed block; the law is ``state.proposal_state``.
    """

    proposal_id = Uint256Field(_("number"), primary_key=True)
    event = models.OneToOneField(
        ChainEvent, verbose_name=_("event"), on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    proposer = AddressField(_("proposer"), db_index=True)
    proposal_type = models.CharField(_("kind"), max_length=16, choices=ProposalType.choices)
    state = models.CharField(_("state"), max_length=16, choices=ProposalState.choices, db_index=True)
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    description = models.TextField(_("description"), blank=True, help_text=_("Markdown"))
    topic = models.CharField(_("topic"), max_length=64, blank=True)
    metadata_hash = HashField(_("hash of the text"))
    content_hash = HashField(_("fingerprint"), unique=True)
    rules_hash = HashField(_("fingerprint of the rules"), null=True, blank=True)
    strategy = AddressField(_("way of counting"))
    actions = models.JSONField(
        _("actions"), default=list, help_text=_("target, value (decimal text), data (hex)")
    )
    action_count = models.PositiveSmallIntegerField(
        _("number of actions"), default=0, help_text=_("0: a decision in words, done when it is adopted.")
    )
    roll = models.PositiveBigIntegerField(
        _("people on the roll when it was made"),
        default=0,
        help_text=_("One second before: how many must support it is a share of them."),
    )
    endorsements = models.PositiveIntegerField(_("endorsements"), default=0)
    endorsed_at = models.DateTimeField(
        _("endorsed"),
        null=True,
        blank=True,
        help_text=_("When it first had the support it needed; that some was struck since changes nothing."),
    )
    # The terms of the vote, sealed when it was set: no later change of the rules touches them.
    quorum_percentage = models.PositiveSmallIntegerField(_("quorum in percent"), null=True, blank=True)
    passing_percentage = models.PositiveSmallIntegerField(
        _("share that adopts, in percent"),
        null=True,
        blank=True,
        help_text=_("Of For and Against together. 50: more For than Against."),
    )
    execution_delay = models.BigIntegerField(
        _("seconds of the waiting period"), null=True, blank=True, help_text=_("Once adopted.")
    )
    grace_period = models.BigIntegerField(_("seconds to act once adopted"), null=True, blank=True)
    proposal_threshold = Uint256Field(_("power needed to propose"), null=True, blank=True)
    snapshot_supply = Uint256Field(_("power at the snapshot"), null=True, blank=True)
    vote_start = models.DateTimeField(_("voting opens"), null=True, blank=True)
    vote_end = models.DateTimeField(
        _("voting closes"),
        null=True,
        blank=True,
        help_text=_("As set; time spent paused while voting was open comes on top."),
    )
    start_block = models.BigIntegerField(_("first block of voting"), null=True, blank=True)
    end_block = models.BigIntegerField(_("last block of voting"), null=True, blank=True)
    execution_time = models.DateTimeField(_("can be carried out from"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    for_votes = Uint256Field(_("for"), default=0)
    against_votes = Uint256Field(_("against"), default=0)
    abstain_votes = Uint256Field(_("abstain"), default=0)
    quorum_people = models.PositiveIntegerField(
        _("people for or abstaining"),
        null=True,
        blank=True,
        help_text=_("Where votes cost credits, the quorum counts people. Empty elsewhere."),
    )
    activated_at = models.DateTimeField(_("opened"), null=True, blank=True)
    queued_at = models.DateTimeField(_("queued"), null=True, blank=True)
    executed_at = models.DateTimeField(_("carried out"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancel_reason_hash = HashField(_("hash of the reason for cancelling"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("updated"))

    class Meta:
        db_table = "proposals"
        ordering = ["-created_at"]
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        indexes = [models.Index(fields=["-created_at"], name="proposals_created")]

    def __str__(self) -> str:
        return f"{self.proposal_id} {self.title}"

    @property
    def cid(self) -> str:
        return cid_of(self.metadata_hash)

    @property
    def voting_period(self) -> timedelta | None:
        """How long the vote stays open, pauses left out; None before it was set."""
        if self.vote_start is None or self.vote_end is None:
            return None
        return self.vote_end - self.vote_start


class Endorsement(ChainOwned):
    """Support for a draft, from the account that a citizen had then; it counts until it is struck."""

    proposal = models.ForeignKey(
        Proposal,
        verbose_name=_("proposal"),
        on_delete=models.CASCADE,
        related_name="endorsement_set",
        db_constraint=False,
    )
    endorser = AddressField(_("endorser"))

    class Meta:
        db_table = "endorsements"
        ordering = ["-event_id"]
        verbose_name = _("endorsement")
        verbose_name_plural = _("endorsements")

    def __str__(self) -> str:
        return self.endorser


class EndorsementStrike(ChainOwned):
    """An endorsement taken off, because whoever gave it is no citizen any more.

    Who is a citizen again may endorse again.
    """

    proposal = models.ForeignKey(
        Proposal,
        verbose_name=_("proposal"),
        on_delete=models.CASCADE,
        related_name="endorsement_strikes",
        db_constraint=False,
    )
    endorser = AddressField(_("endorser"), help_text=_("The first account of the person."))

    class Meta:
        db_table = "endorsement_strikes"
        ordering = ["-event_id"]
        verbose_name = _("struck endorsement")
        verbose_name_plural = _("struck endorsements")

    def __str__(self) -> str:
        return self.endorser


class CancellationRequest(ChainOwned):
    """One administrator's half of a cancellation, with the hash of the reason given."""

    proposal = models.ForeignKey(
        Proposal,
        verbose_name=_("proposal"),
        on_delete=models.CASCADE,
        related_name="cancellation_requests",
        db_constraint=False,
    )
    administrator = AddressField(_("administrator"))
    reason_hash = HashField(_("hash of the reason"))
    expires_at = models.DateTimeField(_("waits until"))

    class Meta:
        db_table = "cancellation_requests"
        ordering = ["-event_id"]
        verbose_name = _("cancellation request")
        verbose_name_plural = _("cancellation requests")

    def __str__(self) -> str:
        return self.administrator


class CancellationWithdrawal(ChainOwned):
    """An administrator took the half of a cancellation back."""

    proposal = models.ForeignKey(
        Proposal,
        verbose_name=_("proposal"),
        on_delete=models.CASCADE,
        related_name="cancellation_withdrawals",
        db_constraint=False,
    )
    administrator = AddressField(_("administrator"))

    class Meta:
        db_table = "cancellation_withdrawals"
        ordering = ["-event_id"]
        verbose_name = _("withdrawn cancellation request")
        verbose_name_plural = _("withdrawn cancellation requests")

    def __str__(self) -> str:
        return self.administrator
