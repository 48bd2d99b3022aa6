"""What a proposal's state depends on besides the proposal itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.selectors import chain_now
from governance.parameters.models import Strategy, TokenSupplyChange
from governance.parameters.strategies import TOKEN_WEIGHTED
from governance.pauses.models import PauseChange
from governance.proposals import state
from governance.proposals.models import Proposal
from governance.proposals.state import Pause
from identity.census.selectors.roll import census_at


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
    return conditions_at(chain_now())


def supply_at_snapshot(proposal: Proposal) -> int | None:
    """The power that quorums are taken of: citizens, or tokens, one second before voting opens.

    None without a vote.
    """
    if proposal.vote_start is None:
        return None
    snapshot = proposal.vote_start - timedelta(seconds=1)
    kind = Strategy.objects.filter(address=proposal.strategy).values_list("kind", flat=True).first()
    if kind != TOKEN_WEIGHTED:
        return census_at(snapshot)
    changes = TokenSupplyChange.objects.filter(timestamp__lte=snapshot).order_by("-event_id")
    return changes.values_list("new_supply", flat=True).first() or 0
