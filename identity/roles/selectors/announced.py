"""Reads about announced changes of administrators and guardians, which everybody is told of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from contracts.selectors import chain_now
from identity.accounts.selectors import names_for
from identity.roles.models import RequestStatus, RequestStep, Role, RoleRequest, StepKind
from identity.roles.selectors.fates import Fate, request_fates
from identity.roles.selectors.requests import request_of


@dataclass(frozen=True, slots=True)
class AnnouncedChange:
    """Who would become, or stop being, an administrator or a guardian, and from when on."""

    request: RoleRequest
    fate: Fate
    names: tuple[str, ...]
    asked_by: str
    seconded_by: str

    @property
    def request_id(self) -> str:
        """The request's id on chain."""
        return self.request.request_id

    @property
    def role(self) -> Role:
        """The role that changes."""
        return Role(self.request.role)

    @property
    def grant(self) -> bool:
        """Whether the role is given, else taken."""
        return self.request.grant

    @property
    def accounts(self) -> tuple[str, ...]:
        """Whose role it is, lower case."""
        return tuple(account.lower() for account in self.request.accounts)

    @property
    def effective_at(self) -> datetime:
        """From when on anyone may carry it out; until then a guardian may object."""
        return self.fate.effective_at or self.fate.at

    @property
    def expires_at(self) -> datetime:
        """When it lapses if nobody carried it out."""
        return self.fate.expires_at

    def is_due(self, at: datetime) -> bool:
        """Whether it can be carried out at ``at``."""
        return self.fate.is_due(at)


def announced_officer_changes(at: datetime | None = None) -> list[AnnouncedChange]:
    """Announced changes that can still take effect, the nearest first; one query while there is none."""
    if at is None and not RequestStep.objects.filter(kind=StepKind.SCHEDULED).exists():
        return []  # every page asks
    moment = at or chain_now()
    steps = RequestStep.objects.filter(
        kind=StepKind.SCHEDULED, expires_at__gt=moment, timestamp__lte=moment
    ).order_by("-event_id")
    rows: dict[str, RoleRequest] = {}
    for step in steps:
        row = request_of(step.request_id, step.pk)
        if row is not None:
            rows.setdefault(step.request_id, row)
    if not rows:
        return []
    fates = request_fates(rows.values(), moment)
    standing = [row for row in rows.values() if fates[row.pk].status == RequestStatus.SCHEDULED]
    people = [row.administrator for row in standing] + [a for row in standing for a in row.accounts]
    people += [by for row in standing if (by := fates[row.pk].seconded_by)]
    names = names_for(people) if people else {}
    found = [_announced(row, fates[row.pk], names) for row in standing]
    return sorted(found, key=lambda each: each.effective_at)


def _announced(row: RoleRequest, fate: Fate, names: dict[str, str]) -> AnnouncedChange:
    return AnnouncedChange(
        request=row,
        fate=fate,
        names=tuple(names[account.lower()] for account in row.accounts),
        asked_by=names[row.administrator],
        seconded_by=names[fate.seconded_by] if fate.seconded_by else "",
    )
