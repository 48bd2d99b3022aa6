"""What the portal knows of the chain: blocks, raw events, how far it has read, and the acts it relays."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.db.fields import AddressField, HashField, Uint256Field

LOG_INDEX_BITS = 20  # a block of 2**20 logs would need more gas than any chain allows


def event_position(block_number: int, log_index: int) -> int:
    """The place of a log in the chain as one sortable integer: ``block_number * 2**20 + log_index``."""
    return (block_number << LOG_INDEX_BITS) | log_index


class Block(models.Model):
    """A block that was read: every block near the head, below finality only those that carry our events."""

    hash = HashField(_("hash"), primary_key=True)
    number = models.BigIntegerField(_("number"), unique=True)
    parent_hash = HashField(_("parent"))
    timestamp = models.DateTimeField(_("time"))

    class Meta:
        db_table = "blocks"
        ordering = ["-number"]
        verbose_name = _("block")
        verbose_name_plural = _("blocks")

    def __str__(self) -> str:
        return str(self.number)


class ChainEvent(models.Model):
    """One log of one of our contracts, decoded; every chain-owned row points at the one it came from."""

    position = models.BigIntegerField(_("position"), primary_key=True)
    block = models.ForeignKey(
        Block,
        verbose_name=_("block"),
        on_delete=models.CASCADE,
        related_name="events",
        db_column="block_hash",
        db_index=False,  # the unique constraint below begins with it
        db_constraint=False,
    )
    block_number = models.BigIntegerField(_("block number"))
    log_index = models.PositiveIntegerField(_("place in the block"))
    transaction_hash = HashField(_("transaction"))
    contract = AddressField(_("contract"))
    event_name = models.CharField(_("event"), max_length=64)
    proposal_id = Uint256Field(_("proposal"), null=True, blank=True)
    data = models.JSONField(_("data"), help_text=_("The event's arguments; uint256 as decimal text."))
    timestamp = models.DateTimeField(_("time"))

    class Meta:
        db_table = "governance_events"
        ordering = ["-position"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [models.UniqueConstraint(fields=["block", "log_index"], name="governance_events_log")]
        indexes = [
            # With the order in which they are listed: sorting all ballots for one page took a quarter second.
            # (Not db_index=True: on PostgreSQL that makes a second index of each, for LIKE.)
            models.Index(fields=["event_name", "-position"], name="governance_events_name"),
            models.Index(fields=["proposal_id", "-position"], name="governance_events_proposal"),
            models.Index(fields=["-block_number"], name="governance_events_block"),
            models.Index(fields=["transaction_hash"], name="governance_events_tx"),
        ]

    def __str__(self) -> str:
        return f"{self.event_name} {self.block_number}/{self.log_index}"


class Cursor(models.Model):
    """How far the mirror has read; moved by compare-and-set in the transaction that writes the rows."""

    name = models.CharField(_("name"), max_length=32, primary_key=True)
    chain_id = models.BigIntegerField(_("chain"))
    start_block = models.BigIntegerField(_("first block"))
    block_number = models.BigIntegerField(_("last block read"))
    block_hash = HashField(_("its hash"), null=True, blank=True)
    block_timestamp = models.DateTimeField(_("its time"), null=True, blank=True)
    finalized_number = models.BigIntegerField(_("final up to"), default=0)
    head_number = models.BigIntegerField(_("newest block seen"), default=0)
    alarm = models.CharField(_("alarm"), max_length=255, blank=True, help_text=_("Why reading stands still."))
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        db_table = "cursors"
        verbose_name = _("cursor")
        verbose_name_plural = _("cursors")

    def __str__(self) -> str:
        return f"{self.name} {self.block_number}"


class ActStatus(models.TextChoices):
    QUEUED = "queued", _("Received")
    SENT = "sent", _("Sent")
    MINED = "mined", _("Counted")
    FINAL = "final", _("Final")
    FAILED = "failed", _("Failed")
    REVERTED = "reverted", _("Undone")


class RelayerTransaction(models.Model):
    """A transaction of the relayer, known by sender and nonce.

    Replacing it changes its hash, not its identity.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sender = AddressField(_("sender"))
    nonce = models.BigIntegerField(_("nonce"))
    to = AddressField(_("contract"))
    data = models.TextField(_("calldata"))
    gas = models.BigIntegerField(_("gas limit"))
    max_fee_per_gas = Uint256Field(_("fee cap"))
    max_priority_fee_per_gas = Uint256Field(_("tip"), default=0)
    raw = models.TextField(
        _("signed bytes"), help_text=_("Kept before it is sent, so that a kill loses nothing.")
    )
    hashes = models.JSONField(
        _("hashes"), default=list, help_text=_("Newest last; more than one if replaced.")
    )
    attempts = models.PositiveIntegerField(_("times sent"), default=0)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("last sent"), null=True, blank=True)
    mined_block = models.BigIntegerField(_("block"), null=True, blank=True)
    mined_block_hash = HashField(_("hash of the block"), null=True, blank=True)
    final = models.BooleanField(_("final"), default=False)
    succeeded = models.BooleanField(_("succeeded"), null=True)

    class Meta:
        db_table = "relayer_transactions"
        ordering = ["-nonce"]
        verbose_name = _("relayer transaction")
        verbose_name_plural = _("relayer transactions")
        constraints = [models.UniqueConstraint(fields=["sender", "nonce"], name="relayer_transactions_nonce")]

    def __str__(self) -> str:
        return f"{self.sender} {self.nonce}"


class RelayedAct(models.Model):
    """A signed act on its way to the chain.

    Its EIP-712 digest is its identity, so a second post is the first.
    """

    digest = HashField(_("digest"), primary_key=True)
    act = models.CharField(_("act"), max_length=32)
    signer = AddressField(_("signer"), db_index=True)
    proposal_id = Uint256Field(_("proposal"), null=True, blank=True, db_index=True)
    fields = models.JSONField(_("fields"), help_text=_("What was asked for, as sent to /api/acts."))
    typed_data = models.JSONField(_("signed document"))
    signature = models.TextField(_("signature"))
    deadline = models.DateTimeField(_("valid until"))
    status = models.CharField(_("status"), max_length=16, choices=ActStatus.choices, default=ActStatus.QUEUED)
    transaction = models.ForeignKey(
        RelayerTransaction,
        verbose_name=_("sent in"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="acts",
    )
    transaction_hash = HashField(_("transaction"), null=True, blank=True)
    block_number = models.BigIntegerField(_("block"), null=True, blank=True)
    error_code = models.CharField(_("error"), max_length=64, blank=True)
    error_detail = models.TextField(_("what happened"), blank=True)
    created_at = models.DateTimeField(_("received"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        db_table = "relayed_acts"
        ordering = ["-created_at"]
        verbose_name = _("relayed act")
        verbose_name_plural = _("relayed acts")
        indexes = [models.Index(fields=["status", "created_at"], name="relayed_acts_status")]

    def __str__(self) -> str:
        return f"{self.act} {self.digest[:10]}"


class Recount(models.Model):
    """The outcome of one full comparison of the mirror with a node, made by the scheduled task."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    from_block = models.BigIntegerField(_("from block"))
    to_block = models.BigIntegerField(_("to block"))
    events = models.BigIntegerField(_("events compared"))
    votes = models.BigIntegerField(_("votes recounted"))
    differences = models.JSONField(_("differences"), default=list)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), db_index=True)

    class Meta:
        db_table = "recounts"
        ordering = ["-finished_at"]
        verbose_name = _("recount")
        verbose_name_plural = _("recounts")

    def __str__(self) -> str:
        return f"{self.from_block}-{self.to_block}"


class ChainOwned(models.Model):
    """A row that the chain decided, named by the log it came from and gone with it."""

    event = models.OneToOneField(
        ChainEvent,
        verbose_name=_("event"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_constraint=False,
    )
    timestamp = models.DateTimeField(_("time"))

    class Meta:
        abstract = True
