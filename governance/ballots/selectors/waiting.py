"""What still needs a person's ballot."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from governance.ballots.models import Vote
from governance.ballots.selectors.power import ballot_power
from governance.proposals.models import Proposal, ProposalState
from governance.proposals.selectors.proposals import open_proposals


def needs_my_vote(address: str) -> list[Proposal]:
    """Open proposals in which ``address`` has a vote and has not cast it, closing soonest first."""
    voted = Vote.objects.filter(proposal_id=OuterRef("proposal_id"), voter=address.lower())
    waiting = set(
        Proposal.objects.filter(state=ProposalState.ACTIVE)
        .filter(~Exists(voted))
        .values_list("proposal_id", flat=True)
    )
    return [
        proposal
        for proposal in open_proposals()
        if proposal.proposal_id in waiting and ballot_power(proposal, address).can_vote
    ]
