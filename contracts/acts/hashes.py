"""The hashes that bind an act to its content, computed as the contracts compute them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from eth_abi.abi import encode
from eth_hash.auto import keccak

from contracts.addresses import ZERO_ADDRESS, ZERO_HASH

__all__ = [
    "ZERO_ADDRESS",
    "ZERO_HASH",
    "action_tuples",
    "actions_hash",
    "content_hash",
    "keccak_hex",
    "reason_hash",
    "role_id",
    "rules_hash",
]

SNAPSHOT_RULE: Final = b"voteStart-1".ljust(32, b"\0")


def keccak_hex(data: bytes) -> str:
    """keccak256 as 0x-hex."""
    return "0x" + keccak(data).hex()


def reason_hash(text: str) -> str:
    """keccak256 of the reason's UTF-8 text; 32 zero bytes for no reason."""
    return keccak_hex(text.encode()) if text else ZERO_HASH


def action_tuples(actions: Iterable[Mapping[str, Any]]) -> list[tuple[str, int, bytes]]:
    """``{"target", "value", "data"}`` in JSON form as ABI values (value in wei, decimal text or int)."""
    return [
        (str(action["target"]).lower(), int(action["value"]), _bytes(action["data"])) for action in actions
    ]


def actions_hash(actions: Iterable[Mapping[str, Any]]) -> str:
    """``keccak256(abi.encode(Action[]))``."""
    return keccak_hex(encode(["(address,uint256,bytes)[]"], [action_tuples(actions)]))


def content_hash(
    proposer: str, proposal_type: int, metadata_hash: str, actions_digest: str, strategy: str
) -> str:
    """What names a proposal beyond its number: ``keccak256(abi.encode(...))`` of what its author signed."""
    return keccak_hex(
        encode(
            ["address", "uint8", "bytes32", "bytes32", "address"],
            [proposer, proposal_type, _bytes(metadata_hash), _bytes(actions_digest), strategy],
        )
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
    return keccak_hex(
        encode(
            ["bytes32", "bytes32", "uint16", "uint8", "uint48", "uint48", "uint48", "uint256"],
            [
                _bytes(content_digest),
                SNAPSHOT_RULE,
                quorum_percentage,
                passing_percentage,
                voting_period,
                execution_delay,
                grace_period,
                proposal_threshold,
            ],
        )
    )


def role_id(role: str) -> str:
    """The 32-byte id of a role, for example of ``CITIZEN``."""
    return keccak_hex(role.encode())


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else bytes.fromhex(value.removeprefix("0x"))
