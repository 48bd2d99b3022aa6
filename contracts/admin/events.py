"""Events, blocks and recounts: what the portal read from the chain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from backoffice import html
from backoffice.admins import ChainOwnedAdmin, Panel
from backoffice.filters import WhenFilter, when_filter
from backoffice.search import Search
from contracts.abi import contracts, event_classes
from contracts.admin.pieces import address, argument, as_json, certainty, contract_name, event_link
from contracts.models import Block, ChainEvent, Recount
from contracts.selectors import chain_head
from contracts.subjects import subject_words


class EventNameFilter(SimpleListFilter):
    """By the name of the event, from the contracts' own list."""

    title = _("event")
    parameter_name = "event_name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """All events that our contracts know."""
        names = sorted({cls.name for cls in event_classes()})
        return [(name, name) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The events of that name."""
        return queryset.filter(event_name=self.value()) if self.value() else queryset


@admin.register(ChainEvent)
class ChainEventAdmin(ChainOwnedAdmin):
    """Everything the contracts said."""

    list_title = _("Chain events")
    lead = _("Everything the contracts said, in order. All other rows are made from these.")
    empty_text = _("Nothing read from the chain yet.")
    list_display = ("event", "says_contract", "says_subject", "block_no", "says_certainty", "time", "tx")
    list_filter = (EventNameFilter, WhenFilter)
    search = Search(
        addresses=("contract",), hashes=("transaction_hash",), numbers=("subject_id", "block_number")
    )
    search_help_text = _("subject, block, transaction or contract")
    ordering = ("-position",)
    sortable_by = ("block_no",)
    export_fields = (
        "position",
        "block_number",
        "log_index",
        "timestamp",
        "contract",
        "event_name",
        "subject_kind",
        "subject_id",
        "transaction_hash",
        "block_id",
        "data",
    )

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        """Where the copy stands, once for the page."""
        head = chain_head()
        for row in rows:
            row.head = head

    @admin.display(description=_("Event"))
    def event(self, row: ChainEvent) -> SafeString:
        """The event's name."""
        return format_html('<span class="cell-title">{}</span>', row.event_name)

    @admin.display(description=_("Contract"))
    def says_contract(self, row: ChainEvent) -> str:
        """Which contract spoke."""
        return contract_name(row.contract)

    @admin.display(description=_("About"))
    def says_subject(self, row: ChainEvent) -> Any:
        """What it is about."""
        return subject_words(row.subject) or html.NOTHING

    @admin.display(description=_("Block"), ordering="position")
    def block_no(self, row: ChainEvent) -> SafeString:
        """The block's number."""
        return html.num(row.block_number)

    @admin.display(description=_("Certainty"))
    def says_certainty(self, row: Any) -> SafeString:
        """Whether a reorganisation could still take it back."""
        return certainty(row.block_number, row.head)

    @admin.display(description=_("Time"))
    def time(self, row: ChainEvent) -> SafeString:
        """The block's time."""
        return html.moment(row.timestamp)

    @admin.display(description=_("Transaction"))
    def tx(self, row: ChainEvent) -> SafeString:
        """The transaction."""
        return html.hexa(row.transaction_hash)

    def heading(self, row: ChainEvent) -> Any:
        """The event and its block."""
        return _t("%(event)s in block %(number)s") % {
            "event": row.event_name,
            "number": html.nice(row.block_number),
        }

    def panels(self, request: HttpRequest, row: ChainEvent) -> Sequence[Panel]:
        """What was said, and where."""
        said = [(key, argument(value)) for key, value in row.data.items()]
        return [
            Panel(_("What it says"), said or [(_("Arguments"), html.NOTHING)]),
            Panel(
                _("Where it stands"),
                [
                    (_("Contract"), format_html("{} {}", contract_name(row.contract), address(row.contract))),
                    (_("Block"), html.num(row.block_number)),
                    (_("Place in the block"), row.log_index),
                    (_("Time"), html.moment(row.timestamp, year=True)),
                    (_("Certainty"), certainty(row.block_number, chain_head())),
                    (_("Transaction"), html.hexa(row.transaction_hash, 12, 10)),
                    (_("Hash of the block"), html.hexa(row.block_id, 12, 10)),
                    (_("As stored"), as_json(row.data)),
                ],
                icon="link",
            ),
        ]


@admin.register(Block)
class BlockAdmin(ChainOwnedAdmin):
    """The blocks that were read."""

    list_title = _("Blocks")
    lead = _("Blocks we read. Below the final ones, only those in which something of ours happened are kept.")
    list_display = ("no", "time", "short_hash", "short_parent", "says_certainty")
    list_filter = (WhenFilter,)
    search = Search(hashes=("hash", "parent_hash"), numbers=("number",))
    search_help_text = _("number or hash")
    ordering = ("-number",)
    sortable_by = ()

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        """Where the copy stands, once for the page."""
        head = chain_head()
        for row in rows:
            row.head = head

    @admin.display(description=_("Block"))
    def no(self, row: Block) -> SafeString:
        """The number."""
        return html.num(row.number)

    @admin.display(description=_("Time"))
    def time(self, row: Block) -> SafeString:
        """When it was made."""
        return html.moment(row.timestamp, year=True)

    @admin.display(description=_("Hash"))
    def short_hash(self, row: Block) -> SafeString:
        """Its hash."""
        return html.hexa(row.hash, 10, 8)

    @admin.display(description=_("Hash of the one before"))
    def short_parent(self, row: Block) -> SafeString:
        """Its parent's hash."""
        return html.hexa(row.parent_hash, 10, 8)

    @admin.display(description=_("Certainty"))
    def says_certainty(self, row: Any) -> SafeString:
        """Whether a reorganisation could still take it back."""
        return certainty(row.number, row.head)

    def heading(self, row: Block) -> Any:
        """Its number."""
        return _t("Block %(number)s") % {"number": html.nice(row.number)}

    def panels(self, request: HttpRequest, row: Block) -> Sequence[Panel]:
        """The block, and what happened in it."""
        events = list(row.events.order_by("log_index")[:50])
        told = [(event.log_index, event_link(event.pk, event.event_name)) for event in events]
        return [
            Panel(
                _("The block"),
                [
                    (_("Time"), html.moment(row.timestamp, year=True)),
                    (_("Certainty"), certainty(row.number, chain_head())),
                    (_("Hash"), html.hexa(row.hash, 20, 16)),
                    (_("Hash of the one before"), html.hexa(row.parent_hash, 20, 16)),
                ],
                icon="topic",
            ),
            Panel(_("Our events in it"), told or [("", _("None."))], icon="link"),
        ]


@admin.register(Recount)
class RecountAdmin(ChainOwnedAdmin):
    """Comparisons of the copy with a node."""

    list_title = _("Recounts")
    lead = _("Each time the whole copy was compared with a node, and what differed.")
    empty_text = _("No recount was made yet.")
    list_display = ("when", "result", "blocks", "events_compared", "kinds_counted")
    list_filter = (when_filter("finished_at"),)
    ordering = ("-finished_at",)
    sortable_by = ()

    @admin.display(description=_("Finished"))
    def when(self, row: Recount) -> SafeString:
        """When it was done."""
        return html.moment(row.finished_at, year=True)

    @admin.display(description=_("Result"))
    def result(self, row: Recount) -> SafeString:
        """Whether anything differed."""
        if not row.differences:
            return html.tag("passed", _("No difference"))
        return html.tag("rejected", _t("%(n)d differences") % {"n": len(row.differences)})

    @admin.display(description=_("Blocks"))
    def blocks(self, row: Recount) -> SafeString:
        """Its range."""
        return format_html("{} – {}", html.num(row.from_block), html.num(row.to_block))

    @admin.display(description=_("Events"))
    def events_compared(self, row: Recount) -> SafeString:
        """How many events were compared."""
        return html.num(row.events)

    @admin.display(description=_("Recounted"))
    def kinds_counted(self, row: Recount) -> SafeString:
        """How many events of the kinds that a recount names."""
        return format_html_join(" · ", "{}: {}", _counted(row))

    def heading(self, row: Recount) -> Any:
        """Its range."""
        return _t("Recount up to block %(number)s") % {"number": html.nice(row.to_block)}

    def panels(self, request: HttpRequest, row: Recount) -> Sequence[Panel]:
        """What was compared and what differed."""
        return [
            Panel(
                _("The recount"),
                [
                    (_("Result"), self.result(row)),
                    (_("Blocks"), self.blocks(row)),
                    (_("Started"), html.moment(row.started_at, year=True)),
                    (_("Finished"), html.moment(row.finished_at, year=True)),
                    (_("Events compared"), html.num(row.events)),
                    *_counted(row),
                    (_("Differences"), as_json(row.differences) if row.differences else _("None.")),
                ],
                icon="autorenew",
            )
        ]


def _counted(row: Recount) -> list[tuple[Any, SafeString]]:
    """What a recount counted: each kind's label and how many."""
    kinds = [kind for contract in contracts() for kind in contract.counted.values()]
    return [(kind.label, html.num(row.counted[kind.key])) for kind in kinds if kind.key in row.counted]
