"""Receipts as the relayer reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from eth_hash.auto import keccak

from contracts.client.rpc import quantity
from contracts.errors import NodeMalformed

BALLOT_SKIPPED: Final = "0x" + keccak(b"BallotSkipped(bytes32,address,uint256,bytes4)").hex()


@dataclass(frozen=True, slots=True)
class Receipt:
    """A mined transaction. ``skipped``: digest of a ballot that was left out -> the error's selector."""

    transaction_hash: str
    block_number: int
    block_hash: str
    succeeded: bool
    gas_used: int
    skipped: Mapping[str, str]


def read_receipt(raw: Mapping[str, Any], voting_engine: str) -> Receipt:
    """Read ``eth_getTransactionReceipt``.

    Raises:
        NodeMalformed: it is no receipt.
    """
    try:
        skipped = {
            log["topics"][1].lower(): log["data"][:10].lower()
            for log in raw["logs"]
            if log["topics"]
            and log["topics"][0] == BALLOT_SKIPPED
            and log["address"].lower() == voting_engine
        }
        return Receipt(
            transaction_hash=raw["transactionHash"].lower(),
            block_number=quantity(raw["blockNumber"]),
            block_hash=raw["blockHash"].lower(),
            succeeded=quantity(raw["status"]) == 1,
            gas_used=quantity(raw["gasUsed"]),
            skipped=skipped,
        )
    except (KeyError, TypeError, IndexError, AttributeError):
        raise NodeMalformed(method="eth_getTransactionReceipt", reason="no receipt") from None
