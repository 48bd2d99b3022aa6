"""What is told of an act: on its page, by the API, and live as ``act:status``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict, get_type_hints

from contracts.addresses import checksum
from contracts.models import RelayedAct
from contracts.subjects import subject_api_fields, subject_fields
from core.live import stream
from core.live.registry import Shape, register_topic


class ActError(TypedDict):
    code: str
    detail: str


class ActPayload(TypedDict):
    """``act:status``, but for the field that names its subject."""

    digest: str
    act: str
    signer: str
    status: str
    transactionHash: str | None
    blockNumber: int | None
    deadline: str
    error: ActError | None


def act_payload(row: RelayedAct) -> dict[str, Any]:
    """One act as JSON: addresses EIP-55, its subject as decimal text, times ISO 8601 in UTC."""
    payload: ActPayload = {
        "digest": row.digest,
        "act": row.act,
        "signer": checksum(row.signer),
        "status": row.status,
        "transactionHash": row.transaction_hash,
        "blockNumber": row.block_number,
        "deadline": row.deadline.isoformat().replace("+00:00", "Z"),
        "error": {"code": row.error_code, "detail": row.error_detail} if row.error_code else None,
    }
    return {**payload, **subject_fields(row.subject)}


def act_status_messages(rows: Iterable[RelayedAct]) -> list[stream.Message]:
    """The ``act:status`` messages for rows as they now stand."""
    return [stream.Message("act:status", act_payload(row), row.subject) for row in rows]


def act_status_shape() -> Shape:
    """The members of ``act:status``: an act's, and one for each kind of subject that apps registered."""
    return {**get_type_hints(ActPayload), **{field.name: str | None for _kind, field in subject_api_fields()}}


register_topic("acts", {"act:status": act_status_shape})
