"""The pages of the officers' side that are about no one model."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.models import AuditLog
from contracts.addresses import checksum
from contracts.deployment import deployment
from contracts.errors import ChainError
from contracts.models import Block, ChainEvent
from contracts.relayer.balance import LOW_BALANCE, relayer_balance
from identity.roles.admin.officer import officer_of
from officers import status, today
from officers.actors import names_of_actors
from officers.frame import waiting_of

_ENTRIES = 5
_EVENTS = 6


def today_context(request: HttpRequest) -> dict[str, Any]:
    """What the first page shows."""
    officer = officer_of(request)
    waits = waiting_of(request)
    mine = waits.for_officer(officer)
    closing, open_votes = today.closing_soon()
    chain, balance, recount = status.chain_state(), relayer_balance(), status.last_recount()
    entries = list(AuditLog.objects.order_by("-sequence")[:_ENTRIES])
    return {
        "now": timezone.now(),
        "mine": mine,
        "gathering": today.gathering(),
        "others": waits.by_officer(officer),
        "closing": closing,
        "open_votes": open_votes,
        "summary": today.summary(mine, closing),
        "entries": entries,
        "actors": names_of_actors(entry.actor for entry in entries),
        "chain": chain,
        "recount": recount,
        "balance": balance,
        "balance_ether": status.ether(balance.wei) if balance and balance.wei is not None else "",
        "low_ether": status.ether(LOW_BALANCE),
        "alerts": status.alerts(chain, balance, recount),
    }


def chain_status(request: HttpRequest) -> TemplateResponse:
    """How far the copy follows the chain, what is sent to it, where the contracts stand."""
    balance = relayer_balance()
    events = list(ChainEvent.objects.order_by("-position")[:_EVENTS])
    context = {
        **admin.site.each_context(request),
        "title": _("Chain status"),
        "balance": balance,
        "balance_ether": status.ether(balance.wei) if balance and balance.wei is not None else "",
        "low_ether": status.ether(LOW_BALANCE),
        "acts": status.act_counts(),
        "recount": status.last_recount(),
        "contracts": _contracts(),
        "blocks": Block.objects.order_by("-number")[:_EVENTS],
        "events": events,
    }
    request.current_app = admin.site.name  # type: ignore[attr-defined]
    return TemplateResponse(request, "admin/chain_status.html", context)


def _contracts() -> list[dict[str, str]]:
    try:
        return [
            {"name": name, "address": checksum(address)} for name, address in deployment().contracts.items()
        ]
    except ChainError:
        return []
