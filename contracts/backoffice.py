"""The chain's part of the officers' site: its lists and status, and what officers are told of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backoffice import html
from backoffice.registry import (
    Finding,
    register_alert,
    register_banner,
    register_group,
    register_page,
    register_panel,
    register_section,
)
from contracts.admin.status import chain_state, chain_status, ether, last_recount, relayer_facts
from contracts.models import ActStatus, RelayedAct
from contracts.relayer.balance import LOW_BALANCE, relayer_balance

LATE = timedelta(minutes=1)


def _pulse() -> dict[str, Any]:
    return {"chain": chain_state()}


def _chain(request: HttpRequest) -> dict[str, Any]:
    return {"chain": chain_state(), "recount": last_recount(), **relayer_facts(relayer_balance())}


def _stopped() -> Iterator[Finding]:
    state = chain_state()
    if state.head.alarm:
        yield Finding(state.words, state.head.alarm, reverse("admin:chain_status"))


def _behind() -> Iterator[Finding]:
    state = chain_state()
    if not state.ok and not state.head.alarm:
        meta = _("The newest block we read is %(age)s old.") % {"age": state.age_words or "?"}
        yield Finding(state.words, meta, reverse("admin:chain_status"))


def _differences() -> Iterator[Finding]:
    recount = last_recount()
    if recount is None or not recount.differences:
        return
    count = len(recount.differences)
    text = ngettext(
        "The copy differs from the chain in %(n)d place",
        "The copy differs from the chain in %(n)d places",
        count,
    ) % {"n": count}
    url = reverse("admin:contracts_recount_change", args=[recount.pk])
    yield Finding(text, html.away(recount.finished_at), url)


def _failed() -> Iterator[Finding]:
    since = timezone.now() - timedelta(days=1)
    wrong = [ActStatus.FAILED, ActStatus.REVERTED]
    count = RelayedAct.objects.filter(status__in=wrong, updated_at__gte=since).count()
    if count:
        text = ngettext(
            "%(n)d relayed act failed in the last 24 hours",
            "%(n)d relayed acts failed in the last 24 hours",
            count,
        ) % {"n": count}
        url = reverse("admin:contracts_relayedact_changelist")
        yield Finding(text, _("Each one says why."), f"{url}?outcome=failed")


def _late() -> Iterator[Finding]:
    under_way = [ActStatus.QUEUED, ActStatus.SENT]
    acts = RelayedAct.objects.filter(status__in=under_way, created_at__lt=timezone.now() - LATE)
    count = acts.count()
    if count:
        text = ngettext(
            "%(n)d act has waited for more than a minute",
            "%(n)d acts have waited for more than a minute",
            count,
        ) % {"n": count}
        url = reverse("admin:contracts_relayedact_changelist")
        yield Finding(text, _("Its signer can send it without us."), f"{url}?outcome=under-way")


def _relayer_off() -> Iterator[Finding]:
    if relayer_balance() is None:
        meta = _("Signed acts wait; people can send them themselves.")
        yield Finding(_("No relayer is switched on"), meta, reverse("admin:chain_status"))


def _node_away() -> Iterator[Finding]:
    balance = relayer_balance()
    if balance is not None and balance.wei is None:
        meta = _("The relayer’s balance is not known.")
        yield Finding(_("No node answers"), meta, reverse("admin:chain_status"))


def _relayer_low() -> Iterator[Finding]:
    balance = relayer_balance()
    if balance is not None and balance.wei is not None and balance.wei < LOW_BALANCE:
        facts = {"left": ether(balance.wei), "low": ether(LOW_BALANCE)}
        meta = _("%(left)s ETH left; refill below %(low)s.") % facts
        yield Finding(_("The relayer runs low"), meta, reverse("admin:chain_status"))


register_group("chain", gettext_lazy("Chain"), order=60)
register_section("chain", order=0, label=gettext_lazy("Status"), icon="insights", to="chain_status")
for place, (label, icon, model) in enumerate(
    (
        (gettext_lazy("Relayed acts"), "send", "relayedact"),
        (gettext_lazy("Relayer’s transactions"), "loop", "relayertransaction"),
        (gettext_lazy("Events"), "link", "chainevent"),
        (gettext_lazy("Blocks"), "topic", "block"),
        (gettext_lazy("Recounts"), "autorenew", "recount"),
    ),
    start=1,
):
    register_section("chain", order=place * 10, label=label, icon=icon, to=f"contracts.{model}")
register_page("chain_status", route="chain/", view=chain_status)
register_banner("chain", "admin/chrome/chain.html", _pulse, place="bar", order=0)
register_panel("chain", "admin/panels/chain.html", _chain, place="side", order=0)
register_alert("chain-stopped", "critical", _stopped, runbook="reading-the-chain-stands-still")
register_alert("chain-behind", "high", _behind, runbook="the-copy-is-behind-the-chain")
register_alert("copy-differs", "critical", _differences, runbook="the-copy-differs-from-the-chain")
register_alert("acts-failed", "high", _failed, runbook="relayed-acts-fail-or-wait")
register_alert("acts-late", "medium", _late, runbook="relayed-acts-fail-or-wait")
register_alert("relayer-off", "low", _relayer_off, runbook="the-relayer-is-off-or-runs-low")
register_alert("relayer-low", "medium", _relayer_low, runbook="the-relayer-is-off-or-runs-low")
register_alert("node-away", "medium", _node_away, runbook="no-node-answers")
