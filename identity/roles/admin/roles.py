"""Roles as the chain has them. Nobody edits any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from backoffice import html
from backoffice.admins import Panel, View
from backoffice.filters import WhenFilter
from backoffice.search import Search
from contracts.selectors import chain_now
from identity.accounts.selectors import addresses_named, name_for
from identity.roles.models import Role, RoleChange, RoleChangeKind
from identity.roles.selectors import roles
from identity.roles.selectors.objections import objected_until
from identity.roles.selectors.roles import current_roles
from identity.rows import NamedRows, person, reason_words, where

ENDS_SOON = timedelta(days=14)
KIND_TAGS = {
    RoleChangeKind.GRANTED: "passed",
    RoleChangeKind.REVOKED: "rejected",
    RoleChangeKind.EXPIRED: "ended",
}
_OFFICERS = (Role.ADMINISTRATOR, Role.GUARDIAN, Role.AUDITOR)


@admin.register(RoleChange)
class RoleChangeAdmin(NamedRows):
    """Roles given, taken and run out."""

    list_title = _("Roles")
    lead = _(
        "A role begins or ends when two administrators have agreed on it, or when an adopted proposal says "
        "so; changes of administrators and guardians are announced first, and a guardian may object."
    )
    empty_text = _("No role was given yet.")
    people = ("account", "by")
    list_display = ("who", "role_words", "what", "ends", "by_whom", "time")
    list_filter = ("role", "kind", WhenFilter)
    list_select_related = ("event",)
    list_top_template = "admin/identity/rolechange/list_top.html"
    search = Search(addresses=("account", "by"), named=addresses_named)
    search_help_text = _("name or address")
    ordering = ("-event_id",)
    sortable_by = ()
    export_fields = ("event_id", "timestamp", "role", "account", "kind", "by", "until", "reason_hash")

    def views(self, request: HttpRequest) -> Sequence[View]:
        """By role."""
        shown = (Role.ADMINISTRATOR, Role.GUARDIAN, Role.AUDITOR, Role.DELEGATE, Role.CITIZEN)
        return [View(_("All")), *(View(role.label, {"role__exact": role.value}) for role in shown)]

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        """How many officers there are, and whose role ends next."""
        now = chain_now()
        figures = []
        for role in _OFFICERS:
            members = roles.members(role, now)
            ends = sorted(
                (each for each in members if each.until is not None), key=lambda each: each.until or now
            )
            first = ends[0] if ends else None
            figures.append(
                {
                    "label": role.label,
                    "count": len(members),
                    "first": first,
                    "hot": first is not None and first.until is not None and first.until - now < ENDS_SOON,
                }
            )
        return {"role_figures": figures}

    @admin.display(description=_("Person"))
    def who(self, row: Any) -> SafeString:
        """Whose role it is."""
        return person(row.account, row.names)

    @admin.display(description=_("Role"))
    def role_words(self, row: RoleChange) -> str:
        """The role."""
        return str(Role(row.role).label)

    @admin.display(description=_("What happened"))
    def what(self, row: RoleChange) -> SafeString:
        """Given, taken or run out."""
        kind = RoleChangeKind(row.kind)
        return html.tag(KIND_TAGS[kind], kind.label)

    @admin.display(description=_("Ends"))
    def ends(self, row: RoleChange) -> SafeString:
        """When the role ends by itself."""
        if row.kind != RoleChangeKind.GRANTED:
            return html.NOTHING
        if row.until is None:
            return format_html('<span class="cell-note">{}</span>', _t("no end date"))
        return html.when(row.until, hot_within=ENDS_SOON)

    @admin.display(description=_("By"))
    def by_whom(self, row: Any) -> SafeString:
        """The second administrator, whose call carried it out."""
        return person(row.by, row.names) if row.by else html.NOTHING

    @admin.display(description=_("When"))
    def time(self, row: RoleChange) -> SafeString:
        """When it happened."""
        return html.moment(row.timestamp)

    def heading(self, row: RoleChange) -> Any:
        """The role and the person."""
        return f"{Role(row.role).label}: {name_for(row.account)}"

    def panels(self, request: HttpRequest, row: RoleChange) -> Sequence[Panel]:
        """The change, and what the person holds now."""
        names = self.names_of(row)
        held = current_roles(row.account)
        now = format_html_join(", ", "{}", ((each.label,) for each in held)) or _t("None.")
        return [
            Panel(
                _("What happened"),
                [
                    (_("Role"), self.role_words(row)),
                    (_("Change"), self.what(row)),
                    (_("Person"), person(row.account, names)),
                    (_("By"), person(row.by, names) if row.by else html.NOTHING),
                    (_("When"), html.moment(row.timestamp, year=True)),
                    (_("Ends"), self.ends(row)),
                    (_("Reason"), reason_words(row.reason_hash)),
                    (_("Roles of this address now"), now),
                    *_closed(row),
                ],
            ),
            where(row),
        ]


def _closed(row: RoleChange) -> list[tuple[Any, Any]]:
    """Until when a guardian's objection keeps two administrators from changing the role of the address."""
    until = objected_until(row.role, row.account)
    return [] if until is None else [(_("Closed to two administrators until"), html.moment(until, year=True))]
