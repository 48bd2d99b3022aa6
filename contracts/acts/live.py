"""What is told of an act: on its page, by the API, and live as ``act:status``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

from contracts.addresses import checksum
from contracts.models import RelayedAct
from core.live import stream

TOPIC = "acts"


class ActError(TypedDict):
    code: str
    detail: str


class ActPayload(TypedDict):
    digest: str
    act: str
    signer: str
    proposalId: str | None
    status: str
    transactionHash: str | None
    blockNumber: int | None
    deadline: str
    error: ActError | None


def act_payload(row: RelayedAct) -> ActPayload:
    """One act as JSON: addresses EIP-55, the proposal as decimal text, times ISO 8601 in UTC."""
    return {
        "digest": row.digest,
        "act": row.act,
        "signer": checksum(row.signer),
        "proposalId": None if row.proposal_id is None else str(row.proposal_id),
        "status": row.status,
        "transactionHash": row.transaction_hash,
        "blockNumber": row.block_number,
        "deadline": row.deadline.isoformat().replace("+00:00", "Z"),
        "error": {"code": row.error_code, "detail": row.error_detail} if row.error_code else None,
    }


def act_status_messages(rows: Iterable[RelayedAct]) -> list[stream.Message]:
    """The ``act:status`` messages for rows as they now stand."""
    messages = []
    for row in rows:
        payload: dict[str, Any] = dict(act_payload(row))
        messages.append(stream.Message("act:status", payload, TOPIC, payload["proposalId"] or ""))
    return messages
