"""What the model of the rules speaks of: units, histories, ballots, votes. Times are Unix seconds."""

from __future__ import annotations

from dataclasses import dataclass, field

HOUR, DAY = 3_600, 86_400
FOREVER = 2**48 - 1
OVERALL = 0
AGAINST, FOR, ABSTAIN = 0, 1, 2
POLICY, BUDGET, PARAMETER, ROLE, UPGRADE, EMERGENCY = range(6)
ONE_PERSON, QUADRATIC, TOKEN = "OnePersonOneVoteStrategy", "QuadraticStrategy", "TokenWeightedStrategy"
#: Which kinds of proposals each way of counting may decide.
DECIDES = {ONE_PERSON: range(6), QUADRATIC: (POLICY, BUDGET), TOKEN: (POLICY, BUDGET)}
STATES = (
    "DRAFT",
    "PENDING",
    "ACTIVE",
    "SUCCEEDED",
    "DEFEATED",
    "QUEUED",
    "EXECUTED",
    "CANCELLED",
    "EXPIRED",
    "TALLYING",
)


class Refused(Exception):
    """The rules forbid the act; its text is the contract's error without the contract's name."""


@dataclass
class Unit:
    """A citizen's vote: from ``since`` (included) until ``until`` (excluded), or until it was revoked.

    ``recorded``: its end is known to everyone; until then the roll and the delegates still have it.
    """

    since: int
    until: int
    revoked: int | None = None
    recorded: bool = False

    @property
    def end(self) -> int:
        """When it ended, or will."""
        return self.until if self.revoked is None else self.revoked

    def stood(self, time: int) -> bool:
        """Whether it stood at ``time``."""
        return self.since <= time < self.end


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
    """A counted ballot. ``left`` is what still counts of ``weight``; ``others``: it held units of others."""

    support: int
    weight: int
    left: int
    others: bool = False


@dataclass
class Vote:
    """A proposal from its activation on. Durations in seconds; ``names`` is the pause an emergency lifts."""

    number: int
    kind: int
    strategy: str
    start: int
    end: int
    delay: int
    grace: int
    names: int = 0
    ballots: dict[str, Ballot] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    queued: tuple[int, int, int] | None = None  # due, expiry, when it was queued
    executed: bool = False

    @property
    def snapshot(self) -> int:
        """The moment whose powers count."""
        return self.start - 1

    @property
    def in_words(self) -> bool:
        """Whether it binds in words alone."""
        return self.kind in (POLICY, BUDGET)

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
    notice: int
    quorum: int
    credits: int
    period: int
    token_threshold: int

    def voting(self, kind: int) -> int:
        """How long a vote on a proposal of ``kind`` is open."""
        return min(self.voting_period, 48 * HOUR) if kind == EMERGENCY else self.voting_period

    def delay(self, kind: int) -> int:
        """How long an adopted one waits."""
        return min(self.execution_delay, 6 * HOUR) if kind == EMERGENCY else self.execution_delay

    def least_notice(self, kind: int) -> int:
        """How long at least before a vote opens."""
        return min(self.notice, HOUR) if kind == EMERGENCY else self.notice
