"""The audit log and the words of ballots on the officers' side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, words
from audit.chain import document
from audit.models import AuditLog
from audit.selectors import entry_of, recompute
from backoffice import html
from backoffice.admins import ChainOwnedAdmin, Panel, View
from backoffice.filters import WhenFilter, when_filter
from backoffice.permissions import ADMINISTRATOR, holds_any
from backoffice.search import Search
from contracts.admin.pieces import address
from core.errors import DomainError
from governance.ballots.models import BallotReason
from officers import services
from officers.actors import names_of_actors, target_words
from officers.models import Erasure, Grounds

ERASE_WORD = "ERASE"


class ActionFilter(SimpleListFilter):
    """By what was done."""

    title = _("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The actions of the portal's own rooms."""
        return [(action.value, action.label) for action in Action]

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
            View(_("Sign-ins"), {"action": Action.SIGNED_IN.value}),
            View(_("Changes"), {"action": Action.ROW_CHANGED.value}),
            View(_("Exports"), {"action": Action.LIST_EXPORTED.value}),
            View(_("Commands"), {"action": Action.COMMAND_STARTED.value}),
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


@admin.register(BallotReason)
class BallotReasonAdmin(ChainOwnedAdmin):
    """The words people gave with their ballots. Two administrators can erase them; nobody can change them."""

    list_title = _("Ballot reasons")
    lead = _(
        "The words people gave with a ballot. They are the writer’s own: "
        "two administrators can erase them, nobody can change them."
    )
    empty_text = _("Nobody has given a reason yet.")
    list_display = ("cell_words", "state", "cell_voter", "cell_proposal", "time")
    list_filter = (when_filter("created_at"),)
    search = Search(addresses=("voter",), hashes=("reason_hash",), numbers=("proposal_id",), words=("text",))
    search_help_text = _("words, voter or proposal")
    ordering = ("-created_at",)
    sortable_by = ()
    change_form_template = "admin/governance/ballotreason/change_form.html"
    export_fields = ("id", "proposal_id", "voter", "reason_hash", "created_at", "erased_at")

    def get_urls(self) -> list[URLPattern]:
        """Add the page where an officer confirms."""
        view = self.admin_site.admin_view(self.erase_view)
        return [path("<uuid:pk>/erase/", view, name="governance_ballotreason_erase"), *super().get_urls()]

    @admin.display(description=_("Words"))
    def cell_words(self, row: BallotReason) -> SafeString:
        """How they begin."""
        return format_html('<span class="cell-title">{}</span>', row.text[:90] or _t("Erased"))

    @admin.display(description=_("State"))
    def state(self, row: BallotReason) -> SafeString:
        """Shown or erased."""
        return html.tag("ended", _("Erased")) if row.erased_at else html.tag("passed", _("Shown"))

    @admin.display(description=_("Voter"))
    def cell_voter(self, row: BallotReason) -> SafeString:
        """Whose words they are."""
        return address(row.voter)

    @admin.display(description=_("Proposal"))
    def cell_proposal(self, row: BallotReason) -> str:
        """In which vote."""
        return str(row.proposal_id)

    @admin.display(description=_("Received"))
    def time(self, row: BallotReason) -> SafeString:
        """When the portal got them."""
        return html.moment(row.created_at)

    def panels(self, request: HttpRequest, row: BallotReason) -> Sequence[Panel]:
        """The words and where they belong."""
        return [
            Panel(
                _("The words"),
                [
                    (_("Reason"), row.text or _t("Erased")),
                    (_("Voter"), address(row.voter)),
                    (_("Proposal"), str(row.proposal_id)),
                    (_("Received"), html.moment(row.created_at, year=True)),
                    (_("Hash on chain"), html.hexa(row.reason_hash, 12, 10)),
                    (_("Erased"), html.moment(row.erased_at, year=True)),
                ],
                icon="edit",
            )
        ]

    def record_context(self, request: HttpRequest, row: BallotReason) -> dict[str, Any]:
        """Who asked to erase them, and whether this officer can finish it."""
        return self._erasure(request, row)

    def erase_view(self, request: HttpRequest, pk: Any) -> HttpResponseBase:
        """Ask to erase, or carry out what another officer asked; by typing a word."""
        row = BallotReason.objects.filter(pk=pk).first()
        if row is None:
            raise Http404
        context = self._erasure(request, row)
        if not context["may_erase"]:
            raise PermissionDenied
        error = ""
        if request.method == "POST":
            error = self._erase(request, row, context["erasure"])
            if not error:
                return HttpResponseRedirect(reverse("admin:governance_ballotreason_change", args=[row.pk]))
        return TemplateResponse(
            request,
            "admin/governance/ballotreason/erase.html",
            {
                **self.admin_site.each_context(request),
                **context,
                "title": _("Erase the words of a ballot"),
                "opts": self.opts,
                "row": row,
                "grounds": Grounds.choices,
                "word": ERASE_WORD,
                "error": error,
            },
            status=400 if error else 200,
        )

    def _erase(self, request: HttpRequest, row: BallotReason, erasure: Erasure | None) -> str:
        if request.POST.get("word", "").strip() != ERASE_WORD:
            return _t("Type the word to confirm.")
        officer: Any = request.user
        try:
            if erasure is not None:
                services.carry_out_erasure(erasure=erasure, officer=officer)
                messages.success(request, _t("The words are erased."))
                return ""
            services.ask_to_erase(
                reason=row, officer=officer, grounds=Grounds(request.POST.get("grounds", ""))
            )
        except ValueError:
            return _t("Choose why.")
        except DomainError as problem:
            return str(problem.detail)
        messages.success(request, _t("Your request waits for a second administrator."))
        return ""

    def _erasure(self, request: HttpRequest, row: BallotReason) -> dict[str, Any]:
        waiting = row.erasures.filter(confirmed_by__isnull=True).select_related("asked_by").first()
        mine = waiting is not None and waiting.asked_by_id == request.user.pk
        allowed = holds_any(request.user, {ADMINISTRATOR})
        return {
            "erasure": waiting,
            "mine": mine,
            "allowed": allowed,
            "may_erase": allowed and row.erased_at is None and not mine,
            "erase_url": reverse("admin:governance_ballotreason_erase", args=[row.pk]),
        }


def _fact(value: Any) -> Any:
    if isinstance(value, bool):
        return _t("yes") if value else _t("no")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or html.NOTHING
    if isinstance(value, dict):
        return ", ".join(f"{key}: {each}" for key, each in value.items()) or html.NOTHING
    return value if value not in (None, "") else html.NOTHING
