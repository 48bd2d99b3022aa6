"""Acts of officers off the chain, each recorded in its own transaction."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.actions import Action
from audit.services import actor_of, record, target_of
from core.db.transactions import whole
from governance.ballots.models import BallotReason
from governance.ballots.services import erase_reason
from identity.accounts.models import User
from identity.census.selectors.persons import person_key
from officers.errors import AlreadyAsked, AlreadyErased, SecondOfficerNeeded
from officers.models import Erasure, Grounds


@whole
def ask_to_erase(*, reason: BallotReason, officer: User, grounds: Grounds) -> Erasure:
    """Ask that a ballot's words be erased; nothing is erased yet.

    Raises:
        AlreadyErased: if the words are gone.
        AlreadyAsked: if a request waits.
    """
    if reason.erased_at is not None:
        raise AlreadyErased(reason=str(reason.pk))
    try:
        with transaction.atomic():
            row = Erasure.objects.create(reason=reason, asked_by=officer, grounds=grounds)
    except IntegrityError:
        raise AlreadyAsked(reason=str(reason.pk)) from None
    _note(Action.REASON_ERASURE_ASKED, row, officer)
    return row


@whole
def carry_out_erasure(*, erasure: Erasure, officer: User) -> Erasure:
    """Erase the words that another officer asked to erase. The hash on chain stays, and says nothing.

    Raises:
        AlreadyErased: if somebody was faster.
        SecondOfficerNeeded: if ``officer`` asked, or is the same person by the chain's keyed hash.
    """
    if _same_person(erasure.asked_by, officer):
        raise SecondOfficerNeeded(erasure=str(erasure.pk))
    waiting = Erasure.objects.filter(pk=erasure.pk, confirmed_by__isnull=True).exclude(asked_by=officer)
    if not waiting.update(confirmed_by=officer, confirmed_at=timezone.now()):
        raise AlreadyErased(reason=str(erasure.reason_id))
    erase_reason(proposal_id=erasure.reason.proposal_id, voter=erasure.reason.voter)
    erasure.refresh_from_db()
    _note(Action.REASON_ERASED, erasure, officer)
    return erasure


def _note(action: Action, erasure: Erasure, officer: User) -> None:
    # The reason's own key alone: proposal and voter would say whose words they were.
    record(
        action=action,
        actor=actor_of(officer),
        target=target_of(erasure.reason),
        details={"grounds": erasure.grounds, "erasure": erasure.pk},
    )


def _same_person(first: User, second: User) -> bool:
    if first.pk == second.pk:
        return True
    if not first.address or not second.address:
        return False
    person = person_key(first.address)
    return person is not None and person == person_key(second.address)
