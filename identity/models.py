"""People: the portal's accounts, and what the chain says of roles and of the roll of citizens."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models import ChainEvent
from daoportal.kernel.fields import AddressField, HashField, Uint256Field


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

    class Meta:
        db_table = "role_changes"
        ordering = ["-event_id"]
        verbose_name = _("role change")
        verbose_name_plural = _("role changes")
        indexes = [
            models.Index(fields=["role", "account", "-event"], name="role_changes_current"),
            models.Index(fields=["account"], name="role_changes_account"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.account} {self.kind}"


class RoleRequest(ChainOwned):
    """One administrator's half of a change of roles.

    A second administrator's identical call carries it out.
    """

    request_id = HashField(_("request"), db_index=True)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    administrator = AddressField(_("asked by"))
    accounts = models.JSONField(_("accounts"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    grant = models.BooleanField(_("give"))

    class Meta:
        db_table = "role_requests"
        ordering = ["-event_id"]
        verbose_name = _("role request")
        verbose_name_plural = _("role requests")

    def __str__(self) -> str:
        return f"{self.role} {self.request_id[:10]}"


class Officer(ChainOwned):
    """The keyed hash of the person behind an officer's address: two addresses of one person sign as one."""

    account = AddressField(_("account"), db_index=True)
    person_hash = HashField(_("person"))
    by = AddressField(_("by"))

    class Meta:
        db_table = "officers"
        ordering = ["-event_id"]
        verbose_name = _("officer")
        verbose_name_plural = _("officers")

    def __str__(self) -> str:
        return self.account


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
        indexes = [models.Index(fields=["timestamp"], name="census_changes_timestamp")]

    def __str__(self) -> str:
        return self.account
