"""The rows that the API reads, as few queries a page as can be."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contracts.selectors import chain_head
from governance.parameters.selectors.values import current_value
from governance.proposals.api.rows import LIVE_COLUMNS, Surroundings, live_row
from governance.proposals.models import Proposal, ProposalState
from governance.proposals.selectors.conditions import current_conditions
from governance.proposals.state import Pause
from identity.reasons.selectors import reason_texts

Row = dict[str, Any]
OPEN_STATES = (ProposalState.ACTIVE, ProposalState.PENDING, ProposalState.SUCCEEDED, ProposalState.QUEUED)
MAX_LIVE = 200  # proposals in a snapshot; a client that needs more pages through the API


def live_proposals(proposal_id: int | None) -> list[Row]:
    """The proposals that a live snapshot holds: those under way, or the one that is followed."""
    found = Proposal.objects.order_by("-created_at", "-proposal_id")
    found = found.filter(state__in=OPEN_STATES) if proposal_id is None else found.filter(pk=proposal_id)
    pauses = all_pauses()
    return [live_row(row, pauses) for row in found.values(*LIVE_COLUMNS)[:MAX_LIVE]]


def all_pauses() -> list[Pause]:
    """The pauses so far."""
    return list(current_conditions().stops)


def surroundings(found: Iterable[Row]) -> Surroundings:
    """What these rows of proposals are shown with; as many queries however many they are."""
    hashes = {row["cancel_reason_hash"] for row in found} - {None}
    return Surroundings(
        all_pauses(),
        chain_head(),
        current_value("endorsementPermille"),
        reason_texts(hashes) if hashes else {},
    )
