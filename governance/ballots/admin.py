"""Counted ballots. They are public, and nobody's to change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from backoffice import html
from backoffice.admins import Panel
from backoffice.filters import WhenFilter
from backoffice.search import Search
from contracts.admin.pieces import certainty
from contracts.selectors import chain_head
from governance.ballots.models import Vote
from governance.ballots.selectors.votes import effective_weights
from governance.parameters import strategies
from governance.parameters.selectors.strategies import strategy_kinds
from governance.proposals.admin.pieces import amount, proposal_link, support_words
from identity.accounts.selectors import addresses_named, name_for
from identity.rows import NamedRows, person, where


@admin.register(Vote)
class VoteAdmin(NamedRows):
    """Votes."""

    list_title = _("Votes")
    lead = _(
        "Every ballot that was counted. Who voted how is public; nobody can add, change or take away one."
    )
    empty_text = _("Nobody has voted yet.")
    people = ("voter",)
    list_display = (
        "cell_voter",
        "cell_side",
        "cell_weight",
        "cell_proposal",
        "cell_certainty",
        "cell_time",
        "tx",
    )
    list_filter = ("support", WhenFilter)
    list_select_related = ("proposal",)
    search = Search(
        addresses=("voter",),
        hashes=("transaction_hash",),
        numbers=("proposal_id",),
        named=addresses_named,
    )
    search_help_text = _("voter, proposal or transaction")
    ordering = ("-event_id",)
    sortable_by = ()
    export_fields = (
        "event_id",
        "proposal_id",
        "voter",
        "support",
        "weight",
        "reason_hash",
        "transaction_hash",
        "block_number",
        "timestamp",
    )

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        """Names, units, and what each ballot counts now, once for the page."""
        super().prepare(request, rows)
        head, kinds, weights = chain_head(), strategy_kinds(), effective_weights(rows)
        for row in rows:
            row.head, row.now_counts = head, weights[row.pk]
            row.decimals = strategies.decimals(kinds.get(row.proposal.strategy, strategies.ONE_PERSON))

    @admin.display(description=_("Voter"))
    def cell_voter(self, row: Any) -> SafeString:
        """Who voted."""
        return person(row.voter, row.names)

    @admin.display(description=_("Vote"))
    def cell_side(self, row: Vote) -> SafeString:
        """For, against or abstain."""
        return support_words(row.support)

    @admin.display(description=_("Counts as"))
    def cell_weight(self, row: Any) -> SafeString:
        """What it counts now."""
        return format_html('<span class="num">{}</span>', amount(row.now_counts, row.decimals))

    @admin.display(description=_("Proposal"))
    def cell_proposal(self, row: Vote) -> SafeString:
        """In which vote."""
        return proposal_link(row.proposal)

    @admin.display(description=_("Certainty"))
    def cell_certainty(self, row: Any) -> SafeString:
        """Whether a reorganisation could still take it back."""
        return certainty(row.block_number, row.head)

    @admin.display(description=_("When"))
    def cell_time(self, row: Vote) -> SafeString:
        """When it was counted."""
        return html.moment(row.timestamp)

    @admin.display(description=_("Transaction"))
    def tx(self, row: Vote) -> SafeString:
        """The transaction."""
        return html.hexa(row.transaction_hash)

    def heading(self, row: Vote) -> Any:
        """Who voted, and how."""
        return f"{name_for(row.voter)}: {row.get_support_display()}"

    def panels(self, request: HttpRequest, row: Vote) -> Sequence[Panel]:
        """The ballot."""
        decimals = strategies.decimals(strategy_kinds().get(row.proposal.strategy, strategies.ONE_PERSON))
        return [
            Panel(
                _("The ballot"),
                [
                    (_("Voter"), person(row.voter, self.names_of(row))),
                    (_("Vote"), support_words(row.support)),
                    (_("Proposal"), proposal_link(row.proposal)),
                    (_("When"), html.moment(row.timestamp, year=True)),
                    (_("Weight as cast"), amount(row.weight, decimals)),
                    (_("Counts now"), amount(effective_weights([row])[row.pk], decimals)),
                    (_("Reason"), row.reason or html.NOTHING),
                    (_("Hash of the reason"), html.hexa(row.reason_hash, 12, 10)),
                ],
                icon="check_circle",
            ),
            where(row),
        ]
