"""The hashes that bind an act to a proposal, computed as the contracts compute them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from contracts.acts.hashes import encoded_hash

SNAPSHOT_RULE: Final = b"voteStart-1".ljust(32, b"\0")


def actions_hash(actions: Iterable[Mapping[str, Any]]) -> str:
    """``keccak256(abi.encode(Action[]))`` of ``{"target", "value", "data"}`` in JSON form.

    ``value`` is in wei, an int or decimal text.
    """
    tuples = [
        (str(action["target"]).lower(), int(action["value"]), _octets(action["data"])) for action in actions
    ]
    return encoded_hash(["(address,uint256,bytes)[]"], [tuples])


def content_hash(
    proposer: str, proposal_type: int, metadata_hash: str, actions_digest: str, strategy: str
) -> str:
    """What names a proposal beyond its number: ``keccak256(abi.encode(...))`` of what its author signed."""
    return encoded_hash(
        ["address", "uint8", "bytes32", "bytes32", "address"],
        [proposer, proposal_type, metadata_hash, actions_digest, strategy],
    )


def rules_hash(
    content_digest: str,
    *,
    quorum_percentage: int,
    passing_percentage: int,
    voting_period: int,
    execution_delay: int,
    grace_period: int,
    proposal_threshold: int,
) -> str:
    """Everything a voter relies on: content, snapshot rule and the terms of the vote.

    Percentages are whole, durations in seconds, the threshold in units of the strategy.
    """
    return encoded_hash(
        ["bytes32", "bytes32", "uint16", "uint8", "uint48", "uint48", "uint48", "uint256"],
        [
            content_digest,
            SNAPSHOT_RULE,
            quorum_percentage,
            passing_percentage,
            voting_period,
            execution_delay,
            grace_period,
            proposal_threshold,
        ],
    )


def _octets(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else bytes.fromhex(value.removeprefix("0x"))
