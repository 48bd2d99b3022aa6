"""The keeper: starts the waiting period of what was adopted, and carries out what has waited.

Anyone may do that, and the contract decides whether it is time; the keeper only sees to it that nobody
has to. It runs as periodic calls of the relayer and needs no right. While it is off, a citizen does the same
from the page of the proposal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings

from contracts.relayer.periodic import register_periodic
from contracts.selectors import chain_now
from governance.proposals import state
from governance.proposals.models import Proposal, ProposalState
from governance.proposals.selectors.conditions import current_conditions
from governance.proposals.selectors.due import QUEUE, due_call, due_step

_ADOPTED = (ProposalState.SUCCEEDED, ProposalState.QUEUED)
#: What has been due for so long, nobody sees to.
OVERDUE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Due:
    """A proposal for which a step (``queue`` or ``execute``) is due, and since when on the chain's clock."""

    proposal: Proposal
    step: str
    since: datetime


@register_periodic
def due_calls() -> Iterator[tuple[str, str]]:
    """The calls that adopted proposals wait for, oldest first."""
    if not settings.KEEPER_ENABLED:
        return
    for due in due_proposals():
        yield due_call(due.proposal, due.step)


def overdue() -> list[Due]:
    """What should have been seen to long ago: the keeper is dead or off, or the contract refuses."""
    latest = chain_now() - OVERDUE
    return [due for due in due_proposals() if due.since < latest]


def due_proposals() -> Iterator[Due]:
    """Each proposal for which a step is due at the newest block."""
    since = datetime.fromtimestamp(settings.KEEPER_SINCE, UTC)
    waiting = Proposal.objects.filter(state__in=_ADOPTED, action_count__gt=0)
    rows = list(waiting.order_by("vote_end", "proposal_id"))
    if not rows:
        return
    conditions = current_conditions()
    for proposal in rows:
        step = due_step(proposal, conditions)
        fell_due = (state.vote_closes if step == QUEUE else state.executable_from)(proposal, conditions.stops)
        if step and fell_due is not None and fell_due >= since:
            yield Due(proposal, step, fell_due)
