"""What lists of the chain's rows about people share: names, and where a row comes from."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from backoffice import html
from backoffice.admins import ChainOwnedAdmin, Panel
from contracts.admin.pieces import address, certainty, event_link
from contracts.selectors import chain_head
from identity.accounts.selectors import names_for
from identity.reasons.selectors import reason_text


def person(account: str, names: dict[str, str]) -> SafeString:
    """A person by the name they chose, with the address; by the address alone without one."""
    name = names.get(account.lower(), "")
    if not name or "…" in name:
        return address(account)
    return format_html('<span class="cell-title">{}</span>{}', name, address(account))


def reason_words(reason_hash: str | None) -> Any:
    """The public words behind a reason's hash; the hash where they aren't kept here."""
    if not reason_hash:
        return html.NOTHING
    return reason_text(reason_hash) or html.hexa(reason_hash, 12, 10)


def where(row: Any) -> Panel:
    """Where a row of the chain comes from."""
    event = row.event
    return Panel(
        _("Where it comes from"),
        [
            (_("Event"), event_link(event.pk, event.event_name)),
            (_("Block"), html.num(event.block_number)),
            (_("Certainty"), certainty(event.block_number, chain_head())),
            (_("Transaction"), html.hexa(event.transaction_hash, 12, 10)),
        ],
        icon="link",
    )


class NamedRows(ChainOwnedAdmin):
    """A list whose rows name people: the names are fetched for the whole page at once."""

    people: tuple[str, ...] = ("account",)

    def prepare(self, request: HttpRequest, rows: list[Any]) -> None:
        """The names of everybody on the page."""
        accounts = [value for row in rows for name in self.people if (value := getattr(row, name))]
        names = names_for(accounts) if accounts else {}
        for row in rows:
            row.names = names

    def names_of(self, row: Any) -> dict[str, str]:
        """The names for one row's own page."""
        accounts = [value for name in self.people if (value := getattr(row, name))]
        return names_for(accounts) if accounts else {}
