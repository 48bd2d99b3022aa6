"""From events of proposals, votes and rules to services."""

from __future__ import annotations

from collections.abc import Sequence

from contracts import registry
from contracts.blocks import BlockHead, RemovedEvent
from contracts.client.rpc import Client
from governance import events
from governance.ballots.services import record_reasons_published, record_votes, record_weight_reductions
from governance.delegation.services import record_delegation_changes
from governance.parameters.services import (
    record_credit_terms,
    record_parameter_changes,
    record_strategies,
    record_strategies_retired,
    record_token_supply_changes,
)
from governance.pauses.services import record_pauses_begun, record_pauses_extended, record_pauses_lifted
from governance.proposals.services.blocks import locate_blocks
from governance.proposals.services.record import (
    fill_missing_texts,
    record_cancellation_requests,
    record_cancellations_withdrawn,
    record_endorsements,
    record_endorsements_reached,
    record_endorsements_struck,
    record_proposals_activated,
    record_proposals_cancelled,
    record_proposals_created,
    record_proposals_executed,
    record_proposals_queued,
)
from governance.proposals.services.settle import rebuild_after_revert, settle_states
from governance.verify import register


@registry.handle("ProposalManager", "ProposalCreated")
def on_proposal_created(batch: Sequence[events.ProposalCreated]) -> None:
    record_proposals_created(events=batch)


@registry.handle("ProposalManager", "ProposalEndorsed")
def on_proposal_endorsed(batch: Sequence[events.ProposalEndorsed]) -> None:
    record_endorsements(events=batch)


@registry.handle("ProposalManager", "ProposalEndorsementReached")
def on_proposal_endorsement_reached(batch: Sequence[events.ProposalEndorsementReached]) -> None:
    record_endorsements_reached(events=batch)


@registry.handle("ProposalManager", "EndorsementStruck")
def on_endorsement_struck(batch: Sequence[events.EndorsementStruck]) -> None:
    record_endorsements_struck(events=batch)


@registry.handle("ProposalManager", "ProposalActivated")
def on_proposal_activated(batch: Sequence[events.ProposalActivated]) -> None:
    record_proposals_activated(events=batch)


@registry.handle("ProposalManager", "ProposalQueued")
def on_proposal_queued(batch: Sequence[events.ProposalQueued]) -> None:
    record_proposals_queued(events=batch)


@registry.handle("ProposalManager", "ProposalExecuted")
def on_proposal_executed(batch: Sequence[events.ProposalExecuted]) -> None:
    record_proposals_executed(events=batch)


@registry.handle("ProposalManager", "ProposalCancellationRequested")
def on_proposal_cancellation_requested(batch: Sequence[events.ProposalCancellationRequested]) -> None:
    record_cancellation_requests(events=batch)


@registry.handle("ProposalManager", "ProposalCancellationWithdrawn")
def on_proposal_cancellation_withdrawn(batch: Sequence[events.ProposalCancellationWithdrawn]) -> None:
    record_cancellations_withdrawn(events=batch)


@registry.handle("ProposalManager", "ProposalCancelled")
def on_proposal_cancelled(batch: Sequence[events.ProposalCancelled]) -> None:
    record_proposals_cancelled(events=batch)


@registry.handle("VotingEngine", "VoteCast")
def on_vote_cast(batch: Sequence[events.VoteCast]) -> None:
    record_votes(events=batch)


@registry.handle("VotingEngine", "VoteReasonPublished")
def on_vote_reason_published(batch: Sequence[events.VoteReasonPublished]) -> None:
    record_reasons_published(events=batch)


@registry.handle("VotingEngine", "DelegateWeightReduced")
def on_delegate_weight_reduced(batch: Sequence[events.DelegateWeightReduced]) -> None:
    record_weight_reductions(events=batch)


@registry.handle("VotingEngine", "DelegateChanged")
def on_delegate_changed(batch: Sequence[events.DelegateChanged]) -> None:
    record_delegation_changes(events=batch)


@registry.handle("GovernanceCore", "GovernanceParamUpdated")
def on_governance_param_updated(batch: Sequence[events.GovernanceParamUpdated]) -> None:
    record_parameter_changes(events=batch)


@registry.handle("GovernanceCore", "StrategyRegistered")
def on_strategy_registered(batch: Sequence[events.StrategyRegistered]) -> None:
    record_strategies(events=batch)


@registry.handle("GovernanceCore", "StrategyRetired")
def on_strategy_retired(batch: Sequence[events.StrategyRetired]) -> None:
    record_strategies_retired(events=batch)


@registry.handle("GovernanceCore", "CreditsAllotted")
def on_credits_allotted(batch: Sequence[events.CreditsAllotted]) -> None:
    record_credit_terms(events=batch)


@registry.handle("GovernanceCore", "GovernancePaused")
def on_governance_paused(batch: Sequence[events.GovernancePaused]) -> None:
    record_pauses_begun(events=batch)


@registry.handle("GovernanceCore", "PauseExtended")
def on_pause_extended(batch: Sequence[events.PauseExtended]) -> None:
    record_pauses_extended(events=batch)


@registry.handle("GovernanceCore", "GovernanceUnpaused")
def on_governance_unpaused(batch: Sequence[events.GovernanceUnpaused]) -> None:
    record_pauses_lifted(events=batch)


@registry.handle("CivicToken", "Transfer")
def on_transfer(batch: Sequence[events.Transfer]) -> None:
    record_token_supply_changes(events=batch)


@registry.after_apply
def on_applied(head: BlockHead) -> None:
    """Time moves states without an event."""
    settle_states(head)


@registry.on_revert
def on_reverted(ancestor_number: int, removed: Sequence[RemovedEvent]) -> None:
    """Rows went with their events; what they had added to proposals is folded anew."""
    rebuild_after_revert(ancestor_number, removed)


@registry.caught_up
def on_caught_up(client: Client) -> None:
    """History read in bulk has gaps between its blocks.

    A node says in which a vote opened. Texts may have come.
    """
    locate_blocks(client)
    fill_missing_texts()


register()
