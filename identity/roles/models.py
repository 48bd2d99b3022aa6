"""Roles as the chain has them, and the requests that need two officers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models import ChainOwned
from core.db.fields import AddressField, HashField


class Role(models.TextChoices):
    CITIZEN = "CITIZEN", _("Citizen")
    DELEGATE = "DELEGATE", _("Delegate")
    ADMINISTRATOR = "ADMINISTRATOR", _("Administrator")
    AUDITOR = "AUDITOR", _("Auditor")
    GUARDIAN = "GUARDIAN", _("Guardian")


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
    :class:`RequestStep` and from the changes of roles after it (``selectors.fates.request_fates``).
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
