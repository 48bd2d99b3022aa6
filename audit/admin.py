"""The audit log on the officers' side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from audit.actions import COMMAND_STARTED, SIGNED_IN
from audit.chain import document
from audit.models import AuditLog
from audit.registry import actions, words
from audit.selectors import entry_of, recompute
from backoffice import html
from backoffice.admins import ChainOwnedAdmin, View
from backoffice.audit_names import names_of_actors, target_words
from backoffice.filters import WhenFilter
from backoffice.recording import LIST_EXPORTED, ROW_CHANGED
from backoffice.search import Search


class ActionFilter(SimpleListFilter):
    """By what was done."""

    title = _("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The actions that apps registered."""
        return list(actions().items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The entries of that action."""
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditLog)
class AuditLogAdmin(ChainOwnedAdmin):
    """What officers and commands did."""

    list_title = _("Audit log")
    lead = _("Every act of every officer, in order. Each entry carries the fingerprint of the one before.")
    list_display = ("no", "what", "who", "about", "time", "fingerprint")
    list_display_links = ("what",)
    list_filter = (ActionFilter, WhenFilter)
    search = Search(
        hashes=("hash", "transaction_hash"), numbers=("sequence",), beginnings=("actor", "target", "action")
    )
    search_help_text = _("number, who, about what, or a fingerprint")
    ordering = ("-sequence",)
    sortable_by = ()
    change_form_template = "admin/audit/auditlog/change_form.html"

    def views(self, request: HttpRequest) -> Sequence[View]:
        """The questions that are asked most."""
        return [
            View(_("All")),
            View(_("Sign-ins"), {"action": SIGNED_IN}),
            View(_("Changes"), {"action": ROW_CHANGED}),
            View(_("Exports"), {"action": LIST_EXPORTED}),
            View(_("Commands"), {"action": COMMAND_STARTED}),
        ]

    def get_urls(self) -> list[URLPattern]:
        """Add the download of one entry."""
        view = self.admin_site.admin_view(self.json_view)
        return [path("<int:sequence>/json/", view, name="audit_auditlog_json"), *super().get_urls()]

    def json_view(self, request: HttpRequest, sequence: int) -> HttpResponseBase:
        """The entry as it was sealed, with its hash, for whoever recomputes it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = AuditLog.objects.filter(pk=sequence).first()
        if row is None:
            raise Http404
        response = JsonResponse(
            {"entry": document(entry_of(row)), "hash": row.hash}, json_dumps_params={"indent": 2}
        )
        response["Content-Disposition"] = f'attachment; filename="audit-{sequence}.json"'
        return response

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        """The names behind the actors, once for the page."""
        names = names_of_actors(row.actor for row in rows)
        for row in rows:
            row.actor_name = names[row.actor]

    @admin.display(description=_("No."))
    def no(self, row: AuditLog) -> SafeString:
        """Its number."""
        return html.num(row.sequence)

    @admin.display(description=_("What"))
    def what(self, row: AuditLog) -> SafeString:
        """What was done."""
        return format_html('<span class="cell-title">{}</span>', words(row.action))

    @admin.display(description=_("Who"))
    def who(self, row: Any) -> str:
        """Who did it."""
        return str(row.actor_name)

    @admin.display(description=_("About"))
    def about(self, row: AuditLog) -> SafeString:
        """What it was done to."""
        if not row.target:
            return html.NOTHING
        return format_html('<span title="{}">{}</span>', row.target, target_words(row.target))

    @admin.display(description=_("When"))
    def time(self, row: AuditLog) -> SafeString:
        """When."""
        return html.moment(row.timestamp)

    @admin.display(description=_("Fingerprint"))
    def fingerprint(self, row: AuditLog) -> SafeString:
        """Its hash."""
        return html.hexa(row.hash, 8, 4)

    def record_context(self, request: HttpRequest, row: AuditLog) -> dict[str, Any]:
        """The entry between its neighbours, and whether its hash still fits."""
        before = AuditLog.objects.filter(sequence__lt=row.sequence).order_by("-sequence").first()
        after = AuditLog.objects.filter(sequence__gt=row.sequence).order_by("sequence").first()
        linked = before.hash == row.previous_hash if before else int(row.previous_hash, 16) == 0
        return {
            "entry": row,
            "entry_words": words(row.action),
            "about": target_words(entry_target) if (entry_target := row.target) else "",
            "actor_name": names_of_actors([row.actor])[row.actor],
            "facts": [
                (key.replace("_", " ").capitalize(), _fact(value)) for key, value in row.details.items()
            ],
            "before": before,
            "after": after,
            "sealed": recompute(row) == row.hash,
            "linked": linked and (before is None or before.sequence == row.sequence - 1),
            "json_url": reverse("admin:audit_auditlog_json", args=[row.sequence]),
        }


def _fact(value: Any) -> Any:
    if isinstance(value, bool):
        return _t("yes") if value else _t("no")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or html.NOTHING
    if isinstance(value, dict):
        return ", ".join(f"{key}: {each}" for key, each in value.items()) or html.NOTHING
    return value if value not in (None, "") else html.NOTHING
