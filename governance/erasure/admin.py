"""The words of ballots on the officers' side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from backoffice import html
from backoffice.admins import ChainOwnedAdmin, Panel
from backoffice.approvals import services as approvals
from backoffice.approvals.models import Approval
from backoffice.directory import ADMINISTRATOR, directory, holds_any
from backoffice.filters import when_filter
from backoffice.search import Search
from contracts.admin.pieces import address
from core.errors import DomainError
from governance.ballots.models import BallotReason
from governance.erasure.approvals import Grounds, ask_to_erase, waiting_erasure

ERASE_WORD = "ERASE"


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
        erase = self.admin_site.admin_view(self.erase_view)
        withdraw = self.admin_site.admin_view(self.withdraw_view)
        return [
            path("<uuid:pk>/erase/", erase, name="governance_ballotreason_erase"),
            path("<uuid:pk>/withdraw/", withdraw, name="governance_ballotreason_withdraw"),
            *super().get_urls(),
        ]

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

    def _erase(self, request: HttpRequest, row: BallotReason, erasure: Approval | None) -> str:
        if request.POST.get("word", "").strip() != ERASE_WORD:
            return _t("Type the word to confirm.")
        officer: Any = request.user
        try:
            if erasure is not None:
                approvals.agree(approval=erasure, officer=officer)
                messages.success(request, _t("The words are erased."))
                return ""
            ask_to_erase(reason=row, officer=officer, grounds=Grounds(request.POST.get("grounds", "")))
        except ValueError:
            return _t("Choose why.")
        except DomainError as problem:
            return str(problem.detail)
        messages.success(request, _t("Your request waits for a second administrator."))
        return ""

    def withdraw_view(self, request: HttpRequest, pk: Any) -> HttpResponseBase:
        """Take one's own request back."""
        row = BallotReason.objects.filter(pk=pk).first()
        waiting = waiting_erasure(row) if row is not None else None
        if row is None or waiting is None or request.method != "POST":
            raise Http404
        try:
            approvals.withdraw(approval=waiting, officer=request.user)
            messages.success(request, _t("Your request is taken back."))
        except DomainError as problem:
            messages.error(request, str(problem.detail))
        return HttpResponseRedirect(reverse("admin:governance_ballotreason_change", args=[row.pk]))

    def _erasure(self, request: HttpRequest, row: BallotReason) -> dict[str, Any]:
        waiting = waiting_erasure(row)
        mine = waiting is not None and directory().is_same_person(waiting.asked_by, request.user)
        allowed = holds_any(request.user, {ADMINISTRATOR})
        return {
            "erasure": waiting,
            "erasure_grounds": Grounds(waiting.details["grounds"]).label if waiting else "",
            "mine": mine,
            "allowed": allowed,
            "may_erase": allowed and row.erased_at is None and not mine,
            "erase_url": reverse("admin:governance_ballotreason_erase", args=[row.pk]),
            "withdraw_url": reverse("admin:governance_ballotreason_withdraw", args=[row.pk]),
        }
