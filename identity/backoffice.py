"""People's part of the officers' site: who is an officer, the lists of people, what two administrators do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backoffice import html
from backoffice.approvals.tasks import SOON, half
from backoffice.directory import ADMINISTRATOR, GUARDIAN, register_directory
from backoffice.registry import (
    Finding,
    Task,
    register_alert,
    register_banner,
    register_group,
    register_section,
    register_waiting,
)
from contracts.selectors import chain_now
from identity.accounts.selectors import names_for
from identity.census.selectors.persons import is_same_person
from identity.roles import keeper
from identity.roles.admin.officer import OfficerNow, officer_of
from identity.roles.admin.requests import request_title, request_verb
from identity.roles.models import Role, RoleRequest
from identity.roles.permissions import roles_of
from identity.roles.selectors import roles
from identity.roles.selectors.announced import AnnouncedChange, announced_officer_changes
from identity.roles.selectors.requests import open_role_requests

ENDING = timedelta(days=14)


class _People:
    """The directory that the officers' site asks."""

    def officer_of(self, request: HttpRequest) -> OfficerNow:
        return officer_of(request)

    def roles_of(self, user: Any) -> Collection[str]:
        return roles_of(user)

    def is_same_person(self, first: Any, second: Any) -> bool:
        if first.pk == second.pk:
            return True
        return bool(first.address and second.address) and is_same_person(first.address, second.address)

    def names_for(self, addresses: Iterable[str]) -> dict[str, str]:
        return names_for(addresses)


def _requests() -> list[Task]:
    now = chain_now()
    rows = open_role_requests(now)
    people = [row.administrator for row in rows] + [account for row in rows for account in row.accounts]
    names = names_for(people) if people else {}
    changes = announced_officer_changes(now)
    return [*(_request(row, names, now) for row in rows), *(_change(each, now) for each in changes)]


def _request(row: RoleRequest, names: dict[str, str], now: datetime) -> Task:
    return half(
        what=request_verb(row),
        title=request_title(row, names),
        url=reverse("admin:identity_rolerequest_change", args=[row.pk]),
        icon="verified_user",
        roles={ADMINISTRATOR},
        asked_by=row.administrator,
        name=names[row.administrator],
        asked_at=row.timestamp,
        expires_at=row.expires_at,
        now=now,
    )


def _change(change: AnnouncedChange, now: datetime) -> Task:
    """Guardians may object until it is due; then administrators see to it that it is carried out."""
    due = change.is_due(now)
    ends = change.expires_at if due else change.effective_at
    facts = {"first": change.asked_by, "second": change.seconded_by}
    return Task(
        what=_("Carry out a change of officers") if due else _("A change of officers: let it pass or object"),
        title=request_title(change.request, dict(zip(change.accounts, change.names, strict=True))),
        url=reverse("admin:identity_rolerequest_change", args=[change.request.pk]),
        icon="shield",
        meta=_("Agreed by %(first)s and %(second)s") % facts,
        roles=frozenset({ADMINISTRATOR if due else GUARDIAN}),
        due=ends,
        hot=ends - now < SOON,
    )


def _banner() -> dict[str, Any] | None:
    changes = announced_officer_changes()
    return {"changes": changes, "now": chain_now()} if changes else None


def _announced() -> Iterator[Finding]:
    for change in announced_officer_changes():
        facts = {"people": ", ".join(change.names), "role": change.role.label}
        text = (
            _("%(people)s would become %(role)s")
            if change.grant
            else _("%(people)s would lose the role %(role)s")
        )
        meta = _("A guardian may object until it takes effect, %(when)s.") % {
            "when": html.away(change.effective_at)
        }
        yield Finding(
            text % facts, meta, reverse("admin:identity_rolerequest_change", args=[change.request.pk])
        )


def _unrecorded() -> Iterator[Finding]:
    waiting = keeper.overdue()
    if waiting:
        text = ngettext(
            "The end of %(n)d role was not recorded",
            "The ends of %(n)d roles were not recorded",
            len(waiting),
        ) % {"n": len(waiting)}
        meta = _(
            "Until somebody tells the contract, a citizen’s unit counts in quorums. The keeper may be off."
        )
        yield Finding(text, meta, reverse("admin:identity_rolechange_changelist"))


def _ending() -> Iterator[Finding]:
    now = chain_now()
    for role in (Role.ADMINISTRATOR, Role.GUARDIAN, Role.AUDITOR):
        members = roles.members(role)
        ending = [member for member in members if member.until is not None and member.until - now < ENDING]
        for member in ending:
            text = _("%(who)s’s role as %(role)s ends soon") % {"who": member.name, "role": role.label}
            left = len(members) - len(ending)
            facts = {"when": html.away(member.until, now), "left": left}
            meta = _("It ends %(when)s; %(left)d stay.") % facts
            yield Finding(text, meta, reverse("admin:identity_rolechange_changelist"))


register_directory(_People())
register_group("people", gettext_lazy("People"), order=40)
for place, (label, icon, model, waiting) in enumerate(
    (
        (gettext_lazy("Roles"), "verified_user", "rolechange", ""),
        (gettext_lazy("Requests by two"), "hourglass_empty", "rolerequest", "role-requests"),
        (gettext_lazy("Persons"), "shield", "personkey", ""),
        (gettext_lazy("Roll of citizens"), "groups", "censuschange", ""),
        (gettext_lazy("Moves of citizens"), "loop", "citizenmove", ""),
        (gettext_lazy("Accounts"), "person", "user", ""),
    )
):
    register_section(
        "people", order=place * 10, label=label, icon=icon, to=f"identity.{model}", waiting=waiting
    )
register_waiting("role-requests", _requests, order=20)
register_banner("officer-changes", "admin/chrome/officer_changes.html", _banner, place="top", order=20)
register_alert("officer-change", "medium", _announced, runbook="officers-change")
register_alert("role-ends", "medium", _ending, runbook="officers-change")
register_alert("ends-unrecorded", "medium", _unrecorded, runbook="the-keeper-is-off")
