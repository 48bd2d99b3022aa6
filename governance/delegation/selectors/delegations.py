"""Who gave the vote to whom, overall and for one kind of proposal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from governance.delegation.models import DelegationChange
from governance.proposals.models import ProposalType
from identity.roles.models import Role
from identity.roles.selectors.roles import has_role

#: Scopes of delegations: 0 for everything, 1 + the kind's number for one kind of proposals.
OVERALL = 0


@dataclass(frozen=True, slots=True)
class Delegation:
    """To whom a vote is given, since when; in all decisions, or in those of one kind.

    A person who keeps the vote in one kind is the own delegate there. Unless it ``stands``, the delegate is
    none any more and the person votes in person.
    """

    delegator: str
    delegate: str
    since: datetime
    kind: ProposalType | None = None
    stands: bool = True


def delegate_at(address: str, time: datetime, scope: int = OVERALL) -> str | None:
    """To whom the vote of ``address`` was given at ``time``; None for nobody."""
    changes = DelegationChange.objects.filter(delegator=address.lower(), scope=scope, timestamp__lte=time)
    return changes.order_by("-event_id").values_list("to_delegate", flat=True).first()


def holder_at(address: str, time: datetime, proposal_type: str) -> str | None:
    """Who held the vote of ``address`` at ``time`` in proposals of a kind; None for the person itself."""
    chosen = delegate_at(address, time, scope_of(proposal_type))
    if chosen is None:
        return delegate_at(address, time)
    return None if chosen == address.lower() else chosen


def scope_of(proposal_type: str) -> int:
    """The scope of delegations for one kind of proposals."""
    return 1 + ProposalType.values.index(proposal_type)


def current_delegations(address: str) -> list[Delegation]:
    """All that ``address`` arranged and that holds now: overall first, then kind by kind."""
    newest: dict[int, DelegationChange] = {}
    for change in DelegationChange.objects.filter(delegator=address.lower()).order_by("event_id"):
        newest[change.scope] = change
    return [
        Delegation(
            change.delegator,
            change.to_delegate,
            change.timestamp,
            kind_of(scope),
            change.to_delegate == change.delegator or has_role(change.to_delegate, Role.DELEGATE),
        )
        for scope, change in sorted(newest.items())
        if change.to_delegate is not None
    ]


def overall(delegations: Iterable[Delegation]) -> Delegation | None:
    """The one of a person's ``delegations`` that holds wherever no other does; None without one."""
    return next((each for each in delegations if each.kind is None), None)


def kind_of(scope: int) -> ProposalType | None:
    """The kind of proposals that a scope is about; None for all."""
    return None if scope == OVERALL else list(ProposalType)[scope - 1]


def delegators(address: str, time: datetime | None = None, scope: int = OVERALL) -> list[Delegation]:
    """Who has given their vote in ``scope`` to ``address`` at ``time`` (default: now), oldest first."""
    address = address.lower()
    changes = DelegationChange.objects.filter(scope=scope)
    if time is not None:
        changes = changes.filter(timestamp__lte=time)
    once = changes.filter(to_delegate=address).values("delegator")
    newest = changes.filter(delegator__in=once).order_by().values("delegator").annotate(last=Max("event_id"))
    rows = DelegationChange.objects.filter(event_id__in=newest.values("last"), to_delegate=address)
    return [Delegation(row.delegator, address, row.timestamp) for row in rows.order_by("event_id")]


def received_units(address: str, time: datetime, proposal_type: str | None = None) -> int:
    """How many units ``address`` held for others at ``time``: overall, or in proposals of a kind.

    What a person arranged for a kind comes before what holds overall.
    """
    overall = {each.delegator for each in delegators(address, time)}
    if proposal_type is None:
        return len(overall)
    scope = scope_of(proposal_type)
    changes = DelegationChange.objects.filter(scope=scope, timestamp__lte=time)
    newest = changes.order_by().values("delegator").annotate(last=Max("event_id")).values("last")
    apart = dict(
        DelegationChange.objects.filter(event_id__in=newest, to_delegate__isnull=False).values_list(
            "delegator", "to_delegate"
        )
    )
    given = {delegator for delegator, holder in apart.items() if holder == address.lower() != delegator}
    return len(given | (overall - apart.keys()))
