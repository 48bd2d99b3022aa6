"""Requests that need two administrators: what they ask, what became of them, what an officer may send."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from audit.registry import register_action
from audit.services import actor_of, record, target_of
from backoffice import html
from backoffice.admins import Panel
from backoffice.directory import OFFICERS, holds_any
from backoffice.filters import WhenFilter
from backoffice.search import Search
from contracts.selectors import chain_now
from core.errors import DomainError
from identity.accounts.selectors import addresses_named, names_for
from identity.errors import ReasonInvalid
from identity.reasons.services import LONGEST_REASON, keep_reason
from identity.roles.admin.officer import officer_of
from identity.roles.admin.requests import may_object, object_call, offers, request_title, request_verb
from identity.roles.models import RequestKind, RequestStatus, RequestStep, Role, RoleRequest, StepKind
from identity.roles.selectors.fates import request_fate, request_fates
from identity.roles.selectors.objections import objected_until
from identity.rows import NamedRows, person, reason_words, where

OBJECTION_CALL_TAKEN = register_action(
    "officer-change.objection-call-taken", _("Took the call that objects to a change of officers")
)

STATUS_TAGS = {
    RequestStatus.OPEN: "review",
    RequestStatus.SCHEDULED: "queued",
    RequestStatus.COMPLETED: "passed",
    RequestStatus.CARRIED_OUT: "passed",
    RequestStatus.OBJECTED: "rejected",
    RequestStatus.WITHDRAWN: "ended",
    RequestStatus.LAPSED: "ended",
    RequestStatus.STALE: "ended",
}
_SHOWN = 3


@admin.register(RoleRequest)
class RoleRequestAdmin(NamedRows):
    """First halves of what two administrators decide."""

    list_title = _("Requests by two")
    lead = _(
        "One administrator asks; the same request by a second one, within 7 days, carries it out. "
        "Changes of administrators and guardians are announced then, and a guardian may object."
    )
    empty_text = _("Nobody has asked for a change of roles.")
    people = ("administrator",)
    list_display = ("what", "for_whom", "state", "asked_by", "time")
    list_filter = ("kind", "role", "grant", WhenFilter)
    list_select_related = ("event",)
    search = Search(addresses=("administrator",), hashes=("request_id",), named=addresses_named)
    search_help_text = _("administrator")
    ordering = ("-event_id",)
    sortable_by = ()
    change_form_template = "admin/identity/rolerequest/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the page on which a guardian objects."""
        view = self.admin_site.admin_view(self.object_view)
        return [path("<int:pk>/object/", view, name="identity_rolerequest_object"), *super().get_urls()]

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        """The names of everybody on the page, and what became of each request."""
        accounts = [row.administrator for row in rows] + [each for row in rows for each in row.accounts]
        names = names_for(accounts) if accounts else {}
        fates = request_fates(rows)
        for row in rows:
            row.names, row.fate = names, fates[row.pk]

    @admin.display(description=_("Request"))
    def what(self, row: RoleRequest) -> SafeString:
        """Give or take, which role; or a correction or a move."""
        words = request_verb(row)
        if row.kind == RequestKind.ROLE:
            words = f"{words}: {Role(row.role).label}"
        return format_html('<span class="cell-title">{}</span>', words)

    @admin.display(description=_("For"))
    def for_whom(self, row: Any) -> SafeString:
        """Whom it is about."""
        shown = format_html_join(
            "", "<span>{}</span> ", ((person(each, row.names),) for each in row.accounts[:_SHOWN])
        )
        more = len(row.accounts) - _SHOWN
        if more > 0:
            return format_html(
                '{}<span class="cell-note">{}</span>', shown, _t("and %(n)d more") % {"n": more}
            )
        return shown

    @admin.display(description=_("State"))
    def state(self, row: Any) -> SafeString:
        """What became of it; while it waits, until when."""
        fate = row.fate
        if fate.status == RequestStatus.OPEN:
            note: Any = _t("lapses %(when)s") % {"when": html.away(fate.expires_at)}
        elif fate.status == RequestStatus.SCHEDULED:
            note = _t("takes effect %(when)s") % {"when": html.away(fate.effective_at)}
        else:
            note = ""
        return html.tag(STATUS_TAGS[fate.status], fate.status.label, note)

    @admin.display(description=_("Asked by"))
    def asked_by(self, row: Any) -> SafeString:
        """The first administrator."""
        return person(row.administrator, row.names)

    @admin.display(description=_("When"))
    def time(self, row: RoleRequest) -> SafeString:
        """When it was asked."""
        return html.when(row.timestamp)

    def record_context(self, request: HttpRequest, row: RoleRequest) -> dict[str, Any]:
        """Who agreed, what became of it, and what this officer may send."""
        now, officer = chain_now(), officer_of(request)
        fate = request_fate(row, now)
        names = _names(row, fate.seconded_by)
        offered = offers(row, fate, officer, now)
        return {
            "request_row": row,
            "request_title": request_title(row, names),
            "request_verb": request_verb(row),
            "fate": fate,
            "status_tag": html.tag(STATUS_TAGS[fate.status], fate.status.label),
            "announced": fate.status == RequestStatus.SCHEDULED,
            "first_by": names[row.administrator],
            "seconded_by": names.get(fate.seconded_by or "", ""),
            "mine": officer.is_same_person(row.administrator),
            "may": officer.is_administrator,
            "offers": offered,
            "object_url": reverse("admin:identity_rolerequest_object", args=[row.pk]),
            "signs": any(each.call for each in offered),
        }

    def panels(self, request: HttpRequest, row: RoleRequest) -> Sequence[Panel]:
        """What the request says, and what became of it."""
        names = _names(row)
        keys = list(row.person_keys) or [None] * len(row.accounts)
        people = format_html_join(
            "",
            "<span class='line'>{}{}</span>",
            (
                (
                    person(account, names),
                    format_html('<span class="cell-note">{} {}</span>', _t("person"), html.hexa(key, 10, 8))
                    if key
                    else "",
                )
                for account, key in zip(row.accounts, keys, strict=False)
            ),
        )
        facts: list[tuple[Any, Any]] = [(_("Change"), request_verb(row)), (_("For"), people)]
        if row.kind == RequestKind.ROLE:
            facts.insert(1, (_("Role"), Role(row.role).label))
            if row.grant:
                until = html.moment(row.until, year=True) if row.until else _t("no end date")
                facts.append((_("Until"), until))
            else:
                facts.append((_("Reason, for everybody to read"), reason_words(row.reason_hash)))
        return [
            Panel(
                _("What the request says"),
                [
                    *facts,
                    (_("Asked by"), person(row.administrator, names)),
                    (_("When"), html.moment(row.timestamp, year=True)),
                    (_("Lapses"), html.moment(row.expires_at, year=True)),
                    (_("Request"), html.hexa(row.request_id, 12, 10)),
                ],
            ),
            Panel(_("What became of it"), list(_history(row)), icon="history"),
            where(row),
        ]

    def object_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Ask a guardian why; keep the words, hand out the call, and write that down."""
        row = RoleRequest.objects.filter(pk=pk).first()
        if row is None:
            raise Http404
        now, officer = chain_now(), officer_of(request)
        fate = request_fate(row, now)
        if not holds_any(request.user, OFFICERS) or not may_object(fate, officer, now):
            raise PermissionDenied
        reason, error, call = request.POST.get("reason", "").strip(), "", ""
        if request.method == "POST":
            error, call = self._take_objection(request, row, reason)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Object to a change of officers"),
            "opts": self.opts,
            "row": row,
            "fate": fate,
            "request_title": request_title(row, _names(row)),
            "request_verb": request_verb(row),
            "back": reverse("admin:identity_rolerequest_change", args=[row.pk]),
            "reason": reason,
            "longest": LONGEST_REASON,
            "error": error,
            "call": call,
            "signs": bool(call),
        }
        request.current_app = self.admin_site.name  # type: ignore[attr-defined]
        template = "admin/identity/rolerequest/object.html"
        return TemplateResponse(request, template, context, status=400 if error else 200)

    @staticmethod
    def _take_objection(request: HttpRequest, row: RoleRequest, reason: str) -> tuple[str, str]:
        """What went wrong and nothing, or nothing and the call."""
        try:
            if not reason:
                raise ReasonInvalid(field="reason")
            reason_hash = keep_reason(reason)
            call = json.dumps(object_call(row, reason_hash))
        except DomainError as problem:
            return str(problem.detail), ""
        record(
            action=OBJECTION_CALL_TAKEN,
            actor=actor_of(request.user),
            target=target_of(row),
            details={"request": row.request_id, "reason": reason_hash},
        )
        return "", call


def _names(row: RoleRequest, *more: str | None) -> dict[str, str]:
    return names_for([row.administrator, *row.accounts, *(each for each in more if each)])


def _history(row: RoleRequest) -> Iterator[tuple[Any, Any]]:
    fate = request_fate(row)
    later = RoleRequest.objects.filter(request_id=row.request_id, event_id__gt=row.pk).order_by("event_id")
    end = later.values_list("event_id", flat=True).first()
    steps = RequestStep.objects.filter(request_id=row.request_id, event_id__gt=row.pk).order_by("event_id")
    shown = list(steps if end is None else steps.filter(event_id__lt=end))
    names = names_for([step.by for step in shown if step.by])
    for step in shown:
        lines: list[Any] = [html.moment(step.timestamp, year=True)]
        if step.by:
            lines.append(person(step.by, names))
        if step.kind == StepKind.SCHEDULED:
            lines.append(
                format_html("{} {}", _t("takes effect from"), html.moment(step.effective_at, year=True))
            )
        if step.reason_hash:
            lines.append(reason_words(step.reason_hash))
        yield (
            StepKind(step.kind).label,
            format_html_join("", "<span class='line'>{}</span>", ((each,) for each in lines)),
        )
    if fate.status in (RequestStatus.STALE, RequestStatus.LAPSED):
        yield fate.status.label, html.moment(fate.at, year=True)
    elif not shown:
        yield fate.status.label, format_html("{} {}", _t("until"), html.moment(fate.expires_at, year=True))
    for account in row.accounts if row.kind == RequestKind.ROLE else ():
        until = objected_until(row.role, account)
        if until is not None:
            yield (
                _t("Closed to two administrators"),
                format_html(
                    "{} {}",
                    html.moment(until, year=True),
                    _t("Until then only an adopted proposal changes this role of this address."),
                ),
            )
