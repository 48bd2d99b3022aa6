"""Ballots as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.addresses import checksum
from contracts.selectors import ChainHead, confirmation
from governance.proposals.api.rows import Row

VOTE_COLUMNS = (
    "event_id",
    "proposal_id",
    "voter",
    "support",
    "weight",
    "reason_hash",
    "reason",
    "transaction_hash",
    "block_number",
    "timestamp",
)


def vote_row(row: Row, lost: Mapping[tuple[int, str], int], head: ChainHead) -> Row:
    """A counted ballot: ``weight`` as cast, ``effectiveWeight`` less what is ``lost`` to delegators since."""
    return {
        "proposalId": str(row["proposal_id"]),
        "voter": checksum(row["voter"]),
        "support": row["support"],
        "weight": str(row["weight"]),
        "effectiveWeight": str(row["weight"] - lost.get((row["proposal_id"], row["voter"]), 0)),
        "reason": row["reason"],
        "reasonHash": row["reason_hash"],
        "transactionHash": row["transaction_hash"],
        "blockNumber": row["block_number"],
        "timestamp": row["timestamp"],
        "confirmation": confirmation(row["block_number"], head),
    }
