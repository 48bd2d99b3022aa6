"""The rows of ballots that the API reads, as few queries a page as can be."""

from __future__ import annotations

from collections.abc import Iterable

from contracts.selectors import ChainHead, chain_head
from governance.ballots.api.rows import vote_row
from governance.ballots.models import WeightReduction
from governance.proposals.api.queries import Row


def lost_weights(proposal_ids: Iterable[int]) -> dict[tuple[int, str], int]:
    """What counted ballots lost to delegators who voted themselves, by (proposal, voter)."""
    reductions = WeightReduction.objects.filter(proposal_id__in=set(proposal_ids), counted=True)
    lost: dict[tuple[int, str], int] = {}
    for proposal_id, delegate, old, new in reductions.values_list(
        "proposal_id", "delegate", "old_weight", "new_weight"
    ):
        key = (proposal_id, delegate)
        lost[key] = lost.get(key, 0) + old - new
    return lost


def vote_rows(votes: Iterable[Row], head: ChainHead | None = None) -> list[Row]:
    """Ballots as JSON."""
    listed = list(votes)
    lost = lost_weights(vote["proposal_id"] for vote in listed)
    known = head or chain_head()
    return [vote_row(vote, lost, known) for vote in listed]
