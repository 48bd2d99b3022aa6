"""What the API tells of one proposal beyond its row, and of the rules: as JSON, from the selectors."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from contracts.addresses import checksum
from contracts.selectors import chain_head
from governance.ballots.selectors import results
from governance.ballots.selectors.results import quorum_needed, tally
from governance.errors import ProposalNotFound
from governance.parameters.selectors.strategies import strategy_kind
from governance.proposals.api.queries import surroundings
from governance.proposals.api.rows import PROPOSAL_COLUMNS, proposal_row
from governance.proposals.models import Proposal
from governance.proposals.selectors.actions import describe_actions
from governance.proposals.selectors.content import attached_files
from governance.proposals.selectors.proposals import waiting_cancellation
from governance.proposals.selectors.stats import governance_stats
from governance.proposals.selectors.timeline import lifecycle
from governance.proposals.selectors.timeline import timeline as timeline_of
from governance.proposals.selectors.trial import try_proposal
from identity.reasons.selectors import reason_text

Row = dict[str, Any]
_MODEL_COLUMNS = frozenset(field.attname for field in Proposal._meta.concrete_fields)


def proposal_detail(proposal_id: int) -> Row:
    """One proposal as ``GET /api/proposals/{proposalId}`` answers it.

    Raises:
        ProposalNotFound: if there is none.
    """
    row = Proposal.objects.filter(pk=proposal_id).values("event_id", *PROPOSAL_COLUMNS).first()
    if row is None:
        raise ProposalNotFound(proposal_id=str(proposal_id))
    proposal = Proposal(**{name: value for name, value in row.items() if name in _MODEL_COLUMNS})
    detail = proposal_row(row, surroundings([row]))
    detail["actions"] = [
        {
            **call,
            "title": words.title,
            "note": words.note,
            "call": words.call,
            "known": words.known,
            "changes": [
                {"name": change.name, "label": change.label, "before": change.before, "after": change.after}
                for change in words.changes
            ],
        }
        for call, words in zip(detail["actions"], describe_actions(proposal), strict=True)
    ]
    detail["attachments"] = [
        {**file.as_json(), "url": reverse("attachment", args=[proposal_id, place])}
        for place, file in enumerate(attached_files(proposal), start=1)
    ]
    detail["strategyKind"] = strategy_kind(proposal)
    detail["result"] = result(proposal)
    detail["steps"] = [
        {
            "key": step.key,
            "label": step.label,
            "status": step.status,
            "start": step.start,
            "end": step.end,
            "note": step.note,
            "expected": step.expected,
        }
        for step in lifecycle(proposal)
    ]
    wish = waiting_cancellation(proposal)
    detail["cancellationRequest"] = wish and {
        "administrator": checksum(wish.administrator),
        "reasonHash": wish.reason_hash,
        "reason": reason_text(wish.reason_hash),
        "expiresAt": wish.expires_at,
    }
    return detail


def result(proposal: Proposal) -> Row:
    """How a vote stands, and what it needs."""
    view = tally(proposal)
    return {
        "forVotes": str(view.for_votes),
        "againstVotes": str(view.against_votes),
        "abstainVotes": str(view.abstain_votes),
        "totalVotes": str(view.total),
        "forPercent": view.for_percent,
        "againstPercent": view.against_percent,
        "abstainPercent": view.abstain_percent,
        "supply": _uint(view.supply),
        "quorum": _uint(quorum_needed(proposal)),
        "quorumReached": view.quorum_reached,
        "missing": _uint(view.missing),
        "passingPercentage": view.passing_percentage,
        "shareReached": view.share_reached,
        "turnoutPercent": view.turnout,
        "leading": view.leading,
    }


def result_series(proposal: Proposal, bucket: str | None) -> Row:
    """How a vote grew."""
    series = results.result_series(proposal, bucket)
    return {
        "proposalId": str(proposal.proposal_id),
        "state": proposal.state,
        "result": result(proposal),
        "bucket": series.bucket,
        "start": series.start,
        "end": series.end,
        "points": [
            {
                "at": point.at,
                "forVotes": str(point.for_votes),
                "againstVotes": str(point.against_votes),
                "abstainVotes": str(point.abstain_votes),
            }
            for point in series.points
        ],
    }


def timeline(proposal: Proposal) -> list[Row]:
    """A proposal's record, newest first."""
    return [
        {
            "key": entry.key,
            "text": entry.text,
            "at": entry.at,
            "actor": checksum(entry.actor) if entry.actor else None,
            "transactionHash": entry.transaction_hash,
            "blockNumber": entry.block_number,
            "confirmation": entry.confirmation,
            "reason": entry.reason,
        }
        for entry in timeline_of(proposal)
    ]


def trial(proposal: Proposal) -> Row:
    """What would happen if the proposal's actions were carried out now."""
    found = try_proposal(proposal)
    return {
        "proposalId": str(proposal.proposal_id),
        "blockNumber": found.block_number if found else None,
        "succeeds": found.succeeds if found else None,
        "failedAction": found.failed if found else None,
        "reason": found.reason if found else "",
        "error": found.error if found else "",
    }


def stats() -> Row:
    """Figures about the whole."""
    found = governance_stats()
    head = chain_head()
    closing = found.next_closing
    return {
        "citizens": found.citizens,
        "delegates": found.delegates,
        "votes": found.votes,
        "proposals": {
            "total": found.proposals.total,
            "byState": found.proposals.by_state,
            "byType": found.proposals.by_type,
            "byTopic": found.proposals.by_topic,
        },
        "openVotes": found.open_votes,
        "nextClosing": closing
        and {
            "proposalId": str(closing.proposal_id),
            "title": closing.title,
            "closesAt": found.next_closes_at,
        },
        "turnoutPercent": found.turnout,
        "paused": found.paused and {"since": found.paused.start, "until": found.paused.end},
        "asOf": found.as_of,
        "chain": {
            "blockNumber": head.number,
            "blockHash": head.hash,
            "timestamp": head.timestamp,
            "finalized": head.finalized,
            "lag": head.lag,
        },
    }


def _uint(value: int | None) -> str | None:
    return None if value is None else str(value)
