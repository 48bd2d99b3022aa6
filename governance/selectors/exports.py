"""Every vote for downloading, row by row, so that a whole election never lies in memory."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

import orjson

from contracts.addresses import checksum
from governance.live import iso
from governance.models import Proposal, Support, Vote

COLUMNS = (
    "proposalId",
    "voter",
    "support",
    "weight",
    "reason",
    "reasonHash",
    "transactionHash",
    "blockNumber",
    "timestamp",
)
_FIELDS = (
    "proposal_id",
    "voter",
    "support",
    "weight",
    "reason",
    "reason_hash",
    "transaction_hash",
    "block_number",
    "timestamp",
)


def vote_rows(proposal: Proposal | None = None) -> Iterator[dict[str, Any]]:
    """All counted ballots (of one proposal) in chain order, under the interfaces' names."""
    votes = Vote.objects.all() if proposal is None else Vote.objects.filter(proposal_id=proposal.proposal_id)
    for row in votes.order_by("event_id").values_list(*_FIELDS).iterator(chunk_size=2000):
        (
            proposal_id,
            voter,
            support,
            weight,
            reason,
            reason_hash,
            transaction_hash,
            block_number,
            timestamp,
        ) = row
        yield {
            "proposalId": str(proposal_id),
            "voter": checksum(voter),
            "support": support,
            "weight": str(weight),
            "reason": reason,
            "reasonHash": reason_hash,
            "transactionHash": transaction_hash,
            "blockNumber": block_number,
            "timestamp": iso(timestamp),
        }


def votes_ndjson(proposal: Proposal | None = None) -> Iterator[bytes]:
    """One JSON object a line (https://github.com/ndjson/ndjson-spec)."""
    for row in vote_rows(proposal):
        yield orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def votes_csv(proposal: Proposal | None = None) -> Iterator[str]:
    """CSV (RFC 4180) with a header.

    ``support`` in words, and no cell that a spreadsheet would take for a formula.
    """
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    names = {Support.AGAINST.value: "against", Support.FOR.value: "for", Support.ABSTAIN.value: "abstain"}
    for row in vote_rows(proposal):
        row["support"] = names[row["support"]]
        yield writer.writerow([_plain(row[column]) for column in COLUMNS])


class _Echo:
    """A file that hands back what is written, line by line."""

    def write(self, line: str) -> str:
        return line


def _plain(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return "'" + value
    return value
