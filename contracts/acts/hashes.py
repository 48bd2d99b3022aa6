"""Hashes as the contracts compute them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth_abi.abi import encode
from eth_hash.auto import keccak

from contracts.addresses import ZERO_ADDRESS, ZERO_HASH

__all__ = [
    "ZERO_ADDRESS",
    "ZERO_HASH",
    "encoded_hash",
    "keccak_hex",
    "reason_hash",
    "role_id",
]


def keccak_hex(data: bytes) -> str:
    """keccak256 as 0x-hex."""
    return "0x" + keccak(data).hex()


def encoded_hash(kinds: Sequence[str], values: Sequence[Any]) -> str:
    """``keccak256(abi.encode(...))`` as 0x-hex; a ``bytes32`` may be 0x-hex."""
    return keccak_hex(encode(kinds, [_octets(value) for value in values]))


def reason_hash(text: str) -> str:
    """keccak256 of the reason's UTF-8 text; 32 zero bytes for no reason."""
    return keccak_hex(text.encode()) if text else ZERO_HASH


def role_id(role: str) -> str:
    """The 32-byte id of a role, for example of ``CITIZEN``."""
    return keccak_hex(role.encode())


def _octets(value: Any) -> Any:
    """Hashes as bytes; an address, which is as long as no ``bytes32``, as it is."""
    return bytes.fromhex(value[2:]) if isinstance(value, str) and len(value) == len(ZERO_HASH) else value
