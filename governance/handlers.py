"""From events of proposals, votes and rules to services."""

from __future__ import annotations

from collections.abc import Sequence

from contracts import events, registry
from contracts.client import Client
from contracts.registry import BlockHead, RemovedEvent
from governance import services, verify


@registry.handle("ProposalManager", "ProposalCreated")
def on_proposal_created(batch: Sequence[events.ProposalCreated]) -> None:
    services.record_proposals_created(events=batch)


@registry.handle("ProposalManager", "ProposalEndorsed")
def on_proposal_endorsed(batch: Sequence[events.ProposalEndorsed]) -> None:
    services.record_endorsements(events=batch)


@registry.handle("ProposalManager", "ProposalEndorsementReached")
def on_proposal_endorsement_reached(batch: Sequence[events.ProposalEndorsementReached]) -> None:
    services.record_endorsements_reached(events=batch)


@registry.handle("ProposalManager", "EndorsementStruck")
def on_endorsement_struck(batch: Sequence[events.EndorsementStruck]) -> None:
    services.record_endorsements_struck(events=batch)


@registry.handle("ProposalManager", "ProposalActivated")
def on_proposal_activated(batch: Sequence[events.ProposalActivated]) -> None:
    services.record_proposals_activated(events=batch)


@registry.handle("ProposalManager", "ProposalQueued")
def on_proposal_queued(batch: Sequence[events.ProposalQueued]) -> None:
    services.record_proposals_queued(events=batch)


@registry.handle("ProposalManager", "ProposalExecuted")
def on_proposal_executed(batch: Sequence[events.ProposalExecuted]) -> None:
    services.record_proposals_executed(events=batch)


@registry.handle("ProposalManager", "ProposalCancellationRequested")
def on_proposal_cancellation_requested(batch: Sequence[events.ProposalCancellationRequested]) -> None:
    services.record_cancellation_requests(events=batch)


@registry.handle("ProposalManager", "ProposalCancellationWithdrawn")
def on_proposal_cancellation_withdrawn(batch: Sequence[events.ProposalCancellationWithdrawn]) -> None:
    services.record_cancellations_withdrawn(events=batch)


@registry.handle("ProposalManager", "ProposalCancelled")
def on_proposal_cancelled(batch: Sequence[events.ProposalCancelled]) -> None:
    services.record_proposals_cancelled(events=batch)


@registry.handle("VotingEngine", "VoteCast")
def on_vote_cast(batch: Sequence[events.VoteCast]) -> None:
    services.record_votes(events=batch)


@registry.handle("VotingEngine", "VoteReasonPublished")
def on_vote_reason_published(batch: Sequence[events.VoteReasonPublished]) -> None:
    services.record_reasons_published(events=batch)


@registry.handle("VotingEngine", "DelegateWeightReduced")
def on_delegate_weight_reduced(batch: Sequence[events.DelegateWeightReduced]) -> None:
    services.record_weight_reductions(events=batch)


@registry.handle("VotingEngine", "DelegateChanged")
def on_delegate_changed(batch: Sequence[events.DelegateChanged]) -> None:
    services.record_delegation_changes(events=batch)


@registry.handle("GovernanceCore", "GovernanceParamUpdated")
def on_governance_param_updated(batch: Sequence[events.GovernanceParamUpdated]) -> None:
    services.record_parameter_changes(events=batch)


@registry.handle("GovernanceCore", "StrategyRegistered")
def on_strategy_registered(batch: Sequence[events.StrategyRegistered]) -> None:
    services.record_strategies(events=batch)


@registry.handle("GovernanceCore", "StrategyRetired")
def on_strategy_retired(batch: Sequence[events.StrategyRetired]) -> None:
    services.record_strategies_retired(events=batch)


@registry.handle("GovernanceCore", "CreditsAllotted")
def on_credits_allotted(batch: Sequence[events.CreditsAllotted]) -> None:
    services.record_credit_terms(events=batch)


@registry.handle("GovernanceCore", "GovernancePaused")
def on_governance_paused(batch: Sequence[events.GovernancePaused]) -> None:
    services.record_pauses_begun(events=batch)


@registry.handle("GovernanceCore", "PauseExtended")
def on_pause_extended(batch: Sequence[events.PauseExtended]) -> None:
    services.record_pauses_extended(events=batch)


@registry.handle("GovernanceCore", "GovernanceUnpaused")
def on_governance_unpaused(batch: Sequence[events.GovernanceUnpaused]) -> None:
    services.record_pauses_lifted(events=batch)


@registry.handle("CivicToken", "Transfer")
def on_transfer(batch: Sequence[events.Transfer]) -> None:
    services.record_token_supply_changes(events=batch)


@registry.after_apply
def on_applied(head: BlockHead) -> None:
    """Time moves states without an event."""
    services.settle_states(head)


@registry.on_revert
def on_reverted(ancestor_number: int, removed: Sequence[RemovedEvent]) -> None:
    """Rows went with their events; what they had added to proposals is folded anew."""
    services.rebuild_after_revert(ancestor_number, removed)


@registry.caught_up
def on_caught_up(client: Client) -> None:
    """History read in bulk has gaps between its blocks.

    A node says in which a vote opened. Texts may have come.
    """
    services.locate_blocks(client)
    services.fill_missing_texts()


verify.register()
