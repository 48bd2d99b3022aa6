"""What a proposal would do if it were carried out at this moment."""

from __future__ import annotations

from django.core.cache import cache

from contracts.selectors import chain_head
from contracts.simulation import Trial, try_actions
from governance.proposals.models import Proposal, ProposalState, ProposalType

# Seconds for which an answer stands when no block comes.
KEPT = 60
_OVER = frozenset(
    {ProposalState.EXECUTED, ProposalState.CANCELLED, ProposalState.EXPIRED, ProposalState.DEFEATED}
)


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
