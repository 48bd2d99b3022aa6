"""Who may do what in which phase: each answer is the code of what stands in the way, or None.

The contracts hold these rules; here they are asked before anybody signs, so that a person hears "why not" at
once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from governance.proposals.models import ProposalState, ProposalType

#: How far ahead an administrator may set the opening (ProposalManager.MAX_VOTE_START_AHEAD).
MAX_VOTE_START_AHEAD = timedelta(days=30)
#: The same for an endorsed draft, from the end of its review on: nobody puts it off for long.
MAX_VOTE_START_AHEAD_READY = timedelta(days=7)
#: The same for an emergency, which would otherwise outlast the pause that it is to end.
MAX_VOTE_START_AHEAD_EMERGENCY = timedelta(days=1)
#: How long a wish to cancel waits for a second administrator (ProposalManager.CANCEL_REQUEST_LIFETIME).
CANCEL_REQUEST_LIFETIME = timedelta(days=7)
BEFORE_VOTING = frozenset({ProposalState.DRAFT, ProposalState.PENDING})


def opening_between(
    kind: str, *, notice: timedelta, reviewed: datetime, endorsed: bool, now: datetime
) -> tuple[datetime, datetime]:
    """The earliest and the latest opening that an administrator may set.

    ``reviewed``: when the review is over. ``endorsed``: it once had the support it needed.
    """
    earliest = now + max(notice, timedelta(seconds=1))
    if kind == ProposalType.EMERGENCY:
        latest = now + MAX_VOTE_START_AHEAD_EMERGENCY
    elif endorsed:
        latest = max(now, reviewed) + MAX_VOTE_START_AHEAD_READY
    else:
        latest = now + MAX_VOTE_START_AHEAD
    return earliest, max(earliest, latest)


def due_step(
    *, state: str, actions: int, executable_from: datetime | None, paused: bool, now: datetime
) -> str:
    """What anyone may set off now for an adopted proposal: ``queue``, ``execute`` or nothing.

    A decision in words, without ``actions``, is done when it is adopted.
    """
    if paused:
        return ""
    if state == ProposalState.SUCCEEDED and actions:
        return "queue"
    if state == ProposalState.QUEUED and executable_from is not None and now >= executable_from:
        return "execute"
    return ""


def why_not_endorse(*, state: str, citizen: bool, endorsed: bool) -> str | None:
    """What keeps a person from supporting a proposal now."""
    if endorsed:
        return "already-endorsed"
    if state != ProposalState.DRAFT:
        return "wrong-state"
    return None if citizen else "not-a-citizen"


def why_not_activate(
    *, state: str, administrator: bool, time_given: bool, ready: bool, retired: bool
) -> str | None:
    """What keeps a person from opening the vote now.

    ``ready``: the review is over and the support is there. ``retired``: its way of counting is.
    """
    if state != ProposalState.DRAFT:
        return "wrong-state"
    if not administrator and (time_given or not ready):
        return "not-an-administrator"
    return "strategy-retired" if retired else None


def why_not_cancel(
    *, state: str, kind: str, endorsed: bool, proposer: bool, administrator: bool, asked: bool
) -> str | None:
    """What keeps a person from cancelling, or from asking to.

    ``endorsed``: it once had the support it needed, whatever was struck since. ``asked``: this
    administrator's request waits already.
    """
    if state not in BEFORE_VOTING:
        return "wrong-state"
    if proposer and not (endorsed and state == ProposalState.PENDING):
        return None
    if not administrator:
        return "not-cancellable" if proposer else "not-an-administrator"
    if endorsed or kind == ProposalType.EMERGENCY:
        return "not-cancellable"
    return "second-officer-needed" if asked else None


def why_not_propose(
    *, citizen: bool, of_people: bool, counted: bool, power: int, threshold: int, duplicate: bool
) -> str | None:
    """What keeps a person from making a proposal.

    ``counted``: its way of counting may decide proposals of its kind.
    """
    if not counted:
        return "type-not-counted"
    if of_people and not citizen:
        return "not-a-citizen"
    if power < threshold:
        return "no-voting-power"
    return "duplicate-proposal" if duplicate else None


def ready_to_open(
    *, created_at: datetime, endorsements: int, review_period: timedelta, needed: int, now: datetime
) -> bool:
    """Whether anyone may open the vote: the review period has passed and enough people support it."""
    return now >= created_at + review_period and endorsements >= needed
