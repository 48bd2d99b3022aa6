"""What an adopted proposal waits for, as a transaction that anyone's wallet may send."""

from __future__ import annotations

from typing import Any, Final

from contracts.acts.calls import as_transaction
from contracts.calldata import encode_call
from governance.models import Proposal

QUEUE: Final = "queue"
EXECUTE: Final = "execute"
_FUNCTIONS = {QUEUE: "queueProposal", EXECUTE: "executeProposal"}


def due_transaction(proposal: Proposal, step: str) -> dict[str, Any]:
    """The call that queues an adopted proposal, or carries a queued one out.

    Args:
        proposal: its actions go along, as the contract keeps only their hash.
        step: ``queue`` or ``execute``.

    Returns:
        ``{"to", "data", "value", "chainId"}`` as a wallet takes it for ``eth_sendTransaction``; the value, in
        wei, is what the actions pay out together.

    Raises:
        ChainError: the deployment is not known.
    """
    actions = [
        {"target": action["target"], "value": int(action["value"]), "data": action["data"]}
        for action in proposal.actions
    ]
    data = encode_call(
        "ProposalManager", _FUNCTIONS[step], {"proposalId": proposal.proposal_id, "actions": actions}
    )
    transaction = as_transaction("ProposalManager", data)
    if step == EXECUTE:
        transaction["value"] = hex(sum(action["value"] for action in actions))
    return transaction
