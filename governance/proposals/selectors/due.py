"""What an adopted proposal waits for, as a transaction that anyone's wallet may send."""

from __future__ import annotations

from typing import Any, Final

from contracts.acts.calls import as_transaction
from contracts.calldata import encode_call
from governance.proposals import rules, state
from governance.proposals.models import Proposal
from governance.proposals.selectors.conditions import Conditions

QUEUE: Final = "queue"
EXECUTE: Final = "execute"
_FUNCTIONS = {QUEUE: "queueProposal", EXECUTE: "executeProposal"}


def due_step(proposal: Proposal, at: Conditions) -> str:
    """What anyone may set off now for a proposal: ``queue``, ``execute`` or nothing."""
    stops = state.binding_stops(proposal, at.stops)
    return rules.due_step(
        state=proposal.state,
        actions=proposal.action_count,
        executable_from=state.executable_from(proposal, stops),
        paused=state.paused_at(at.now, stops) is not None,
        now=at.now,
    )


def due_transaction(proposal: Proposal, step: str) -> dict[str, Any]:
    """The call that queues an adopted proposal, or carries a queued one out.

    Args:
        proposal: its actions go along, as the contract keeps only their hash.
        step: ``queue`` or ``execute``.

    Returns:
        ``{"to", "data", "value", "chainId"}`` as a wallet takes it for ``eth_sendTransaction``.

    Raises:
        ChainError: the deployment is not known.
    """
    return as_transaction(*due_call(proposal, step))


def due_call(proposal: Proposal, step: str) -> tuple[str, str]:
    """The same call as (contract name, calldata)."""
    actions = [
        {"target": action["target"], "value": int(action["value"]), "data": action["data"]}
        for action in proposal.actions
    ]
    arguments = {"proposalId": proposal.proposal_id, "actions": actions}
    return "ProposalManager", encode_call("ProposalManager", _FUNCTIONS[step], arguments)
