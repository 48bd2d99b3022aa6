"""Rows of the mirror as the API shows them: camelCase, uint256 as decimal text, addresses in EIP-55, UTC.

Each function takes one dict of ``values()`` and makes one JSON object; no queries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from contracts.addresses import checksum
from contracts.selectors import ChainHead, confirmation
from core.content import cid_of
from governance.parameters.rules import endorsements_needed
from governance.proposals.state import LifecycleFacts, Pause, executable_from, executable_until, vote_closes

Row = dict[str, Any]
PROPOSAL_COLUMNS = (
    "proposal_id",
    "proposer",
    "proposal_type",
    "state",
    "title",
    "summary",
    "description",
    "topic",
    "metadata_hash",
    "content_hash",
    "rules_hash",
    "strategy",
    "actions",
    "action_count",
    "endorsements",
    "roll",
    "quorum_percentage",
    "passing_percentage",
    "execution_delay",
    "grace_period",
    "proposal_threshold",
    "snapshot_supply",
    "vote_start",
    "vote_end",
    "start_block",
    "end_block",
    "execution_time",
    "expires_at",
    "for_votes",
    "against_votes",
    "abstain_votes",
    "endorsed_at",
    "activated_at",
    "queued_at",
    "executed_at",
    "cancelled_at",
    "cancel_reason_hash",
    "created_at",
    "updated_at",
    "event__block_number",
    "event__transaction_hash",
)
LIVE_COLUMNS = (
    "proposal_id",
    "proposal_type",
    "action_count",
    "state",
    "title",
    "for_votes",
    "against_votes",
    "abstain_votes",
    "vote_start",
    "vote_end",
    "activated_at",
    "updated_at",
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a proposal's row says beyond its own columns.

    ``stops`` are the pauses so far, ``permille`` is the share of the roll that must support a proposal,
    ``reasons`` the words of cancellations by their hashes.
    """

    stops: Sequence[Pause]
    head: ChainHead
    permille: int
    reasons: Mapping[str, str]


def proposal_row(row: Row, around: Surroundings) -> Row:
    """A proposal. Deadlines include time spent paused."""
    stops, head = around.stops, around.head
    facts = cast(LifecycleFacts, SimpleNamespace(**row))
    return {
        "proposalId": str(row["proposal_id"]),
        "proposer": checksum(row["proposer"]),
        "proposalType": row["proposal_type"],
        "state": row["state"],
        "title": row["title"],
        "summary": row["summary"],
        "description": row["description"],
        "topic": row["topic"],
        "metadataHash": cid_of(row["metadata_hash"]),
        "contentHash": row["content_hash"],
        "rulesHash": row["rules_hash"],
        "strategy": checksum(row["strategy"]),
        "actions": [action_row(action) for action in row["actions"]],
        "endorsements": row["endorsements"],
        "endorsementsNeeded": endorsements_needed(row["roll"], around.permille),
        "quorumPercentage": row["quorum_percentage"],
        "passingPercentage": row["passing_percentage"],
        "executionDelay": row["execution_delay"],
        "gracePeriod": row["grace_period"],
        "proposalThreshold": _uint(row["proposal_threshold"]),
        "snapshotSupply": _uint(row["snapshot_supply"]),
        "voteStart": row["vote_start"],
        "voteEnd": vote_closes(facts, stops),
        "startBlock": row["start_block"],
        "endBlock": row["end_block"],
        "executionTime": executable_from(facts, stops),
        "expiresAt": executable_until(facts, stops),
        "forVotes": str(row["for_votes"]),
        "againstVotes": str(row["against_votes"]),
        "abstainVotes": str(row["abstain_votes"]),
        "endorsedAt": row["endorsed_at"],
        "activatedAt": row["activated_at"],
        "queuedAt": row["queued_at"],
        "executedAt": row["executed_at"],
        "cancelledAt": row["cancelled_at"],
        "cancelReasonHash": row["cancel_reason_hash"],
        "cancelReason": around.reasons.get(row["cancel_reason_hash"] or "", ""),
        "createdAt": row["created_at"],
        "updatedAt": row["updated_at"],
        "transactionHash": row["event__transaction_hash"],
        "blockNumber": row["event__block_number"],
        "confirmation": confirmation(row["event__block_number"], head),
    }


def action_row(action: Row) -> Row:
    """One call of a proposal as the chain holds it."""
    return {"target": checksum(action["target"]), "value": str(action["value"]), "data": action["data"]}


def live_row(row: Row, stops: Sequence[Pause]) -> Row:
    """A proposal as a live snapshot names it."""
    return {
        "proposalId": str(row["proposal_id"]),
        "proposalType": row["proposal_type"],
        "state": row["state"],
        "title": row["title"],
        "forVotes": str(row["for_votes"]),
        "againstVotes": str(row["against_votes"]),
        "abstainVotes": str(row["abstain_votes"]),
        "voteStart": row["vote_start"],
        "voteEnd": vote_closes(cast(LifecycleFacts, SimpleNamespace(**row)), stops),
        "updatedAt": row["updated_at"],
    }


def _uint(value: int | None) -> str | None:
    return None if value is None else str(value)
