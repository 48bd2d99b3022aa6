"""What became of a signed act."""

from __future__ import annotations

from contracts.acts.services import act_status
from governance.proposals.models import Proposal


def proposal_made_by(digest: str) -> Proposal | None:
    """The proposal that the act ``propose`` with this digest made, once it is on the record.

    Raises:
        ActNotFound: if no such act was received here.
    """
    act = act_status(digest)
    if act.transaction_hash is None:
        return None
    made = Proposal.objects.filter(event__transaction_hash=act.transaction_hash, proposer=act.signer)
    return made.order_by("-event_id").first()
