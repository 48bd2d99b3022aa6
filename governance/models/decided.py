"""Proposals, votes and rules as the chain decided them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models import ChainEvent
from daoportal.kernel.content import cid_of
from daoportal.kernel.fields import AddressField, HashField, Uint256Field
from identity.models import ChainOwned


class ProposalType(models.TextChoices):
    """In the order of the contract's enum."""

    POLICY = "POLICY", _("Policy")
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


class Support(models.IntegerChoices):
    AGAINST = 0, _("Against")
    FOR = 1, _("For")
    ABSTAIN = 2, _("Abstain")


class Proposal(models.Model):
    """A proposal: a fold over its events, plus the text whose hash the chain holds.

    ``state`` is the state at the newest indexed block; the law is :func:`governance.state.proposal_state`.
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
    endorsements = models.PositiveIntegerField(_("endorsements"), default=0)
    quorum_percentage = models.PositiveSmallIntegerField(_("quorum in percent"), null=True, blank=True)
    grace_period = models.BigIntegerField(
        _("seconds to act once adopted"),
        null=True,
        blank=True,
        help_text=_("As the rules said when voting was set."),
    )
    snapshot_supply = Uint256Field(_("power at the snapshot"), null=True, blank=True)
    vote_start = models.DateTimeField(_("voting opens"), null=True, blank=True)
    vote_end = models.DateTimeField(
        _("voting closes"),
        null=True,
        blank=True,
        help_text=_("As set when opened; time spent paused comes on top."),
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


class Endorsement(ChainOwned):
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
        constraints = [models.UniqueConstraint(fields=["proposal", "endorser"], name="endorsements_once")]

    def __str__(self) -> str:
        return self.endorser


class CancellationRequest(ChainOwned):
    """One administrator's half of a cancellation."""

    proposal = models.ForeignKey(
        Proposal,
        verbose_name=_("proposal"),
        on_delete=models.CASCADE,
        related_name="cancellation_requests",
        db_constraint=False,
    )
    administrator = AddressField(_("administrator"))

    class Meta:
        db_table = "cancellation_requests"
        ordering = ["-event_id"]
        verbose_name = _("cancellation request")
        verbose_name_plural = _("cancellation requests")

    def __str__(self) -> str:
        return self.administrator


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


class PauseKind(models.TextChoices):
    PAUSED = "paused", _("Paused")
    EXTENDED = "extended", _("Extended")
    LIFTED = "lifted", _("Lifted")


class PauseChange(ChainOwned):
    """The emergency brake pulled, held or let go.

    Intervals are derived by :func:`governance.state.pauses`.
    """

    kind = models.CharField(_("what happened"), max_length=8, choices=PauseKind.choices)
    by = AddressField(_("by"), null=True, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        db_table = "pauses"
        ordering = ["-event_id"]
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")

    def __str__(self) -> str:
        return f"{self.kind} {self.timestamp}"


class Strategy(ChainOwned):
    """A way of counting that proposals may choose."""

    address = AddressField(_("contract"), unique=True)
    kind = models.CharField(_("kind"), max_length=32)
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
