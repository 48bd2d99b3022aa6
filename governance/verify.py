"""The chain's tables of decisions, counted again.

Nothing here is shared with the way in which the mirror is written: no projection, no state law, no service.
What a row must hold is computed a second time, plainly, from the events as the second decoder read them, from
the content store's bytes and from what the contracts answer.
"""

from contracts import registry
from governance.ballots.verify import kept_reasons, votes, weight_reductions
from governance.delegation.verify import delegations
from governance.parameters.verify import parameters, strategies, token_supply
from governance.pauses.verify import pauses
from governance.proposals.verify import proposals
from governance.proposals.verify_events import (
    cancellation_requests,
    cancellation_withdrawals,
    endorsement_strikes,
    endorsements,
)


def register() -> None:
    """Tell the recount which tables can be counted again here, and which of them by range."""
    registry.verifier("votes", votes, partial=True)
    registry.verifier("weight_reductions", weight_reductions, partial=True)
    registry.verifier("endorsements", endorsements, partial=True)
    registry.verifier("endorsement_strikes", endorsement_strikes, partial=True)
    registry.verifier("cancellation_requests", cancellation_requests, partial=True)
    registry.verifier("cancellation_withdrawals", cancellation_withdrawals, partial=True)
    registry.verifier("delegations", delegations, partial=True)
    registry.verifier("governance_parameters", parameters, partial=True)
    registry.verifier("pauses", pauses, partial=True)
    registry.verifier("strategies", strategies)
    registry.verifier("token_supply_changes", token_supply, partial=True)
    registry.verifier("vote_reasons", kept_reasons)
    registry.verifier("proposals", proposals)


__all__ = ["register"]
