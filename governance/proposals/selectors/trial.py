"""What a proposal would do if it were carried out at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.core.cache import cache

from contracts.deployment import deployment
from contracts.selectors import chain_head
from contracts.simulation import Trial, try_calls
from governance.proposals.models import Proposal, ProposalState, ProposalType

# Code that answers any question with the two words (1, 5): an EMERGENCY, proposal type 5, is running.
_EMERGENCY_RUNS: Final = "0x6001600052600560205260406000f3"
# Seconds for which an answer stands when no block comes.
KEPT = 60
_OVER = frozenset(
    {ProposalState.EXECUTED, ProposalState.CANCELLED, ProposalState.EXPIRED, ProposalState.DEFEATED}
)


def try_actions(actions: Sequence[dict[str, Any]], *, emergency: bool = False) -> Trial:
    """Try a proposal's actions as the timelock would carry them out.

    In an EMERGENCY contracts allow what they refuse otherwise: they ask the timelock what is running. A trial
    runs nothing, so the timelock is made to say so; an EMERGENCY calls nothing else of it.

    Raises:
        ChainError: the node can't be asked.
    """
    calls = [(str(action["target"]), str(action["data"])) for action in actions]
    code = _EMERGENCY_RUNS if emergency else ""
    return try_calls(deployment().address("ExecutionModule"), calls, sender_code=code)


def can_be_tried(proposal: Proposal) -> bool:
    """Whether the proposal would do something and may still come to do it."""
    return bool(proposal.actions) and proposal.state not in _OVER


def try_proposal(proposal: Proposal) -> Trial | None:
    """Try the proposal's actions on the newest block; None if it has none or is past being carried out.

    One question to the node for each block, however many read the page.

    Raises:
        ChainError: the node can't be asked.
    """
    if not can_be_tried(proposal):
        return None
    key = f"trial:{proposal.proposal_id}:{chain_head().number}"
    known: Trial | None = cache.get(key)
    if known is None:
        emergency = proposal.proposal_type == ProposalType.EMERGENCY
        known = try_actions(proposal.actions, emergency=emergency)
        cache.set(key, known, KEPT)
    return known
