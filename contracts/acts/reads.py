"""What acts ask of the chain. Never called inside a database transaction."""

from __future__ import annotations

from datetime import datetime

from eth_abi.abi import encode
from eth_hash.auto import keccak

from contracts.client import client
from contracts.deployment import deployment
from contracts.errors import CallReverted, NodeMalformed
from contracts.selectors import chain_now
from contracts.signatures import MAGIC_1271


def chain_time() -> datetime:
    """Now, by the newest indexed block: the clock that deadlines are measured with on chain."""
    return chain_now()


def ask_erc1271(address: str, digest: bytes, signature: bytes) -> bool | None:
    """Whether the contract at ``address`` signed ``digest`` (ERC-1271); None if there is no contract.

    Raises:
        ChainError: no node answers.
    """
    if client().code(address) == "0x":
        return None
    arguments = encode(["bytes32", "bytes"], [digest, signature])
    try:
        answer = client().call(
            address, "0x" + (keccak(b"isValidSignature(bytes32,bytes)")[:4] + arguments).hex()
        )
    except CallReverted:
        return False
    return bytes.fromhex(answer[2:])[:32] == MAGIC_1271.ljust(32, b"\0")


def delegation_nonce(address: str) -> int:
    """The nonce that the next ``Delegate`` or ``DelegateFor`` document of ``address`` must carry.

    Raises:
        ChainError: no node answers, or no deployment is known.
    """
    data = keccak(b"nonces(address)")[:4] + encode(["address"], [address])
    answer = client().call(deployment().address("VotingEngine"), "0x" + data.hex(), "pending")
    if len(answer) < 66:
        raise NodeMalformed(method="eth_call", reason="no word")
    return int(answer[:66], 16)
