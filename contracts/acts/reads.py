"""What acts ask of the chain. Never called inside a database transaction."""

from __future__ import annotations

from datetime import datetime

from eth_abi.abi import encode
from eth_hash.auto import keccak

from contracts.calldata import decode_result, encode_call
from contracts.client.rpc import client
from contracts.deployment import deployment
from contracts.errors import CallReverted
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
    return _nonce("VotingEngine", address)


def cancellation_nonce(address: str) -> int:
    """The nonce that the next ``CancelProposal`` document of ``address`` must carry.

    Raises:
        ChainError: no node answers, or no deployment is known.
    """
    return _nonce("ProposalManager", address)


def _nonce(contract: str, address: str) -> int:
    arguments = {"account": address}
    data = encode_call(contract, "nonces", arguments)
    answer = client().call(deployment().address(contract), data, "pending")
    return int(decode_result(contract, "nonces", answer, arguments))
