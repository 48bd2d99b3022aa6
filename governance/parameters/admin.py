"""Delegations, the rules in force and the ways of counting, as they changed on chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from backoffice import html
from backoffice.admins import ChainOwnedAdmin, Panel
from backoffice.filters import WhenFilter
from backoffice.search import Search
from contracts.admin.pieces import address
from governance.parameters import kinds, strategies
from governance.parameters.models import ParameterChange, Strategy
from governance.parameters.selectors.values import current_parameters
from governance.proposals.admin.pieces import amount
from governance.proposals.models import ProposalType
from identity.rows import where


@admin.register(ParameterChange)
class ParameterChangeAdmin(ChainOwnedAdmin):
    """The rules of voting and how they changed."""

    list_title = _("Rules in force")
    lead = _("The rules of voting. Only an adopted proposal changes one; no officer can.")
    list_display = ("cell_name", "cell_old", "cell_new", "cell_time")
    list_filter = (WhenFilter,)
    list_top_template = "admin/governance/parameterchange/list_top.html"
    search = Search(beginnings=("name",))
    search_help_text = _("name on chain")
    ordering = ("-event_id",)
    sortable_by = ()
    export_fields = ("event_id", "timestamp", "name", "old_value", "new_value")

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        """The rules as they stand."""
        return {"rules": list(current_parameters().values())}

    @admin.display(description=_("Rule"))
    def cell_name(self, row: ParameterChange) -> SafeString:
        """The rule."""
        return format_html(
            '<span class="cell-title">{}</span><span class="cell-note">{}</span>',
            kinds.label(row.name),
            row.name,
        )

    @admin.display(description=_("Before"))
    def cell_old(self, row: ParameterChange) -> str:
        """Its value before."""
        return kinds.in_words(row.name, row.old_value)

    @admin.display(description=_("After"))
    def cell_new(self, row: ParameterChange) -> str:
        """Its value from then on."""
        return kinds.in_words(row.name, row.new_value)

    @admin.display(description=_("When"))
    def cell_time(self, row: ParameterChange) -> SafeString:
        """When it changed."""
        return html.moment(row.timestamp, year=True)

    def heading(self, row: ParameterChange) -> Any:
        """The rule."""
        return kinds.label(row.name)

    def panels(self, request: HttpRequest, row: ParameterChange) -> Sequence[Panel]:
        """The change."""
        return [
            Panel(
                _("What changed"),
                [
                    (_("Rule"), kinds.label(row.name)),
                    (_("Name on chain"), row.name),
                    (_("Before"), kinds.in_words(row.name, row.old_value)),
                    (_("After"), kinds.in_words(row.name, row.new_value)),
                    (_("When"), html.moment(row.timestamp, year=True)),
                ],
                icon="settings",
            ),
            where(row),
        ]


@admin.register(Strategy)
class StrategyAdmin(ChainOwnedAdmin):
    """Ways of counting: which kinds of proposals each may decide, and which were retired."""

    list_title = _("Ways of counting")
    lead = _(
        "How ballots are weighed, and which kinds of proposals may choose it. An adopted proposal decides."
    )
    list_display = ("cell_label", "cell_state", "cell_kinds", "cell_threshold", "cell_time")
    list_select_related = ("event",)
    search = Search(addresses=("address",), beginnings=("kind",))
    search_help_text = _("address or name on chain")
    ordering = ("event_id",)
    sortable_by = ()
    export_fields = (
        "event_id",
        "timestamp",
        "address",
        "kind",
        "counting",
        "types",
        "threshold",
        "retired_at",
    )

    @admin.display(description=_("Way of counting"))
    def cell_label(self, row: Strategy) -> SafeString:
        """Its name, and where it stands."""
        return format_html(
            '<span class="cell-title">{}</span>{}', strategies.label(row.kind), address(row.address)
        )

    @admin.display(description=_("State"))
    def cell_state(self, row: Strategy) -> SafeString:
        """Whether new proposals may choose it."""
        return html.tag("ended", _("Retired")) if row.retired_at else html.tag("passed", _("In use"))

    @admin.display(description=_("May decide"))
    def cell_kinds(self, row: Strategy) -> str:
        """The kinds of proposals, in the contract's order."""
        decided = strategies.decides(row.types)
        return ", ".join(str(kind.label) for kind in ProposalType if kind in decided)

    @admin.display(description=_("To propose"))
    def cell_threshold(self, row: Strategy) -> str:
        """What a proposer needs."""
        if not row.threshold:
            return str(_t("as the rules say"))
        return amount(row.threshold, strategies.decimals(row.kind))

    @admin.display(description=_("Since"))
    def cell_time(self, row: Strategy) -> SafeString:
        """When it was admitted."""
        return html.moment(row.timestamp, year=True)

    def heading(self, row: Strategy) -> Any:
        """Its name."""
        return strategies.label(row.kind)

    def panels(self, request: HttpRequest, row: Strategy) -> Sequence[Panel]:
        """Its terms."""
        facts: list[tuple[Any, Any]] = [
            (_("Contract"), address(row.address)),
            (_("Name on chain"), row.kind),
            (_("May decide"), self.cell_kinds(row)),
            (_("To propose"), self.cell_threshold(row)),
            (_("Since"), self.cell_time(row)),
            (_("Retired"), html.moment(row.retired_at, year=True)),
        ]
        if row.credits is not None and row.period_length is not None:
            facts.append((_("Credits in each period"), html.num(row.credits)))
            facts.append((_("Length of a period"), html.span(row.period_length)))
        return [Panel(_("Its terms"), facts, icon="settings"), where(row)]
