"""How the copy follows the chain, what the relayer has left, and what an officer should be told of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice import html
from contracts.models import ActStatus, Recount, RelayedAct
from contracts.relayer.balance import LOW_BALANCE, Balance
from contracts.selectors import ChainHead, chain_head, chain_now
from governance.pauses.selectors import pause_now
from governance.proposals.keeper import overdue
from governance.proposals.state import Pause
from identity.roles import keeper as ends
from identity.roles.models import Role
from identity.roles.selectors import roles
from identity.roles.selectors.announced import announced_officer_changes

WEI = 10**18
STALE = timedelta(minutes=2)  # a chain with blocks every 12 s is silent that long about once in a lifetime
LAG = 3  # blocks the copy may be behind while it reads
ENDING = timedelta(days=14)
LATE = timedelta(minutes=1)


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


@dataclass(frozen=True, slots=True)
class Alert:
    """Something an officer should know. ``severity``: critical, high, medium or low."""

    severity: str
    text: str
    meta: str
    url: str

    @property
    def label(self) -> str:
        """The severity in words."""
        return {"critical": _("Critical"), "high": _("High"), "medium": _("Medium"), "low": _("Low")}[
            self.severity
        ]

    @property
    def icon(self) -> str:
        """The icon of the severity."""
        return {"critical": "error", "high": "error", "medium": "warning", "low": "info"}[self.severity]


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


def alerts(chain: ChainState, balance: Balance | None, recount: Recount | None) -> list[Alert]:
    """What an officer should be told of, worst first."""
    found = [
        *_chain(chain),
        *_paused(),
        *_recount(recount),
        *_acts(),
        *_undone(),
        *_unrecorded(),
        *_announced(),
        *_relayer(balance),
        *_roles(),
    ]
    order = ["critical", "high", "medium", "low"]
    return sorted(found, key=lambda alert: order.index(alert.severity))


def act_counts() -> dict[str, int]:
    """Relayed acts by status."""
    rows = RelayedAct.objects.order_by().values_list("status").annotate(n=Count("pk"))
    return dict.fromkeys(ActStatus.values, 0) | dict(rows)


def _chain(chain: ChainState) -> Iterator[Alert]:
    if chain.ok:
        return
    severity = "critical" if chain.head.alarm else "high"
    meta = chain.head.alarm or _("The newest block we read is %(age)s old.") % {"age": chain.age_words or "?"}
    yield Alert(severity, chain.words, meta, reverse("admin:chain_status"))


def _paused() -> Iterator[Alert]:
    pause: Pause | None = pause_now()
    if pause is not None:
        meta = _("It ends by itself %(when)s unless guardians extend or end it.") % {
            "when": html.away(pause.end)
        }
        yield Alert("critical", _("The contracts are paused"), meta, reverse("admin:emergency"))


def _recount(recount: Recount | None) -> Iterator[Alert]:
    if recount is None or not recount.differences:
        return
    count = len(recount.differences)
    text = ngettext(
        "The copy differs from the chain in %(n)d place",
        "The copy differs from the chain in %(n)d places",
        count,
    ) % {"n": count}
    url = reverse("admin:contracts_recount_change", args=[recount.pk])
    yield Alert("critical", text, html.away(recount.finished_at), url)


def _acts() -> Iterator[Alert]:
    now = timezone.now()
    failed = Q(status__in=[ActStatus.FAILED, ActStatus.REVERTED], updated_at__gte=now - timedelta(days=1))
    late = Q(status__in=[ActStatus.QUEUED, ActStatus.SENT], created_at__lt=now - LATE)
    found = RelayedAct.objects.aggregate(failed=Count("pk", filter=failed), late=Count("pk", filter=late))
    url = reverse("admin:contracts_relayedact_changelist")
    if found["failed"]:
        text = ngettext(
            "%(n)d relayed act failed in the last 24 hours",
            "%(n)d relayed acts failed in the last 24 hours",
            found["failed"],
        ) % {"n": found["failed"]}
        yield Alert("high", text, _("Each one says why."), f"{url}?outcome=failed")
    if found["late"]:
        text = ngettext(
            "%(n)d act has waited for more than a minute",
            "%(n)d acts have waited for more than a minute",
            found["late"],
        ) % {"n": found["late"]}
        yield Alert("medium", text, _("Its signer can send it without us."), f"{url}?outcome=under-way")


def _undone() -> Iterator[Alert]:
    waiting = overdue()
    if waiting:
        text = ngettext(
            "%(n)d decision has waited for more than ten minutes to be carried on",
            "%(n)d decisions have waited for more than ten minutes to be carried on",
            len(waiting),
        ) % {"n": len(waiting)}
        url = reverse("admin:governance_proposal_change", args=[waiting[0].proposal.pk])
        yield Alert(
            "high", text, _("The keeper is off, or the contract refuses. Anyone can do it instead."), url
        )


def _unrecorded() -> Iterator[Alert]:
    waiting = ends.overdue()
    if waiting:
        text = ngettext(
            "The end of %(n)d role was not recorded",
            "The ends of %(n)d roles were not recorded",
            len(waiting),
        ) % {"n": len(waiting)}
        meta = _(
            "Until somebody tells the contract, a citizen’s unit counts in quorums. The keeper may be off."
        )
        yield Alert("medium", text, meta, reverse("admin:identity_rolechange_changelist"))


def _announced() -> Iterator[Alert]:
    for change in announced_officer_changes():
        facts = {"people": ", ".join(change.names), "role": change.role.label}
        text = (
            _("%(people)s would become %(role)s")
            if change.grant
            else _("%(people)s would lose the role %(role)s")
        )
        meta = _("A guardian may object until it takes effect, %(when)s.") % {
            "when": html.away(change.effective_at)
        }
        url = reverse("admin:identity_rolerequest_change", args=[change.request.pk])
        yield Alert("medium", text % facts, meta, url)


def _relayer(balance: Balance | None) -> Iterator[Alert]:
    url = reverse("admin:chain_status")
    if balance is None:
        yield Alert(
            "low",
            _("No relayer is switched on"),
            _("Signed acts wait; people can send them themselves."),
            url,
        )
    elif balance.wei is None:
        yield Alert("medium", _("No node answers"), _("The relayer’s balance is not known."), url)
    elif balance.wei < LOW_BALANCE:
        facts = {"left": ether(balance.wei), "low": ether(LOW_BALANCE)}
        yield Alert(
            "medium", _("The relayer runs low"), _("%(left)s ETH left; refill below %(low)s.") % facts, url
        )


def _roles() -> Iterator[Alert]:
    now = chain_now()
    for role in (Role.ADMINISTRATOR, Role.GUARDIAN, Role.AUDITOR):
        members = roles.members(role)
        ending = [member for member in members if member.until is not None and member.until - now < ENDING]
        for member in ending:
            text = _("%(who)s’s role as %(role)s ends soon") % {"who": member.name, "role": role.label}
            left = len(members) - len(ending)
            meta = _("It ends %(when)s; %(left)d stay.") % {
                "when": html.away(member.until, now),
                "left": left,
            }
            yield Alert("medium", text, meta, reverse("admin:identity_rolechange_changelist"))
