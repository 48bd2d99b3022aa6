"""Reading ballots: those of a proposal, those of a person."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from governance.ballots.models import Vote, WeightReduction
from governance.proposals.models import (
    Proposal,
)


def proposal_votes(proposal: Proposal) -> QuerySet[Vote]:
    """The counted ballots of ``proposal``, newest first."""
    return Vote.objects.filter(proposal_id=proposal.proposal_id).order_by("-event_id")


def votes_of(address: str) -> QuerySet[Vote]:
    """All counted ballots of ``address`` with their proposals, newest first."""
    return Vote.objects.filter(voter=address.lower()).select_related("proposal").order_by("-event_id")


def vote_of(proposal: Proposal, address: str) -> Vote | None:
    """The counted ballot of ``address`` in ``proposal``, if there is one."""
    return Vote.objects.filter(proposal_id=proposal.proposal_id, voter=address.lower()).first()


def votes_with_reasons(proposal: Proposal, limit: int | None = None) -> list[Vote]:
    """Ballots whose voter gave a reason, newest first."""
    rows = proposal_votes(proposal).filter(reason__isnull=False).exclude(reason="")
    return list(rows[:limit])


def effective_weights(votes: Iterable[Vote]) -> dict[int, int]:
    """What each ballot counts now, by its event: as cast, less what delegators took back afterwards."""
    rows = list(votes)
    weights = {vote.event_id: vote.weight for vote in rows}
    proposal_ids = {vote.proposal_id for vote in rows}
    by_voter = {(vote.proposal_id, vote.voter): vote.event_id for vote in rows}
    lost = WeightReduction.objects.filter(proposal_id__in=proposal_ids, counted=True)
    for proposal_id, delegate, old, new in lost.values_list(
        "proposal_id", "delegate", "old_weight", "new_weight"
    ):
        if (event_id := by_voter.get((proposal_id, delegate))) is not None:
            weights[event_id] -= old - new
    return weights
