"""Has an act already happened? The chain's own events say so, whoever carried it there.

A person may send a signed act on their own while the relayer holds it, or vote straight at the contract. The
relayer's attempt is then refused, yet the act stands: it takes over the transaction that carried it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db.models import Q, QuerySet

from contracts.acts.hashes import ZERO_ADDRESS, actions_hash, content_hash
from contracts.acts.types import message_values
from contracts.models import ChainEvent, RelayedAct

# How far the chain's clock may be behind ours, whose time an act was received at.
CLOCK_LAG: Final = timedelta(minutes=1)
# What a contract says of an act that was done before.
DONE_BEFORE = frozenset(
    {
        "already-voted",
        "already-endorsed",
        "duplicate-proposal",
        "nonce-used",
        "wrong-state",
        "second-officer-needed",
    }
)


def effect_of(act: RelayedAct) -> ChainEvent | None:
    """The indexed event by which exactly this act took effect; None if there is none."""
    return _events(act).filter(timestamp__lte=act.deadline).order_by("position").first()


def _events(act: RelayedAct) -> QuerySet[ChainEvent]:
    values = message_values(act.typed_data)
    events = ChainEvent.objects.all()
    match act.typed_data["primaryType"]:
        case "Ballot":
            return events.filter(
                event_name="VoteCast",
                proposal_id=values["proposalId"],
                data__voter=act.signer,
                data__support=values["support"],
                data__reasonHash=values["reasonHash"],
            )
        case "Delegate" | "DelegateFor":
            delegatee = values["delegatee"].lower()
            # Overall, one's own address takes the vote back; for one kind it keeps it there.
            typed = "proposalType" in values
            own = delegatee == act.signer and not typed
            # A delegation may come and go and come again: only one later than the act can be its effect.
            return events.filter(
                event_name="DelegateChanged",
                data__delegator=act.signer,
                data__scope=1 + values["proposalType"] if typed else 0,
                data__toDelegate=ZERO_ADDRESS if own else delegatee,
                timestamp__gte=act.created_at - CLOCK_LAG,
            )
        case "EndorseProposal":
            return events.filter(
                event_name="ProposalEndorsed", proposal_id=values["proposalId"], data__endorser=act.signer
            )
        case "ActivateProposal":
            return events.filter(
                event_name="ProposalActivated",
                proposal_id=values["proposalId"],
                data__activatedBy=act.signer,
                data__rulesHash=values["rulesHash"],
            )
        case "CancelProposal":
            # The first half of a cancellation can be withdrawn and asked for again.
            return events.filter(
                Q(event_name="ProposalCancelled", data__cancelledBy=act.signer)
                | Q(event_name="ProposalCancellationRequested", data__administrator=act.signer),
                proposal_id=values["proposalId"],
                data__reasonHash=values["reasonHash"],
                timestamp__gte=act.created_at - CLOCK_LAG,
            )
        case "CreateProposal":
            fingerprint = content_hash(
                act.signer,
                values["proposalType"],
                values["metadataHash"],
                actions_hash(values["actions"]),
                values["strategy"],
            )
            return events.filter(event_name="ProposalCreated", data__contentHash=fingerprint)
    return events.none()
