"""The rows that the API reads, as few queries a page as can be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contracts.selectors import ChainHead, chain_head
from governance.api import rows
from governance.models import Proposal, ProposalState, WeightReduction
from governance.selectors.conditions import current_conditions
from governance.selectors.parameters import current_value
from governance.state import Pause
from identity.selectors import reason_texts

Row = dict[str, Any]

OPEN_STATES = (ProposalState.ACTIVE, ProposalState.PENDING, ProposalState.SUCCEEDED, ProposalState.QUEUED)
MAX_LIVE = 200  # proposals in a snapshot; a client that needs more pages through the API


def live_proposals(proposal_id: int | None) -> list[Row]:
    """The proposals that a live snapshot holds: those under way, or the one that is followed."""
    found = Proposal.objects.order_by("-created_at", "-proposal_id")
    found = found.filter(state__in=OPEN_STATES) if proposal_id is None else found.filter(pk=proposal_id)
    pauses = stops()
    return [rows.live_row(row, pauses) for row in found.values(*rows.LIVE_COLUMNS)[:MAX_LIVE]]


def stops() -> list[Pause]:
    """The pauses so far."""
    return list(current_conditions().stops)


def surroundings(found: Iterable[Row]) -> rows.Surroundings:
    """What these rows of proposals are shown with; as many queries however many they are."""
    hashes = {row["cancel_reason_hash"] for row in found} - {None}
    return rows.Surroundings(
        stops(), chain_head(), current_value("endorsementPermille"), reason_texts(hashes) if hashes else {}
    )


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
    return [rows.vote_row(vote, lost, known) for vote in listed]
