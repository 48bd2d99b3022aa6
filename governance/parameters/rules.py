"""The terms under which a proposal is decided, by its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from governance.proposals.models import ProposalType

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
