"""The few things that only the chain can answer. Never asked inside a database transaction."""

from __future__ import annotations

from contracts.calldata import encode_call
from contracts.client.rpc import client
from contracts.deployment import deployment
from contracts.errors import NodeMalformed


def chain_ballot_power(proposal_id: int, address: str) -> int:
    """What a ballot of ``address`` weighs in a vote now, whatever its way of counting.

    Raises:
        ChainError: no node answers, or the snapshot is not past.
    """
    arguments = {"proposalId": proposal_id, "account": address}
    return _word(_ask("VotingEngine", "getBallotPower", arguments))


def chain_strategy_power(strategy: str, address: str, timepoint: int) -> int:
    """The power of ``address`` under the strategy at a past ``timepoint`` (Unix seconds)."""
    data = encode_call(
        "TokenWeightedStrategy", "getVotingPower", {"account": address, "timepoint": timepoint}
    )
    return _word(client().call(strategy, data))


def _ask(contract: str, function: str, arguments: dict[str, object]) -> str:
    return client().call(deployment().address(contract), encode_call(contract, function, arguments))


def _word(answer: str) -> int:
    if len(answer) < 66:
        raise NodeMalformed(method="eth_call", reason="no word")
    return int(answer[:66], 16)
