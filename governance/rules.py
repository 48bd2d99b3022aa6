"""Who may do what in which phase: each answer is the code of what stands in the way, or None.

The contracts hold these rules; here they are asked before anybody signs, so that a person hears "why not" at
once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from governance.models import ProposalState, ProposalType

#: How far ahead an administrator may set the opening (ProposalManager.MAX_VOTE_START_AHEAD).
MAX_VOTE_START_AHEAD = timedelta(days=30)
#: The same for an endorsed draft, from the end of its review on: nobody puts it off for long.
MAX_VOTE_START_AHEAD_READY = timedelta(days=7)
#: The same for an emergency, which would otherwise outlast the pause that it is to end.
MAX_VOTE_START_AHEAD_EMERGENCY = timedelta(days=1)
#: How long a wish to cancel waits for a second administrator (ProposalManager.CANCEL_REQUEST_LIFETIME).
CANCEL_REQUEST_LIFETIME = timedelta(days=7)

#: How long a pause lasts that one guardian began (GovernanceCore.PAUSE_LENGTH).
PAUSE_ALONE = timedelta(hours=72)
#: How long, from its begin, once a second guardian has joined it (GovernanceCore.JOINED_PAUSE_LENGTH).
PAUSE_JOINED = timedelta(days=14)
#: How much two guardians add then, and how far ahead of now a pause may reach.
PAUSE_EXTENSION = timedelta(days=14)
PAUSE_AHEAD = timedelta(days=28)
#: How long the same guardian waits between two pauses.
PAUSE_REPEAT = timedelta(days=30)
#: For how long nobody may pause after a proposal lifted a pause.
PAUSE_IMMUNITY = timedelta(days=30)

#: What an EMERGENCY is decided within at most, in seconds: together less than one guardian alone can pause.
EMERGENCY_CAPS = {
    "review_period": 12 * 3600,
    "notice_period": 3600,
    "voting_period": 48 * 3600,
    "execution_delay": 6 * 3600,
}
#: Kinds that pass only with this share of For and Against, in percent; the others with a majority.
PASSING_PERCENTAGE = {ProposalType.ROLE: 60, ProposalType.UPGRADE: 60}
#: Kinds that any citizen may propose, whatever the threshold: the way back from any rule.
OF_ONE_UNIT = frozenset({ProposalType.PARAMETER, ProposalType.EMERGENCY})

BEFORE_VOTING = frozenset({ProposalState.DRAFT, ProposalState.PENDING})


@dataclass(frozen=True, slots=True)
class Terms:
    """The rules under which a proposal of one kind would be decided. Durations in seconds, shares whole."""

    voting_period: int
    execution_delay: int
    review_period: int
    grace_period: int
    notice_period: int
    quorum_percentage: int
    passing_percentage: int
    endorsement_permille: int


@dataclass(frozen=True, slots=True)
class OnePersonBallot:
    """What decides the weight of a ballot under one person, one vote.

    ``own``: the voter's unit stood at the snapshot and has not run out since. ``received``: units that
    delegators had given by the snapshot, while the voter has been a delegate all along. ``taken``: how many
    of those voted in person since.
    """

    own: bool
    received: int
    taken: int

    @property
    def weight(self) -> int:
        """Units that the ballot counts."""
        return int(self.own) + max(0, self.received - self.taken)


def terms_of(kind: str, values: Mapping[str, int]) -> Terms:
    """The terms of a proposal of ``kind`` under ``values``, parameters by name: GovernanceCore.termsFor."""
    caps = EMERGENCY_CAPS if kind == ProposalType.EMERGENCY else {}
    periods = {
        "voting_period": values["votingPeriod"],
        "execution_delay": values["executionDelay"],
        "review_period": values["reviewPeriod"],
        "grace_period": values["gracePeriod"],
        "notice_period": values["noticePeriod"],
    }
    return Terms(
        **{name: min(value, caps.get(name, value)) for name, value in periods.items()},
        quorum_percentage=values["quorumPercentage"],
        passing_percentage=passing_percentage(kind),
        endorsement_permille=values["endorsementPermille"],
    )


def passing_percentage(kind: str) -> int:
    """The share of For and Against, in percent, with which proposals of ``kind`` pass; 50 is a majority."""
    return PASSING_PERCENTAGE.get(ProposalType(kind), 50)


def endorsements_needed(roll: int, permille: int) -> int:
    """How many of a ``roll`` must support a draft: ``permille`` of it, rounded up, at least one."""
    return max(1, -(-roll * permille // 1000))


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
