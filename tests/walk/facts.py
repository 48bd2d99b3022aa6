"""What the model of the rules speaks of: units, histories, ballots, votes. Times are Unix seconds."""

from __future__ import annotations

from dataclasses import dataclass, field

DAY = 86_400
PAUSE_LENGTH, PAUSE_REPEAT = 14 * DAY, 30 * DAY
FOREVER = 2**48 - 1
OVERALL = 0
AGAINST, FOR, ABSTAIN = 0, 1, 2
POLICY, BUDGET, EMERGENCY = 0, 1, 5
ONE_PERSON, QUADRATIC, TOKEN = "OnePersonOneVoteStrategy", "QuadraticStrategy", "TokenWeightedStrategy"
STATES = ("DRAFT", "PENDING", "ACTIVE", "SUCCEEDED", "DEFEATED", "QUEUED", "EXECUTED", "CANCELLED", "EXPIRED")


class Refused(Exception):
    """The rules forbid the act; its text is the contract's error without the contract's name."""


@dataclass
class Unit:
    """A citizen's vote: from ``since`` (included) until ``until`` (excluded)."""

    since: int
    until: int


@dataclass
class History:
    """A value over time."""

    changes: list[tuple[int, object]] = field(default_factory=list)

    def set(self, time: int, value: object) -> None:
        """Note that it is ``value`` from ``time`` on."""
        self.changes.append((time, value))

    def at(self, time: int, default: object) -> object:
        """The value that held at ``time``."""
        return next((value for since, value in reversed(self.changes) if since <= time), default)


@dataclass
class Ballot:
    """A counted ballot. ``left`` is what still counts of ``weight``."""

    support: int
    weight: int
    left: int


@dataclass
class Vote:
    """A proposal from its activation on; ``paused_before`` seconds had been spent paused by then."""

    number: int
    kind: int
    strategy: str
    start: int
    end: int
    paused_before: int
    supply: int | None = None
    ballots: dict[str, Ballot] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    queued: tuple[int, int, int] | None = None  # due, expiry, seconds paused before
    executed: bool = False

    @property
    def snapshot(self) -> int:
        """The moment whose powers count."""
        return self.start - 1

    def tally(self) -> tuple[int, int, int]:
        """(against, for, abstain)."""
        sums = [0, 0, 0]
        for ballot in self.ballots.values():
            sums[ballot.support] += ballot.left
        return sums[0], sums[1], sums[2]

    def turnout(self) -> int:
        """What the quorum is held against."""
        if self.strategy == QUADRATIC:
            return sum(ballot.support != AGAINST for ballot in self.ballots.values())
        return sum(self.tally()[1:])


@dataclass
class Rules:
    """What a deployment fixes; durations in seconds."""

    voting_period: int
    execution_delay: int
    grace_period: int
    quorum: int
    credits: int
    period: int
