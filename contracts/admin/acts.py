"""Acts that people signed, and the transactions that carried them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from backoffice import html
from backoffice.admins import ChainOwnedAdmin, Panel, View
from backoffice.filters import when_filter
from backoffice.search import Search
from contracts.acts.registry import words_of
from contracts.addresses import short
from contracts.admin.pieces import address, argument, as_json, contract_name
from contracts.models import ActStatus, RelayedAct, RelayerTransaction
from contracts.subjects import subject_words

STATUS_TAGS = {
    ActStatus.QUEUED: "draft",
    ActStatus.SENT: "review",
    ActStatus.MINED: "open",
    ActStatus.FINAL: "passed",
    ActStatus.FAILED: "rejected",
    ActStatus.REVERTED: "rejected",
}
_GROUPS = {
    "under-way": (ActStatus.QUEUED, ActStatus.SENT),
    "counted": (ActStatus.MINED,),
    "final": (ActStatus.FINAL,),
    "failed": (ActStatus.FAILED, ActStatus.REVERTED),
}


class OutcomeFilter(SimpleListFilter):
    """By how far an act has come."""

    title = _("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The groups of states."""
        return [
            ("under-way", _("Under way")),
            ("counted", _("Counted")),
            ("final", _("Final")),
            ("failed", _("Failed")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The acts of that group."""
        statuses = _GROUPS.get(self.value() or "")
        return queryset.filter(status__in=statuses) if statuses else queryset


@admin.register(RelayedAct)
class RelayedActAdmin(ChainOwnedAdmin):
    """Signed acts on their way."""

    list_title = _("Relayed acts")
    lead = _(
        "Acts that people signed and the portal sends for them. "
        "The portal pays the fee and can’t change what was signed."
    )
    empty_text = _("Nobody has sent an act through the portal yet.")
    list_display = ("what", "state", "signed_by", "received", "says_subject", "tx", "wrong")
    list_filter = (OutcomeFilter, when_filter("created_at"))
    search = Search(addresses=("signer",), hashes=("digest", "transaction_hash"), numbers=("subject_id",))
    search_help_text = _("signer, digest, transaction or subject")
    ordering = ("-created_at",)
    sortable_by = ()
    # Neither signatures nor what was asked for: exports are for counting, and reasons are people's own words.
    export_fields = (
        "digest",
        "act",
        "signer",
        "subject_kind",
        "subject_id",
        "status",
        "created_at",
        "updated_at",
        "deadline",
        "transaction_hash",
        "block_number",
        "error_code",
    )

    def views(self, request: HttpRequest) -> Sequence[View]:
        """By how far they have come."""
        counted = dict(RelayedAct.objects.order_by().values_list("status").annotate(n=Count("pk")))
        sums = {key: sum(counted.get(status, 0) for status in group) for key, group in _GROUPS.items()}
        return [
            View(_("All"), {}, sum(counted.values())),
            View(_("Under way"), {"outcome": "under-way"}, sums["under-way"]),
            View(_("Failed"), {"outcome": "failed"}, sums["failed"]),
            View(_("Counted"), {"outcome": "counted"}, sums["counted"]),
            View(_("Final"), {"outcome": "final"}, sums["final"]),
        ]

    @admin.display(description=_("Act"))
    def what(self, row: RelayedAct) -> SafeString:
        """What it does, and its digest."""
        return format_html('<span class="cell-title">{}</span>{}', words_of(row.act), html.hexa(row.digest))

    @admin.display(description=_("State"))
    def state(self, row: RelayedAct) -> SafeString:
        """How far it has come."""
        status = ActStatus(row.status)
        return html.tag(STATUS_TAGS[status], status.label)

    @admin.display(description=_("Signed by"))
    def signed_by(self, row: RelayedAct) -> SafeString:
        """Whose act it is."""
        return address(row.signer)

    @admin.display(description=_("Received"))
    def received(self, row: RelayedAct) -> SafeString:
        """When the portal got it."""
        return html.moment(row.created_at)

    @admin.display(description=_("About"))
    def says_subject(self, row: RelayedAct) -> Any:
        """What it is about."""
        return subject_words(row.subject) or html.NOTHING

    @admin.display(description=_("Transaction"))
    def tx(self, row: RelayedAct) -> SafeString:
        """The transaction that carried it."""
        return html.hexa(row.transaction_hash)

    @admin.display(description=_("What went wrong"))
    def wrong(self, row: RelayedAct) -> Any:
        """Why it failed."""
        return row.error_detail or row.error_code or html.NOTHING

    def heading(self, row: RelayedAct) -> Any:
        """The act and its signer."""
        return _t("%(act)s, signed by %(who)s") % {
            "act": words_of(row.act),
            "who": short(row.signer),
        }

    def panels(self, request: HttpRequest, row: RelayedAct) -> Sequence[Panel]:
        """What was signed and what became of it."""
        message = row.typed_data.get("message", {})
        signed = [(key, argument(value)) for key, value in message.items()]
        way: list[tuple[Any, Any]] = [
            (_("State"), self.state(row)),
            (_("Received"), html.moment(row.created_at, year=True)),
            (_("Valid until"), html.moment(row.deadline, year=True)),
            (_("Last change"), html.moment(row.updated_at, year=True)),
            (_("Transaction"), html.hexa(row.transaction_hash, 12, 10)),
            (_("Block"), html.num(row.block_number)),
        ]
        if row.transaction_id:
            url = reverse("admin:contracts_relayertransaction_change", args=[row.transaction_id])
            way.append(
                (_("Sent in"), format_html('<a href="{}">{}</a>', url, _t("the relayer’s transaction")))
            )
        if row.error_code:
            way.append(
                (_("What went wrong"), format_html("{} <code>{}</code>", row.error_detail, row.error_code))
            )
        return [
            Panel(
                _("What was signed"),
                [(_("Act"), words_of(row.act)), (_("By"), address(row.signer)), *signed],
                icon="edit",
                hint=_("The signature covers each of these; changing one would make it void."),
            ),
            Panel(_("Its way to the chain"), way, icon="send"),
        ]


@admin.register(RelayerTransaction)
class RelayerTransactionAdmin(ChainOwnedAdmin):
    """What the relayer sent."""

    list_title = _("The relayer’s transactions")
    lead = _("What the relayer sent and paid for. One transaction may carry many acts.")
    list_display = ("no", "to_contract", "outcome", "times", "sent", "block_no", "tx")
    list_filter = (when_filter("created_at"), "succeeded")
    search = Search(addresses=("to", "sender"), numbers=("nonce", "mined_block"))
    search_help_text = _("number, block or contract")
    ordering = ("-nonce",)
    sortable_by = ()
    export_fields = (
        "id",
        "sender",
        "nonce",
        "to",
        "gas",
        "attempts",
        "created_at",
        "sent_at",
        "mined_block",
        "succeeded",
    )

    @admin.display(description=_("No."))
    def no(self, row: RelayerTransaction) -> SafeString:
        """The nonce."""
        return html.num(row.nonce)

    @admin.display(description=_("To"))
    def to_contract(self, row: RelayerTransaction) -> str:
        """Which contract it calls."""
        return contract_name(row.to)

    @admin.display(description=_("Outcome"))
    def outcome(self, row: RelayerTransaction) -> SafeString:
        """Mined, refused or under way."""
        if row.mined_block is None:
            return html.tag("review", _("Under way"))
        return html.tag("passed", _("Mined")) if row.succeeded else html.tag("rejected", _("Refused"))

    @admin.display(description=_("Times sent"))
    def times(self, row: RelayerTransaction) -> SafeString:
        """How often it was sent."""
        return html.num(row.attempts)

    @admin.display(description=_("Last sent"))
    def sent(self, row: RelayerTransaction) -> SafeString:
        """When it was last sent."""
        return html.moment(row.sent_at)

    @admin.display(description=_("Block"))
    def block_no(self, row: RelayerTransaction) -> SafeString:
        """Where it was mined."""
        return html.num(row.mined_block)

    @admin.display(description=_("Transaction"))
    def tx(self, row: RelayerTransaction) -> SafeString:
        """Its newest hash."""
        return html.hexa(row.hashes[-1] if row.hashes else None)

    def heading(self, row: RelayerTransaction) -> Any:
        """Its number."""
        return _t("Transaction no. %(number)s") % {"number": html.nice(row.nonce)}

    def panels(self, request: HttpRequest, row: RelayerTransaction) -> Sequence[Panel]:
        """The transaction and the acts it carries."""
        acts = list(row.acts.order_by("created_at")[:100])
        told = [(words_of(act.act), _act_link(act)) for act in acts]
        return [
            Panel(
                _("The transaction"),
                [
                    (_("From"), address(row.sender)),
                    (_("Number (nonce)"), html.num(row.nonce)),
                    (_("To"), format_html("{} {}", contract_name(row.to), address(row.to))),
                    (_("Outcome"), self.outcome(row)),
                    (_("Gas limit"), html.num(row.gas)),
                    (_("Fee cap, wei"), html.num(row.max_fee_per_gas)),
                    (_("First sent"), html.moment(row.created_at, year=True)),
                    (_("Last sent"), html.moment(row.sent_at, year=True)),
                    (_("Hashes, newest last"), as_json(row.hashes)),
                    (_("Calldata"), as_json(row.data)),
                ],
                icon="send",
            ),
            Panel(_("Acts in it"), told or [("", _("None."))], icon="edit"),
        ]


def _act_link(act: RelayedAct) -> SafeString:
    url = reverse("admin:contracts_relayedact_change", args=[act.pk])
    return format_html('<a href="{}">{}</a>', url, html.hexa(act.digest))
