"""How the copy follows the chain, and the page that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice import html
from backoffice.pages import render_page
from contracts.addresses import checksum
from contracts.deployment import deployment
from contracts.errors import ChainError
from contracts.models import ActStatus, Block, ChainEvent, Recount, RelayedAct
from contracts.relayer.balance import LOW_BALANCE, Balance, relayer_balance
from contracts.selectors import ChainHead, chain_head

WEI = 10**18
STALE = timedelta(minutes=2)  # a chain with blocks every 12 s is silent that long about once in a lifetime
LAG = 3  # blocks the copy may be behind while it reads
_EVENTS = 6


@dataclass(frozen=True, slots=True)
class ChainState:
    """Where the copy stands. ``age`` is how old the newest block read is; None before the first."""

    head: ChainHead
    age: timedelta | None

    @property
    def ok(self) -> bool:
        """Whether the copy is in step with the chain."""
        return self.age is not None and not self.head.alarm and self.head.lag <= LAG and self.age < STALE

    @property
    def words(self) -> str:
        """The same in a few words."""
        if self.age is None:
            return _("Nothing read from the chain yet")
        if self.head.alarm:
            return _("Reading the chain stands still")
        if self.head.lag > LAG:
            return ngettext("%(n)s block behind", "%(n)s blocks behind", self.head.lag) % {
                "n": html.nice(self.head.lag)
            }
        return _("In step with the chain") if self.age < STALE else _("No new block for a while")

    @property
    def age_words(self) -> str:
        """How long ago the newest block was made."""
        return html.away(self.head.timestamp)


def chain_state() -> ChainState:
    """Where the copy stands now."""
    head = chain_head()
    age = None if head.timestamp is None else max(timezone.now() - head.timestamp, timedelta(0))
    return ChainState(head, age)


def last_recount() -> Recount | None:
    """The newest full comparison of the copy with a node."""
    return Recount.objects.order_by("-finished_at").first()


def ether(wei: int) -> str:
    """An amount of wei in ether, with as many digits as are worth reading."""
    amount = Decimal(wei) / WEI
    return f"{amount:,.2f}" if amount >= 1 else f"{amount.quantize(Decimal('0.0001')).normalize():f}"


def act_counts() -> dict[str, int]:
    """Relayed acts by status."""
    rows = RelayedAct.objects.order_by().values_list("status").annotate(n=Count("pk"))
    return dict.fromkeys(ActStatus.values, 0) | dict(rows)


def relayer_facts(balance: Balance | None) -> dict[str, Any]:
    """What the relayer has left, for templates; empty words where that is not known."""
    wei = balance.wei if balance else None
    return {
        "balance": balance,
        "balance_ether": ether(wei) if wei is not None else "",
        "low_ether": ether(LOW_BALANCE),
    }


def chain_status(request: HttpRequest) -> HttpResponse:
    """How far the copy follows the chain, what is sent to it, where the contracts stand."""
    context = {
        "title": _("Chain status"),
        "chain": chain_state(),
        **relayer_facts(relayer_balance()),
        "acts": act_counts(),
        "recount": last_recount(),
        "contracts": _contracts(),
        "blocks": Block.objects.order_by("-number")[:_EVENTS],
        "events": list(ChainEvent.objects.order_by("-position")[:_EVENTS]),
    }
    return render_page(request, "admin/chain_status.html", context)


def _contracts() -> list[dict[str, str]]:
    try:
        return [
            {"name": name, "address": checksum(address)} for name, address in deployment().contracts.items()
        ]
    except ChainError:
        return []
