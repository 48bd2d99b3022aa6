"""Who may do what in which phase: each answer is the code of what stands in the way, or None.

The contracts hold these rules; here they are asked before anybody signs, so that a person hears "why not" at
once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from governance.models import ProposalState, ProposalType

#: How far ahead an administrator may set the opening (ProposalManager.MAX_VOTE_START_AHEAD).
MAX_VOTE_START_AHEAD = timedelta(days=30)
#: How long a wish to cancel waits for a second administrator (ProposalManager.CANCEL_REQUEST_LIFETIME).
CANCEL_REQUEST_LIFETIME = timedelta(days=7)

#: How long one guardian's pause lasts, and how much an extension adds (GovernanceCore.PAUSE_LENGTH).
PAUSE_LENGTH = timedelta(days=14)
#: How long the same guardian waits between two pauses (GovernanceCore.PAUSE_REPEAT).
PAUSE_REPEAT = timedelta(days=30)

BEFORE_VOTING = frozenset({ProposalState.DRAFT, ProposalState.PENDING})


@dataclass(frozen=True, slots=True)
class OnePersonBallot:
    """What decides the weight of a ballot under one person, one vote.

    ``own``: the voter's unit stood at the snapshot and is valid now. ``received``: units that delegators had
    given by the snapshot. ``taken``: how many of those voted in person since.
    """

    own: bool
    received: int
    taken: int

    @property
    def weight(self) -> int:
        """Units that the ballot counts."""
        return int(self.own) + max(0, self.received - self.taken)


def due_step(*, state: str, executable_from: datetime | None, paused: bool, now: datetime) -> str:
    """What anyone may set off now for an adopted proposal: ``queue``, ``execute`` or nothing."""
    if paused:
        return ""
    if state == ProposalState.SUCCEEDED:
        return "queue"
    if state == ProposalState.QUEUED and executable_from is not None and now >= executable_from:
        return "execute"
    return ""


def unit_counts(since: datetime | None, until: datetime | None, *, snapshot: datetime, now: datetime) -> bool:
    """Whether a citizen's own unit counts: it stood at the snapshot and the role is valid when cast."""
    return since is not None and since <= snapshot and (until is None or now < until)


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


def why_not_endorse(*, state: str, citizen: bool, endorsed: bool) -> str | None:
    """What keeps a person from supporting a proposal now."""
    if endorsed:
        return "already-endorsed"
    if state != ProposalState.DRAFT:
        return "wrong-state"
    return None if citizen else "not-a-citizen"


def why_not_activate(*, state: str, administrator: bool, time_given: bool, ready: bool) -> str | None:
    """What keeps a person from opening the vote now.

    ``ready``: the review is over and the support is there.
    """
    if state != ProposalState.DRAFT:
        return "wrong-state"
    if administrator or (ready and not time_given):
        return None
    return "not-an-administrator"


def why_not_cancel(*, state: str, proposer: bool, administrator: bool, asked: bool) -> str | None:
    """What keeps a person from cancelling, or from asking to.

    ``asked``: this administrator's request waits already.
    """
    if state not in BEFORE_VOTING:
        return "wrong-state"
    if proposer:
        return None
    if not administrator:
        return "not-an-administrator"
    return "second-officer-needed" if asked else None


def why_not_propose(
    *, citizen: bool, of_people: bool, power: int, threshold: int, duplicate: bool
) -> str | None:
    """What keeps a person from making a proposal."""
    if of_people and not citizen:
        return "not-a-citizen"
    if power < threshold:
        return "no-voting-power"
    return "duplicate-proposal" if duplicate else None


def why_not_delegate(*, taking_back: bool, citizen: bool, is_delegate: bool) -> str | None:
    """What keeps a person from giving the vote to a delegate; taking it back is always possible."""
    if taking_back:
        return None
    if not citizen:
        return "not-a-citizen"
    return None if is_delegate else "not-a-delegate"


def ready_to_open(
    *, created_at: datetime, endorsements: int, review_period: timedelta, needed: int, now: datetime
) -> bool:
    """Whether anyone may open the vote: the review period has passed and enough people support it."""
    return now >= created_at + review_period and endorsements >= needed
