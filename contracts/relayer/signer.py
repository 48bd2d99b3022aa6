"""The relayer's key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from eth_account import Account
from eth_account.signers.local import LocalAccount

from contracts.addresses import checksum


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed transaction: its bytes as 0x-hex and the hash it will be known by."""

    raw: str
    hash: str


class Signer:
    """Signs the relayer's own transactions (EIP-1559) and nothing else.

    Args:
        private_key: 0x-hex of 32 bytes.
        chain_id: the chain that the transactions are valid on.
    """

    def __init__(self, private_key: str, chain_id: int) -> None:
        self._account: LocalAccount = Account.from_key(private_key)
        self._chain_id = chain_id
        self.address: str = self._account.address.lower()

    def sign(
        self, *, nonce: int, to: str, data: str, gas: int, max_fee_per_gas: int, max_priority_fee_per_gas: int
    ) -> Signed:
        """Sign one transaction that carries no ether; fees in wei. Signing it again gives the same bytes."""
        transaction: dict[str, Any] = {
            "type": 2,
            "chainId": self._chain_id,
            "nonce": nonce,
            "to": checksum(to),
            "value": 0,
            "data": data,
            "gas": gas,
            "maxFeePerGas": max_fee_per_gas,
            "maxPriorityFeePerGas": max_priority_fee_per_gas,
        }
        signed = self._account.sign_transaction(transaction)
        return Signed(
            "0x" + signed.raw_transaction.hex().removeprefix("0x"),
            "0x" + signed.hash.hex().removeprefix("0x"),
        )


def relayer_signer() -> Signer | None:
    """The signer of ``settings.RELAYER_PRIVATE_KEY``; None if the relayer is off or has no key."""
    if not settings.RELAYER_ENABLED or not settings.RELAYER_PRIVATE_KEY:
        return None
    return Signer(settings.RELAYER_PRIVATE_KEY, settings.CHAIN_ID)
