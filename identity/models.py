"""People: the portal's accounts, and what the chain says of roles and of the roll of citizens."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models import ChainEvent
from core.db.fields import AddressField, HashField, Uint256Field


class Role(models.TextChoices):
    CITIZEN = "CITIZEN", _("Citizen")
    DELEGATE = "DELEGATE", _("Delegate")
    ADMINISTRATOR = "ADMINISTRATOR", _("Administrator")
    AUDITOR = "AUDITOR", _("Auditor")
    GUARDIAN = "GUARDIAN", _("Guardian")


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


class RoleChangeKind(models.TextChoices):
    GRANTED = "granted", _("Granted")
    REVOKED = "revoked", _("Revoked")
    EXPIRED = "expired", _("Ran out")


class RoleChange(ChainOwned):
    """A role given, taken or run out; who holds it now is the newest row of (role, account)."""

    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    account = AddressField(_("account"))
    kind = models.CharField(_("what happened"), max_length=8, choices=RoleChangeKind.choices)
    by = AddressField(_("by"), null=True, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty: without an end."))
    reason_hash = HashField(_("hash of the reason"), null=True, blank=True)

    class Meta:
        db_table = "role_changes"
        ordering = ["-event_id"]
        verbose_name = _("role change")
        verbose_name_plural = _("role changes")
        indexes = [
            models.Index(fields=["role", "account", "-event"], name="role_changes_current"),
            models.Index(fields=["account"], name="role_changes_account"),
            models.Index(fields=["until"], name="role_changes_until"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.account} {self.kind}"


class RequestKind(models.TextChoices):
    ROLE = "role", _("Change of a role")
    PERSON = "person", _("Correction of a person")
    MOVE = "move", _("Move of a citizen")


class RoleRequest(ChainOwned):
    """One administrator's half of what two decide.

    A second administrator's identical call carries it out, or, of administrators and guardians, announces
    it. ``accounts`` of a move are the old and the new one. What became of it is derived from
    :class:`RequestStep` and from the changes of roles after it (``identity.selectors.request_fates``).
    """

    request_id = HashField(_("request"), db_index=True)
    kind = models.CharField(_("kind"), max_length=6, choices=RequestKind.choices)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, blank=True)
    administrator = AddressField(_("asked by"))
    accounts = models.JSONField(_("accounts"))
    person_keys = models.JSONField(_("person keys"), help_text=_("One for each account; none to revoke."))
    until = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty: without an end."))
    until_seconds = models.BigIntegerField(_("until (Unix seconds)"), help_text=_("As the call says it."))
    reason_hash = HashField(_("hash of the reason"), null=True, blank=True)
    grant = models.BooleanField(_("give"))
    expires_at = models.DateTimeField(_("lapses"), db_index=True)

    class Meta:
        db_table = "role_requests"
        ordering = ["-event_id"]
        verbose_name = _("role request")
        verbose_name_plural = _("role requests")

    def __str__(self) -> str:
        return f"{self.role or self.kind} {self.request_id[:10]}"


class StepKind(models.TextChoices):
    COMPLETED = "completed", _("A second administrator agreed")
    APPROVED = "approved", _("A guardian let it pass")
    SCHEDULED = "scheduled", _("Announced")
    OBJECTED = "objected", _("A guardian objected")
    CARRIED_OUT = "carried_out", _("Carried out")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class RequestStatus(models.TextChoices):
    """What became of a request; derived, never stored."""

    OPEN = "open", _("Waits for a second administrator")
    SCHEDULED = "scheduled", _("Announced")
    COMPLETED = "completed", _("Done")
    CARRIED_OUT = "carried_out", _("Carried out")
    OBJECTED = "objected", _("Stopped by a guardian")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Lapsed")
    STALE = "stale", _("Overtaken")


class RequestStep(ChainOwned):
    """What the contract said of a request after it was made; times only of what was announced."""

    request_id = HashField(_("request"), db_index=True)
    kind = models.CharField(_("what happened"), max_length=12, choices=StepKind.choices)
    by = AddressField(_("by"), null=True, blank=True)
    effective_at = models.DateTimeField(_("takes effect from"), null=True, blank=True)
    expires_at = models.DateTimeField(_("lapses"), null=True, blank=True)
    reason_hash = HashField(_("hash of the reason"), null=True, blank=True)

    class Meta:
        db_table = "request_steps"
        ordering = ["-event_id"]
        verbose_name = _("step of a request")
        verbose_name_plural = _("steps of requests")
        indexes = [models.Index(fields=["kind", "expires_at"], name="request_steps_announced")]

    def __str__(self) -> str:
        return f"{self.request_id[:10]} {self.kind}"


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


class Reason(models.Model):
    """The public words behind a ``reasonHash`` that officers and guardians give on chain.

    Kept when the call is prepared, before anything is on chain: shown only where an event names the hash.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reason_hash = HashField(_("hash"), unique=True)
    text = models.TextField(_("reason"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        db_table = "reasons"
        verbose_name = _("public reason")
        verbose_name_plural = _("public reasons")

    def __str__(self) -> str:
        return self.text[:40]


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
