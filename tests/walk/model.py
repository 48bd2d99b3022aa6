"""The rules of the game as plain Python: ballots, credits, tokens, outcomes, over people and pauses.

Written from the rules, not from the contracts: it keeps whole histories and looks everything up in them,
where the contracts keep words of bits and checkpoints. Times are Unix seconds. No Django, no node.
"""

from __future__ import annotations

from math import isqrt

from tests.walk.brake import Brake
from tests.walk.facts import (
    ABSTAIN,
    DAY,
    DECIDES,
    EMERGENCY,
    FOREVER,
    ONE_PERSON,
    QUADRATIC,
    ROLE,
    TOKEN,
    Ballot,
    History,
    Refused,
    Rules,
    Vote,
)
from tests.walk.people import People

FURTHEST_AHEAD, EMERGENCY_AHEAD = 30 * DAY, DAY


class Town:
    """Everything the rules know of a town.

    Args:
        rules: what its deployment fixed.
        citizens: the accounts of the first day.
        founded: when that was.
        tokens: how many tokens each account holds then.
        newcomer: whom an adopted ROLE proposal of this town lists as a delegate.
    """

    def __init__(
        self, rules: Rules, citizens: list[str], founded: int, tokens: dict[str, int], newcomer: str
    ) -> None:
        self.rules = rules
        self.people = People(citizens, founded)
        self.brake = Brake()
        self.newcomer = newcomer
        self.spent: dict[tuple[int, str], int] = {}
        self.votes: dict[int, Vote] = {}
        self.tokens = History([(founded, dict(tokens))])
        self.token_delegates = History([(founded, {})])

    # --- tokens ---

    def transfer(self, sender: str, to: str, amount: int, now: int) -> None:
        """Move tokens."""
        balances = dict(self._balances(now))
        if balances.get(sender, 0) < amount:
            raise Refused("InsufficientBalance")
        balances[sender] = balances.get(sender, 0) - amount
        balances[to] = balances.get(to, 0) + amount
        self.tokens.set(now, balances)

    def delegate_tokens(self, account: str, to: str, now: int) -> None:
        """Give the votes of one's tokens away."""
        self.token_delegates.set(now, {**self._token_choices(now), account: to})

    def token_votes(self, account: str, time: int) -> int:
        """Votes by token."""
        choices = self._token_choices(time)
        return sum(
            units for owner, units in self._balances(time).items() if choices.get(owner, owner) == account
        )

    def _balances(self, time: int) -> dict[str, int]:
        found = self.tokens.at(time, {})
        assert isinstance(found, dict)
        return found

    def _token_choices(self, time: int) -> dict[str, str]:
        found = self.token_delegates.at(time, {})
        assert isinstance(found, dict)
        return found

    # --- proposals ---

    def propose(self, person: str, kind: int, strategy: str, names: int, now: int) -> None:
        """A draft is made; an emergency lifts a pause that has begun, not one to come."""
        if kind not in DECIDES[strategy]:
            raise Refused("TypeNotCounted")
        if kind == EMERGENCY and names > self.brake.number:
            raise Refused("TargetNotAllowed")
        if strategy == TOKEN:
            if self.token_votes(person, now - 1) < self.rules.token_threshold:
                raise Refused("BelowThreshold")
            return
        if not self.people.is_citizen(person, now):
            raise Refused("NotCitizen")
        if self.people.standing(person, now - 1, now) < 1:
            raise Refused("BelowThreshold")

    def open(self, number: int, kind: int, strategy: str, start: int, names: int, now: int) -> None:
        """A vote is set by an administrator, for ``start`` or, if that is 0, as soon as it may be."""
        earliest = now + max(self.rules.least_notice(kind), 1)
        start = start or earliest
        furthest = EMERGENCY_AHEAD if kind == EMERGENCY else FURTHEST_AHEAD
        if not earliest <= start <= now + furthest:
            raise Refused("VoteStartOutOfRange")
        rules = self.rules
        self.votes[number] = Vote(
            number,
            kind,
            strategy,
            start,
            end=start + rules.voting(kind),
            delay=rules.delay(kind),
            grace=rules.grace_period,
            names=names,
        )

    # --- ballots ---

    def closes(self, vote: Vote, now: int) -> int:
        """The end of a vote as far as is known now: only what was paused since it began moves it."""
        return vote.end + self._shift(vote, vote.start, now)

    def _shift(self, vote: Vote, since: int, now: int) -> int:
        return 0 if vote.kind == EMERGENCY else self.brake.seconds(now, since)

    def check_open(self, vote: Vote, now: int) -> None:
        """Whether ballots are taken."""
        if now < vote.start:
            raise Refused("NotActive")
        if vote.kind != EMERGENCY and self.brake.on(now):
            raise Refused("Paused")
        if now >= self.closes(vote, now):
            raise Refused("NotActive")

    def cast(self, vote: Vote, voter: str, support: int, votes: int | None, now: int) -> int:
        """Count a ballot; ``votes`` is what it says, None if it says nothing. Answers its weight."""
        self.check_open(vote, now)
        if support > ABSTAIN:
            raise Refused("InvalidSupport")
        if voter in vote.ballots:
            raise Refused("AlreadyVoted")
        own = self.people.may_cast_own(voter, vote.snapshot, now)
        others = 0
        if vote.strategy == QUADRATIC:
            weight = self._buy(vote, voter, own, votes)
        else:
            if votes is not None:
                raise Refused("ParamsNotEmpty")
            weight = self.power(vote, voter, now)
            if weight == 0:
                raise Refused("NoPower")
            if vote.strategy == ONE_PERSON:
                others = weight - own
                if own:
                    self._take_back(vote, voter)
        vote.ballots[voter] = Ballot(support, weight, weight, bool(others))
        return weight

    def power(self, vote: Vote, account: str, now: int) -> int:
        """What a ballot of the account would weigh now."""
        if vote.strategy == TOKEN:
            return self.token_votes(account, vote.snapshot)
        own = self.people.may_cast_own(account, vote.snapshot, now)
        if vote.strategy == QUADRATIC:
            return isqrt(self.credits_left(account, vote.start)) if own else 0
        if not self.people.stands(account, vote.snapshot, now):
            return int(own)
        given = self.people.received(account, vote.kind, vote.snapshot)
        return int(own) + given - vote.taken.get(account, 0)

    def credits_left(self, account: str, time: int) -> int:
        """Credits of the person in the period that ``time`` lies in."""
        key = time // self.rules.period, self.people.origin(account)
        return self.rules.credits - self.spent.get(key, 0)

    def _buy(self, vote: Vote, voter: str, own: bool, votes: int | None) -> int:
        if votes is None or not 1 <= votes <= 65_535:
            raise Refused("InvalidParams")
        if not own:
            raise Refused("NoPower")
        if votes**2 > self.credits_left(voter, vote.start):
            raise Refused("CreditsExceeded")
        key = vote.start // self.rules.period, self.people.origin(voter)
        self.spent[key] = self.spent.get(key, 0) + votes**2
        return votes

    def _take_back(self, vote: Vote, voter: str) -> None:
        holder = self.people.holder(voter, vote.kind, vote.snapshot)
        if holder is None:
            return
        vote.taken[holder] = vote.taken.get(holder, 0) + 1
        if holder in vote.ballots and vote.ballots[holder].others:
            vote.ballots[holder].left -= 1

    # --- outcomes ---

    def state(self, vote: Vote, now: int) -> str:
        """Where the proposal stands."""
        if vote.executed:
            return "EXECUTED"
        if vote.queued is not None:
            _due, expiry, since = vote.queued
            return "QUEUED" if now < expiry + self._shift(vote, since, now) else "EXPIRED"
        if now < vote.start:
            return "PENDING"
        closes = self.closes(vote, now)
        if now < closes:
            return "ACTIVE"
        if not self._passes(vote):
            return "DEFEATED"
        return "SUCCEEDED" if vote.in_words or now < closes + vote.grace else "EXPIRED"

    def _passes(self, vote: Vote) -> bool:
        against, in_favour, _abstain = vote.tally()
        needed = -(-self.power_at_snapshot(vote) * self.rules.quorum // 100)
        if vote.turnout() < needed or in_favour <= against:
            return False
        return vote.kind != ROLE or in_favour * 100 >= 60 * (in_favour + against)

    def power_at_snapshot(self, vote: Vote) -> int:
        """What the quorum is a share of."""
        if vote.strategy == TOKEN:
            return sum(self._balances(vote.snapshot).values())
        return self.people.citizens(vote.snapshot)

    def queue(self, vote: Vote, now: int) -> None:
        """An adopted proposal enters the timelock."""
        if self.state(vote, now) != "SUCCEEDED":
            raise Refused("UnexpectedState")
        if vote.in_words:
            raise Refused("NothingToCarryOut")
        due = now + vote.delay
        vote.queued = due, due + vote.grace, now

    def execute(self, vote: Vote, now: int) -> None:
        """It is carried out: an emergency lifts the pause it names, a ROLE proposal lists the newcomer."""
        if vote.executed or vote.queued is None:
            raise Refused("UnexpectedState")
        due, expiry, since = vote.queued
        if vote.kind != EMERGENCY and self.brake.on(now):
            raise Refused("Paused")
        shift = self._shift(vote, since, now)
        if now < due + shift:
            raise Refused("TooEarly")
        if now >= expiry + shift:
            raise Refused("Expired")
        if vote.kind == EMERGENCY:
            self.brake.lift(vote.names, now)
        elif vote.kind == ROLE:
            self.people.list_delegate(self.newcomer, FOREVER, now)
        vote.executed = True
