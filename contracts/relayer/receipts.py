"""Receipts as the relayer reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.acts.hashes import keccak_hex
from contracts.acts.registry import batchings
from contracts.client.rpc import quantity
from contracts.deployment import Deployment
from contracts.errors import NodeMalformed


@dataclass(frozen=True, slots=True)
class Receipt:
    """A mined transaction. ``skipped``: digest of an act that its batch left out -> the error's selector."""

    transaction_hash: str
    block_number: int
    block_hash: str
    succeeded: bool
    gas_used: int
    skipped: Mapping[str, str]


def read_receipt(raw: Mapping[str, Any], deployment: Deployment) -> Receipt:
    """Read ``eth_getTransactionReceipt``.

    Args:
        raw: the node's answer.
        deployment: the contracts, which say what of a batch they skipped.

    Raises:
        NodeMalformed: it is no receipt.
    """
    saying = {
        (deployment.contracts[each.contract], keccak_hex(each.skipped.encode()))
        for each in batchings()
        if each.contract in deployment.contracts
    }
    try:
        skipped = {
            log["topics"][1].lower(): log["data"][:10].lower()
            for log in raw["logs"]
            if log["topics"] and (log["address"].lower(), log["topics"][0]) in saying
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
