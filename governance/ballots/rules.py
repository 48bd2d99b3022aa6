"""Who may cast a ballot: the code of what stands in the way, or None."""

from __future__ import annotations

from dataclasses import dataclass

from governance.proposals.models import ProposalState, ProposalType
from governance.proposals.rules import BEFORE_VOTING


@dataclass(frozen=True, slots=True)
class OnePersonBallot:
    """What decides the weight of a ballot under one person, one vote.

    ``own``: the voter's unit stood at the snapshot and has not run out since. ``received``: units that
    delegators had given by the snapshot, while the voter has been a delegate all along. ``taken``: how many
    of those voted in person since.
    """

    own: bool
    received: int
    taken: int

    @property
    def weight(self) -> int:
        """Units that the ballot counts."""
        return int(self.own) + max(0, self.received - self.taken)


def why_not_vote(
    *, state: str, paused: bool, proposal_type: str, voted: bool, weight: int, citizen: bool
) -> str | None:
    """What keeps a ballot from counting now."""
    if voted:
        return "already-voted"
    if state in BEFORE_VOTING:
        return "voting-not-open"
    if state != ProposalState.ACTIVE:
        return "voting-closed"
    if paused and proposal_type != ProposalType.EMERGENCY:
        return "governance-paused"
    if weight > 0:
        return None
    return "no-voting-power" if citizen else "not-a-citizen"
