"""Proposals: the list by state, and the page where an officer opens a vote or asks to cancel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from backoffice import html
from backoffice.admins import ChainOwnedAdmin, View
from backoffice.search import Search
from contracts.selectors import chain_head, confirmation
from governance.ballots.selectors.results import quorum_needed, tally
from governance.ballots.selectors.votes import proposal_votes
from governance.parameters import strategies
from governance.parameters.selectors.strategies import strategy_kind, strategy_kinds
from governance.parameters.selectors.values import endorsements_needed, endorsements_needed_by
from governance.proposals.admin import signing
from governance.proposals.admin.pieces import (
    amount,
    drafts_with_needs,
    next_date,
    number,
    quorum_note,
    state_tag,
    support_words,
    supported_drafts,
    tally_bar,
    tally_words,
)
from governance.proposals.admin.truth import chain_truth
from governance.proposals.models import Proposal, ProposalState
from governance.proposals.selectors.actions import describe_actions
from governance.proposals.selectors.conditions import current_conditions
from governance.proposals.selectors.proposals import endorsements, proposal_counts
from governance.proposals.selectors.timeline import lifecycle
from governance.shapes.markdown import render
from identity.accounts.selectors import addresses_named, names_for
from identity.reasons.selectors import reason_text
from identity.roles.admin.officer import officer_of
from identity.rows import person

SOON = timedelta(days=1)
_SHOWN_BALLOTS = 8
_SHOWN_SUPPORTERS = 5


class ReadyFilter(SimpleListFilter):
    """Drafts that have the support they need."""

    title = _("ready to open")
    parameter_name = "ready"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Ready or not yet."""
        return [("yes", _("Ready to open")), ("no", _("Gathering support"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The drafts of that kind."""
        if self.value() not in {"yes", "no"}:
            return queryset
        wanted = self.value() == "yes"
        return queryset.filter(
            pk__in=[each.proposal.pk for each in drafts_with_needs() if each.enough == wanted]
        )


@admin.register(Proposal)
class ProposalAdmin(ChainOwnedAdmin):
    """Proposals as the chain has them."""

    list_title = _("Proposals")
    lead = _(
        "Every proposal, as the chain has it. Officers open proposals for voting; they never touch a vote."
    )
    empty_text = _("Nobody has proposed anything yet.")
    list_display = ("cell_title", "cell_state", "kind", "cell_tally", "cell_next", "cell_proposer")
    list_filter = ("state", "proposal_type", ReadyFilter)
    search = Search(
        addresses=("proposer",),
        hashes=("metadata_hash", "content_hash", "rules_hash"),
        numbers=("proposal_id",),
        words=("title", "summary", "topic"),
        named=addresses_named,
    )
    search_help_text = _("number, words or proposer")
    ordering = ("-created_at",)
    sortable_by = ("cell_title",)
    change_form_template = "admin/governance/proposal/change_form.html"
    export_fields = (
        "proposal_id",
        "proposer",
        "proposal_type",
        "state",
        "title",
        "topic",
        "metadata_hash",
        "content_hash",
        "rules_hash",
        "strategy",
        "endorsements",
        "quorum_percentage",
        "passing_percentage",
        "execution_delay",
        "grace_period",
        "proposal_threshold",
        "snapshot_supply",
        "vote_start",
        "vote_end",
        "for_votes",
        "against_votes",
        "abstain_votes",
        "created_at",
        "endorsed_at",
        "executed_at",
        "cancelled_at",
        "cancel_reason_hash",
    )

    def views(self, request: HttpRequest) -> Sequence[View]:
        """By where they stand."""
        counts = proposal_counts()
        by_state = counts.by_state

        def of(label: Any, state: ProposalState) -> View:
            return View(label, {"state__exact": state.value}, by_state[state.value])

        return [
            View(_("All"), {}, counts.total),
            View(_("Ready to open"), {"ready": "yes"}, len(supported_drafts())),
            of(_("Voting open"), ProposalState.ACTIVE),
            of(_("Waiting period"), ProposalState.QUEUED),
            of(_("Carried out"), ProposalState.EXECUTED),
        ]

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        """Names, units and the present conditions, once for the page."""
        names = names_for(row.proposer for row in rows) if rows else {}
        kinds, at, needed = strategy_kinds(), current_conditions(), endorsements_needed_by(rows)
        for row in rows:
            row.names, row.at, row.needed = names, at, needed[row.pk]
            row.decimals = strategies.decimals(kinds.get(row.strategy, strategies.ONE_PERSON))

    @admin.display(description=_("Proposal"), ordering="created_at")
    def cell_title(self, row: Proposal) -> SafeString:
        """Number and title."""
        return format_html(
            '<span class="cell-ref">{}</span><span class="cell-title">{}</span>',
            number(row.proposal_id),
            row.title,
        )

    @admin.display(description=_("State"))
    def cell_state(self, row: Any) -> SafeString:
        """The state; of a draft, whether it is ready."""
        ready = row.state == ProposalState.DRAFT and row.endorsements >= row.needed
        return state_tag(row.state, _t("ready to open") if ready else "")

    @admin.display(description=_("Kind"))
    def kind(self, row: Proposal) -> str:
        """The kind."""
        return str(row.get_proposal_type_display())

    @admin.display(description=_("Count"))
    def cell_tally(self, row: Any) -> SafeString:
        """The votes, or the endorsements before there are votes."""
        if row.vote_start is None:
            facts = {"n": html.nice(row.endorsements), "of": html.nice(row.needed)}
            return format_html(
                '<span class="cell-note">{}</span>', _t("%(n)s of %(of)s endorsements") % facts
            )
        if row.state == ProposalState.PENDING:
            return format_html('<span class="cell-note">{}</span>', _t("not open yet"))
        view = tally(row)
        return format_html(
            '<span class="cell-tally">{}<span class="cell-note">{}</span></span>',
            tally_bar(view),
            tally_words(view, row.decimals),
        )

    @admin.display(description=_("Next date"))
    def cell_next(self, row: Any) -> SafeString:
        """What time brings next."""
        words, when = next_date(row, row.at)
        if when is None:
            return html.NOTHING
        return format_html("{} {}", words, html.when(when, hot_within=SOON))

    @admin.display(description=_("Proposer"))
    def cell_proposer(self, row: Any) -> SafeString:
        """Who proposed it."""
        return person(row.proposer, row.names)

    def record_context(self, request: HttpRequest, row: Proposal) -> dict[str, Any]:
        """Everything about one proposal: its way, its acts, its votes, and what this officer may sign."""
        kind = strategy_kind(row)
        decimals = strategies.decimals(kind)
        view, head, officer = tally(row), chain_head(), officer_of(request)
        ballots = list(proposal_votes(row)[:_SHOWN_BALLOTS])
        supporters = list(endorsements(row)[:_SHOWN_SUPPORTERS])
        names = names_for(
            [row.proposer, *(each.voter for each in ballots), *(each.endorser for each in supporters)]
        )
        return {
            "proposal": row,
            "over": row.state in (ProposalState.DEFEATED, ProposalState.EXPIRED, ProposalState.CANCELLED),
            "full_text": render(row.description) if row.description else "",
            "number": number(row.proposal_id),
            "proposer": names[row.proposer],
            "state_tag": state_tag(row.state),
            "counting": strategies.label(kind),
            "steps": lifecycle(row),
            "acts": describe_actions(row),
            "tally": view,
            "tally_bar": tally_bar(view),
            "sides": [
                (support_words(side), amount(votes, decimals), percent)
                for side, votes, percent in (
                    (1, view.for_votes, view.for_percent),
                    (2, view.abstain_votes, view.abstain_percent),
                    (0, view.against_votes, view.against_percent),
                )
            ],
            "quorum": amount(quorum_needed(row), decimals),
            "quorum_note": quorum_note(view, decimals),
            "quorum_meter": html.meter(view.counted_for_quorum, view.supply or 0, view.quorum),
            "counted_for_quorum": amount(view.counted_for_quorum, decimals),
            "ballots": [
                {
                    "voter": person(each.voter, names),
                    "side": support_words(each.support),
                    "weight": amount(each.weight, decimals),
                    "reason": each.reason,
                    "at": each.timestamp,
                    "url": reverse("admin:governance_vote_change", args=[each.pk]),
                }
                for each in ballots
            ],
            "votes_url": f"{reverse('admin:governance_vote_changelist')}?q={row.proposal_id}",
            "events_url": f"{reverse('admin:contracts_chainevent_changelist')}?q={row.proposal_id}",
            "supporters": [(person(each.endorser, names), each.timestamp) for each in supporters],
            "endorsements_needed": endorsements_needed(row),
            "passes_with": strategies.share(row.passing_percentage) if row.passing_percentage else "",
            "cancel_reason": reason_text(row.cancel_reason_hash),
            "truth": chain_truth(row),
            "certainty": confirmation(row.event.block_number, head),
            "opening": signing.opening(row, officer),
            "cancelling": signing.cancelling(row, officer),
            "public_url": _public_url(row),
            "signs": True,
        }


def _public_url(row: Proposal) -> str:
    return reverse("proposal", args=[row.proposal_id])
