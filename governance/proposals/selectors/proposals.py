"""Reading proposals: lists, counts, one of them, what needs a person's vote."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from contracts.selectors import chain_now, events_about
from governance.chain import subject_of
from governance.errors import ProposalNotFound
from governance.proposals import state
from governance.proposals.models import (
    CancellationRequest,
    Endorsement,
    Proposal,
    ProposalState,
    ProposalType,
)
from governance.proposals.rules import BEFORE_VOTING
from governance.proposals.selectors.conditions import current_conditions
from identity.census.selectors.persons import accounts_of
from identity.roles.models import Role
from identity.roles.selectors.roles import has_role_since

DECIDED = (
    ProposalState.SUCCEEDED,
    ProposalState.DEFEATED,
    ProposalState.QUEUED,
    ProposalState.EXECUTED,
    ProposalState.EXPIRED,
)


@dataclass(frozen=True, slots=True)
class ProposalCounts:
    """How many proposals there are, in all and by state, kind and topic (keys are the stored values)."""

    total: int
    by_state: dict[str, int]
    by_type: dict[str, int]
    by_topic: dict[str, int]


def proposals() -> QuerySet[Proposal]:
    """All proposals, newest first."""
    return Proposal.objects.order_by("-created_at", "-proposal_id")


def get_proposal(proposal_id: int | str) -> Proposal:
    """The proposal with this number.

    Raises:
        ProposalNotFound: if there is none, or ``proposal_id`` is no number.
    """
    text = str(proposal_id)
    if not text.isascii() or not text.isdigit() or len(text) > 78:
        raise ProposalNotFound(proposal_id=text[:80])
    try:
        return Proposal.objects.get(proposal_id=int(text))
    except (Proposal.DoesNotExist, ValueError, OverflowError):
        raise ProposalNotFound(proposal_id=text) from None


def search(queryset: QuerySet[Proposal], words: str) -> QuerySet[Proposal]:
    """Those whose number is ``words``, or whose text holds each of the words."""
    words = words.replace("\x00", "").strip()[:200]
    if words.isascii() and words.isdigit() and len(words) <= 77:
        return queryset.filter(Q(proposal_id=int(words)) | Q(title__icontains=words))
    for word in words.split()[:10]:
        queryset = queryset.filter(
            Q(title__icontains=word)
            | Q(summary__icontains=word)
            | Q(description__icontains=word)
            | Q(topic__icontains=word)
        )
    return queryset


def proposal_counts(queryset: QuerySet[Proposal] | None = None) -> ProposalCounts:
    """Counts for filters, of all proposals or of ``queryset``.

    Every state and kind is there, with 0 if need be.
    """
    rows = (Proposal.objects.all() if queryset is None else queryset).order_by()
    by_state: Counter[str] = Counter()
    by_type: Counter[str] = Counter()
    by_topic: Counter[str] = Counter()
    groups = rows.values_list("state", "proposal_type", "topic").annotate(count=Count("proposal_id"))
    for proposal_state, kind, topic, count in groups:
        by_state[proposal_state] += count
        by_type[kind] += count
        if topic:
            by_topic[topic] += count
    return ProposalCounts(
        total=sum(by_state.values()),
        by_state={value: by_state[value] for value in ProposalState.values},
        by_type={value: by_type[value] for value in ProposalType.values},
        by_topic=dict(sorted(by_topic.items(), key=lambda item: (-item[1], item[0]))),
    )


def open_proposals(limit: int | None = None) -> list[Proposal]:
    """Proposals that can be voted on now, closing soonest first."""
    rows = list(Proposal.objects.filter(state=ProposalState.ACTIVE))
    at = current_conditions()
    rows.sort(key=lambda proposal: (state.vote_closes(proposal, at.stops) or at.now, proposal.proposal_id))
    return rows[:limit]


def recent_results(limit: int = 3) -> list[Proposal]:
    """Proposals whose vote is over, newest result first; drafts that lapsed never had one."""
    rows = Proposal.objects.filter(state__in=[each.value for each in DECIDED], vote_start__isnull=False)
    return list(rows.order_by("-vote_end", "-proposal_id")[:limit])


def endorsements(proposal: Proposal) -> QuerySet[Endorsement]:
    """Who supports ``proposal``, newest first; endorsements that were struck are left out."""
    rows = proposal.endorsement_set.order_by("-event_id")
    strikes = list(proposal.endorsement_strikes.order_by("event_id").values_list("event_id", "endorser"))
    if not strikes:
        return rows
    struck: set[int] = set()
    for position, origin in strikes:
        given = rows.filter(event_id__lt=position, endorser__in=accounts_of(origin))
        struck.update(given.values_list("event_id", flat=True))
    return rows.exclude(event_id__in=struck)


def has_endorsed(proposal: Proposal, address: str) -> bool:
    """Whether the person of ``address`` supports ``proposal``, be it from an earlier account."""
    return endorsements(proposal).filter(endorser__in=accounts_of(address)).exists()


def cancellation_requests(proposal: Proposal) -> QuerySet[CancellationRequest]:
    """Administrators who asked to cancel ``proposal``, newest first."""
    return proposal.cancellation_requests.order_by("-event_id")


def waiting_cancellation(proposal: Proposal) -> CancellationRequest | None:
    """The wish to cancel that waits for a second administrator: ProposalManager.cancellationRequest."""
    if proposal.state not in BEFORE_VOTING or proposal.proposal_type == ProposalType.EMERGENCY:
        return None
    newest = proposal.cancellation_requests.order_by("-event_id").first()
    if newest is None or newest.expires_at <= chain_now():
        return None
    if proposal.endorsed_at is not None:
        return None
    later = events_about(subject_of(proposal.proposal_id)).filter(position__gt=newest.event_id)
    if later.filter(event_name__in=["ProposalActivated", "ProposalCancellationWithdrawn"]).exists():
        return None
    held = has_role_since(newest.administrator, Role.ADMINISTRATOR, newest.timestamp)
    return newest if held else None


def closes_at(proposal: Proposal) -> datetime | None:
    """When voting ends or ended, time spent paused included; None before the vote was set."""
    return state.vote_closes(proposal, current_conditions().stops)
