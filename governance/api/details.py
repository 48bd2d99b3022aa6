"""What the API tells of one proposal beyond its row, and of the rules: as JSON, from the selectors."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from contracts.addresses import checksum
from contracts.selectors import chain_head
from governance import selectors
from governance.api import queries, rows
from governance.errors import ProposalNotFound
from governance.models import Proposal, ProposalType
from governance.rules import Terms
from governance.selectors.content import attached_files
from governance.selectors.counting import all_ways
from identity.selectors import reason_text, reason_texts

Row = dict[str, Any]

_MODEL_COLUMNS = frozenset(field.attname for field in Proposal._meta.concrete_fields)


def proposal_detail(proposal_id: int) -> Row:
    """One proposal as ``GET /api/proposals/{proposalId}`` answers it.

    Raises:
        ProposalNotFound: if there is none.
    """
    row = Proposal.objects.filter(pk=proposal_id).values("event_id", *rows.PROPOSAL_COLUMNS).first()
    if row is None:
        raise ProposalNotFound(proposal_id=str(proposal_id))
    proposal = Proposal(**{name: value for name, value in row.items() if name in _MODEL_COLUMNS})
    detail = rows.proposal_row(row, queries.surroundings([row]))
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
        for call, words in zip(detail["actions"], selectors.describe_actions(proposal), strict=True)
    ]
    detail["attachments"] = [
        {**file.as_json(), "url": reverse("attachment", args=[proposal_id, place])}
        for place, file in enumerate(attached_files(proposal), start=1)
    ]
    detail["strategyKind"] = selectors.strategy_kind(proposal)
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
        for step in selectors.lifecycle(proposal)
    ]
    wish = selectors.waiting_cancellation(proposal)
    detail["cancellationRequest"] = wish and {
        "administrator": checksum(wish.administrator),
        "reasonHash": wish.reason_hash,
        "reason": reason_text(wish.reason_hash),
        "expiresAt": wish.expires_at,
    }
    return detail


def result(proposal: Proposal) -> Row:
    """How a vote stands, and what it needs."""
    view = selectors.tally(proposal)
    return {
        "forVotes": str(view.for_votes),
        "againstVotes": str(view.against_votes),
        "abstainVotes": str(view.abstain_votes),
        "totalVotes": str(view.total),
        "forPercent": view.for_percent,
        "againstPercent": view.against_percent,
        "abstainPercent": view.abstain_percent,
        "supply": _uint(view.supply),
        "quorum": _uint(selectors.quorum_needed(proposal)),
        "quorumReached": view.quorum_reached,
        "missing": _uint(view.missing),
        "passingPercentage": view.passing_percentage,
        "shareReached": view.share_reached,
        "turnoutPercent": view.turnout,
        "leading": view.leading,
    }


def result_series(proposal: Proposal, bucket: str | None) -> Row:
    """How a vote grew."""
    series = selectors.result_series(proposal, bucket)
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
        for entry in selectors.timeline(proposal)
    ]


def trial(proposal: Proposal) -> Row:
    """What would happen if the proposal's actions were carried out now."""
    found = selectors.try_proposal(proposal)
    return {
        "proposalId": str(proposal.proposal_id),
        "blockNumber": found.block_number if found else None,
        "succeeds": found.succeeds if found else None,
        "failedAction": found.failed if found else None,
        "reason": found.reason if found else "",
        "error": found.error if found else "",
    }


def parameters() -> Row:
    """The rules as they stand: plain values by name, and what each means."""
    found = selectors.current_parameters()
    return {
        **{name: str(parameter.value) for name, parameter in found.items()},
        "parameters": [
            {
                "name": parameter.name,
                "label": parameter.label,
                "help": parameter.help,
                "value": str(parameter.value),
                "unit": parameter.unit,
                "text": parameter.text,
                "minimum": str(parameter.minimum),
                "maximum": str(parameter.maximum),
                "since": parameter.since,
            }
            for parameter in found.values()
        ],
        "terms": [_terms(kind, selectors.terms_for(kind, found)) for kind in ProposalType],
        "strategies": [
            {
                "address": checksum(way.address),
                "kind": way.kind,
                "types": [kind for kind in ProposalType if kind in way.types],
                "threshold": str(way.threshold),
                "retired": way.retired,
            }
            for way in all_ways()
        ],
    }


def _terms(kind: ProposalType, terms: Terms) -> Row:
    return {
        "proposalType": kind,
        "reviewPeriod": terms.review_period,
        "noticePeriod": terms.notice_period,
        "votingPeriod": terms.voting_period,
        "executionDelay": terms.execution_delay,
        "gracePeriod": terms.grace_period,
        "quorumPercentage": terms.quorum_percentage,
        "passingPercentage": terms.passing_percentage,
        "endorsementPermille": terms.endorsement_permille,
    }


def pauses() -> Row:
    """Every pause, the newest first, and before when nobody may pause."""
    immune = selectors.immune_until()
    stories = selectors.pause_stories()
    reasons = reason_texts(story.reason_hash for story in stories if story.reason_hash)
    return {
        "immuneUntil": immune,
        "pauses": [
            {
                "pauseNumber": str(story.number),
                "since": story.start,
                "until": story.end,
                "guardian": story.by and checksum(story.by),
                "joinedBy": story.joined_by and checksum(story.joined_by),
                "liftedBy": story.lifted_by and checksum(story.lifted_by),
                "immuneUntil": story.immune_until,
                "reasonHash": story.reason_hash,
                "reason": reasons.get(story.reason_hash or "", ""),
            }
            for story in stories
        ],
    }


def stats() -> Row:
    """Figures about the whole."""
    found = selectors.governance_stats()
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
