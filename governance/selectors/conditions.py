"""What a proposal's state depends on besides the proposal itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from governance import state
from governance.models import PauseChange, Proposal, Strategy, TokenSupplyChange
from governance.state import Pause
from governance.strategies import TOKEN_WEIGHTED
from identity import selectors as identity


@dataclass(frozen=True, slots=True)
class Conditions:
    """The moment and the pauses so far."""

    now: datetime
    stops: Sequence[Pause]


def conditions_at(now: datetime) -> Conditions:
    """The conditions of every state at ``now``, as far as the mirror has read."""
    changes = PauseChange.objects.filter(timestamp__lte=now).order_by("event_id")
    return Conditions(now, state.pauses(changes))


def current_conditions() -> Conditions:
    """The conditions at the newest block."""
    return conditions_at(identity.now())


def supply_at_snapshot(proposal: Proposal) -> int | None:
    """The power that quorums are taken of: citizens, or tokens, one second before voting opens.

    None without a vote.
    """
    if proposal.vote_start is None:
        return None
    snapshot = proposal.vote_start - timedelta(seconds=1)
    kind = Strategy.objects.filter(address=proposal.strategy).values_list("kind", flat=True).first()
    if kind != TOKEN_WEIGHTED:
        return identity.census_at(snapshot)
    changes = TokenSupplyChange.objects.filter(timestamp__lte=snapshot).order_by("-event_id")
    return changes.values_list("new_supply", flat=True).first() or 0
