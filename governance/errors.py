"""What can stand between a person and an act, each under a code that never changes."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from contracts.acts.errors import FieldInvalid, FieldMissing
from core.errors import DomainError, NotFound

__all__ = ["FieldInvalid", "FieldMissing"]


class ProposalNotFound(NotFound):
    """No proposal has this number."""

    code = "proposal-not-found"
    message = _("There is no proposal with this number.")


class DelegateNotFound(NotFound):
    """Nobody of this address is listed as a delegate."""

    code = "delegate-not-found"
    message = _("There is no delegate at this address.")


class DraftNotFound(NotFound):
    """No draft of this owner has this id."""

    code = "draft-not-found"
    message = _("This draft does not exist, or it was started in another browser.")


class WrongState(DomainError):
    """The proposal is not where the act needs it to be."""

    code = "wrong-state"
    status = 409
    message = _("This is not possible where the proposal stands now.")


class VotingNotOpen(DomainError):
    """Voting has not begun."""

    code = "voting-not-open"
    status = 409
    message = _("Voting has not opened yet.")


class VotingClosed(DomainError):
    """Voting is over."""

    code = "voting-closed"
    status = 409
    message = _("Voting is closed.")


class AlreadyVoted(DomainError):
    """A ballot of this voter is counted."""

    code = "already-voted"
    status = 409
    message = _("You have voted on this. A counted vote can’t be changed.")


class AlreadyEndorsed(DomainError):
    """This citizen supports the proposal already."""

    code = "already-endorsed"
    status = 409
    message = _("You support this proposal already.")


class NotACitizen(DomainError):
    """The signer is not on the roll."""

    code = "not-a-citizen"
    status = 403
    message = _("Only people on the roll of citizens can do this.")


class CreditsExceeded(DomainError):
    """The votes asked for cost more credits than the signer has left in the period."""

    code = "credits-exceeded"
    status = 409
    message = _("You have too few credits left for so many votes.")


class NoVotingPower(DomainError):
    """A ballot of this signer would count nothing in this vote, or the power to propose is missing."""

    code = "no-voting-power"
    status = 403
    message = _("You have no vote of your own here. You may have given it to a delegate.")


class NotAnAdministrator(DomainError):
    """The signer lacks the role of administrator."""

    code = "not-an-administrator"
    status = 403
    message = _("Only an administrator can do this.")


class NotADelegate(DomainError):
    """A vote can be given only to someone who holds the role of delegate."""

    code = "not-a-delegate"
    status = 409
    message = _("This person does not take votes for others.")


class GovernanceIsPaused(DomainError):
    """A guardian stopped voting and execution for the time being."""

    code = "governance-paused"
    status = 409
    message = _("Voting is paused for the time being.")


class DuplicateProposal(DomainError):
    """The same proposer made the same proposal before."""

    code = "duplicate-proposal"
    status = 409
    message = _("You have made exactly this proposal before.")


class SecondOfficerNeeded(DomainError):
    """This administrator has asked already; another person must do the same."""

    code = "second-officer-needed"
    status = 409
    message = _("You have asked for this. A second officer must agree.")


class NotCancellable(DomainError):
    """It has the support it needs, or is an emergency, so that officers can't call it off."""

    code = "not-cancellable"
    status = 409
    message = _("It has the support it needs, or is an emergency. It can’t be cancelled any more.")


class StrategyRetired(DomainError):
    """The proposal's way of counting was retired; no vote opens under it any more."""

    code = "strategy-retired"
    status = 409
    message = _("This way of counting was retired. Votes can’t be opened under it any more.")


class TypeNotCounted(DomainError):
    """Proposals of this kind may not be decided by this way of counting."""

    code = "type-not-counted"
    status = 409
    message = _("Proposals of this kind can’t be decided by this way of counting.")


class ChainUnavailable(DomainError):
    """What only the chain knows could not be asked."""

    code = "chain-unavailable"
    status = 503
    message = _("The public record can’t be reached at the moment. Try again in a minute.")


BY_CODE: dict[str, type[DomainError]] = {
    error.code: error
    for error in (
        WrongState,
        VotingNotOpen,
        VotingClosed,
        AlreadyVoted,
        AlreadyEndorsed,
        NotACitizen,
        NoVotingPower,
        NotAnAdministrator,
        NotADelegate,
        GovernanceIsPaused,
        DuplicateProposal,
        SecondOfficerNeeded,
        NotCancellable,
        StrategyRetired,
        TypeNotCounted,
        ChainUnavailable,
    )
}


def refuse(code: str | None, **data: Any) -> None:
    """Raise the error of ``code``; do nothing for None, which says that nothing stands in the way."""
    if code is not None:
        raise BY_CODE[code](**data)
