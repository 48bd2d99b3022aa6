"""The rules of the game as plain Python: citizens, delegations, ballots, credits, pauses, outcomes.

Written from the rules, not from the contracts: it keeps whole histories and looks everything up in them,
where the contracts keep words of bits and checkpoints. Times are Unix seconds. No Django, no node.
"""

from __future__ import annotations

from math import isqrt

from tests.walk.facts import (
    ABSTAIN,
    EMERGENCY,
    FOREVER,
    ONE_PERSON,
    OVERALL,
    PAUSE_LENGTH,
    PAUSE_REPEAT,
    QUADRATIC,
    TOKEN,
    Ballot,
    History,
    Refused,
    Rules,
    Unit,
    Vote,
)


class Town:
    """Everything the rules know of a town."""

    def __init__(self, rules: Rules, citizens: list[str], founded: int, tokens: dict[str, int]) -> None:
        self.rules = rules
        self.units: dict[str, Unit] = {each: Unit(founded, FOREVER) for each in citizens}
        self.supply = History([(founded, len(citizens))])
        self.delegates: set[str] = set()
        self.chosen: dict[tuple[str, int], History] = {}
        self.spent: dict[tuple[int, str], int] = {}
        self.votes: dict[int, Vote] = {}
        self.pauses: list[list[int]] = []
        self.last_pause: dict[str, int] = {}
        self.requests: dict[str, tuple[str, int]] = {}
        self.tokens = History([(founded, dict(tokens))])
        self.token_delegates = History([(founded, {})])

    # --- citizens ---

    def is_citizen(self, account: str, now: int) -> bool:
        """Whether the account's unit holds now."""
        return account in self.units and now < self.units[account].until

    def grant(self, account: str, until: int, now: int) -> None:
        """Make a citizen, or move the end."""
        if until <= now:
            raise Refused("UntilPassed")
        unit = self.units.get(account)
        if unit is not None and unit.until == until:
            return
        if unit is not None and now < unit.until:
            unit.until = until
            return
        if unit is not None:
            self._end(account, now)
        self.units[account] = Unit(now, until)
        self._count(1, now)

    def revoke(self, account: str, now: int) -> None:
        """End a unit, run out or not."""
        if account not in self.units:
            raise Refused("RoleNotHeld")
        self._end(account, now)

    def expire(self, account: str, now: int) -> None:
        """Record that a unit has run out."""
        if account not in self.units:
            raise Refused("RoleNotHeld")
        if now < self.units[account].until:
            raise Refused("NotExpired")
        self._end(account, now)

    def _end(self, account: str, now: int) -> None:
        del self.units[account]
        for delegator, scope in list(self.chosen):
            if delegator == account:
                self.chosen[delegator, scope].set(now, None)
        self._count(-1, now)

    def _count(self, change: int, now: int) -> None:
        self.supply.set(now, self.citizens(now) + change)

    def citizens(self, time: int) -> int:
        """Units at ``time``; one that ran out counts until that is recorded."""
        found = self.supply.at(time, 0)
        assert isinstance(found, int)
        return found

    # --- delegations ---

    def delegate(self, account: str, scope: int, to: str | None, now: int) -> None:
        """Choose for everything (scope 0) or one kind (1 + kind); None takes the choice back."""
        if scope == OVERALL and to == account:
            to = None
        if to is not None:
            if not self.is_citizen(account, now):
                raise Refused("NotCitizen")
            if to not in self.delegates and to != account:
                raise Refused("NotDelegate")
        self.chosen.setdefault((account, scope), History()).set(now, to)

    def choice(self, account: str, scope: int, time: int) -> str | None:
        """Whom the account had chosen in ``scope``."""
        found = self.chosen.get((account, scope), History()).at(time, None)
        assert found is None or isinstance(found, str)
        return found

    def holder(self, account: str, kind: int, time: int) -> str | None:
        """Who holds the account's unit in proposals of ``kind``; None for itself."""
        found = self.choice(account, 1 + kind, time) or self.choice(account, OVERALL, time)
        return None if found == account else found

    def received(self, account: str, kind: int, time: int) -> int:
        """Units of others that the account holds in proposals of ``kind``."""
        givers = {delegator for delegator, _scope in self.chosen}
        return sum(self.holder(giver, kind, time) == account for giver in givers)

    def standing(self, account: str, time: int) -> int:
        """Power to propose: the own unit unless given away overall, and what was received overall."""
        own = self.is_citizen(account, time) and self.choice(account, OVERALL, time) is None
        givers = {delegator for delegator, _scope in self.chosen}
        return int(own) + sum(self.choice(giver, OVERALL, time) == account for giver in givers)

    # --- tokens ---

    def transfer(self, sender: str, to: str, amount: int, now: int) -> None:
        """Move tokens."""
        balances = dict(self._balances(now))
        if balances.get(sender, 0) < amount:
            raise Refused("InsufficientBalance")
        balances[sender] -= amount
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

    # --- pauses ---

    def paused(self, now: int) -> bool:
        """Whether a pause holds."""
        return bool(self.pauses) and self.pauses[-1][0] <= now < self.pauses[-1][1]

    def paused_seconds(self, now: int) -> int:
        """Seconds spent paused so far."""
        return sum(max(0, min(now, end) - begin) for begin, end in self.pauses)

    def pause(self, guardian: str, now: int) -> None:
        """One guardian stops everything but emergencies."""
        if self.paused(now):
            raise Refused("Paused")
        if now < self.last_pause.get(guardian, -PAUSE_REPEAT) + PAUSE_REPEAT:
            raise Refused("PauseTooSoon")
        self.last_pause[guardian] = now
        self.requests.clear()
        self.pauses.append([now, now + PAUSE_LENGTH])

    def unpause(self, guardian: str, now: int) -> None:
        """Two guardians end it."""
        if self._second(guardian, "lift", now):
            self.lift(now)

    def extend(self, guardian: str, now: int) -> None:
        """Two guardians prolong it."""
        if self._second(guardian, "extend", now):
            self.requests.pop("extend")
            self.pauses[-1][1] += PAUSE_LENGTH

    def lift(self, now: int) -> None:
        """The pause ends: by two guardians, or by an executed proposal."""
        if not self.paused(now):
            raise Refused("NotPaused")
        self.requests.clear()
        self.pauses[-1][1] = now

    def _second(self, guardian: str, wish: str, now: int) -> bool:
        if not self.paused(now):
            raise Refused("NotPaused")
        first, until = self.requests.get(wish, ("", 0))
        if first and until == self.pauses[-1][1]:
            if first == guardian:
                raise Refused("SecondGuardianNeeded")
            return True
        self.requests[wish] = guardian, self.pauses[-1][1]
        return False

    # --- votes ---

    def open(self, number: int, kind: int, strategy: str, start: int, now: int) -> Vote:
        """A vote is set."""
        end = start + self.rules.voting_period
        self.votes[number] = Vote(number, kind, strategy, start, end, self.paused_seconds(now))
        return self.votes[number]

    def closes(self, vote: Vote, now: int) -> int:
        """The end of a vote as far as is known now."""
        return vote.end + self._shift(vote, vote.paused_before, now)

    def _shift(self, vote: Vote, before: int, now: int) -> int:
        return 0 if vote.kind == EMERGENCY else self.paused_seconds(now) - before

    def check_open(self, vote: Vote, now: int) -> None:
        """Whether ballots are taken."""
        if now < vote.start:
            raise Refused("NotActive")
        if vote.kind != EMERGENCY and self.paused(now):
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
        own = self._own(vote, voter, now)
        if vote.strategy == QUADRATIC:
            weight = self._buy(vote, voter, own, votes)
        else:
            if votes is not None:
                raise Refused("ParamsNotEmpty")
            weight = self.power(vote, voter, now)
            if weight == 0:
                raise Refused("NoPower")
            if vote.strategy == ONE_PERSON and own:
                self._take_back(vote, voter)
        vote.ballots[voter] = Ballot(support, weight, weight)
        return weight

    def power(self, vote: Vote, account: str, now: int) -> int:
        """What a ballot of the account would weigh now."""
        if vote.strategy == TOKEN:
            return self.token_votes(account, vote.snapshot)
        own = self._own(vote, account, now)
        if vote.strategy == QUADRATIC:
            return isqrt(self.credits_left(account, vote.start)) if own else 0
        return int(own) + self.received(account, vote.kind, vote.snapshot) - vote.taken.get(account, 0)

    def credits_left(self, account: str, time: int) -> int:
        """Credits of the period that ``time`` lies in."""
        return self.rules.credits - self.spent.get((time // self.rules.period, account), 0)

    def _own(self, vote: Vote, account: str, now: int) -> bool:
        return self.is_citizen(account, now) and self.units[account].since <= vote.snapshot

    def _buy(self, vote: Vote, voter: str, own: bool, votes: int | None) -> int:
        if votes is None or not 1 <= votes <= 65_535:
            raise Refused("InvalidParams")
        if not own:
            raise Refused("NoPower")
        if votes**2 > self.credits_left(voter, vote.start):
            raise Refused("CreditsExceeded")
        key = vote.start // self.rules.period, voter
        self.spent[key] = self.spent.get(key, 0) + votes**2
        return votes

    def _take_back(self, vote: Vote, voter: str) -> None:
        holder = self.holder(voter, vote.kind, vote.snapshot)
        if holder is None:
            return
        vote.taken[holder] = vote.taken.get(holder, 0) + 1
        if holder in vote.ballots:
            vote.ballots[holder].left -= 1

    # --- outcomes ---

    def state(self, vote: Vote, now: int) -> str:
        """Where the proposal stands."""
        if vote.executed:
            return "EXECUTED"
        if vote.queued is not None:
            _due, expiry, before = vote.queued
            return "QUEUED" if now < expiry + self._shift(vote, before, now) else "EXPIRED"
        if now < vote.start:
            return "PENDING"
        closes = self.closes(vote, now)
        if now < closes:
            return "ACTIVE"
        against, in_favour, _abstain = vote.tally()
        needed = -(-self.power_at_snapshot(vote) * self.rules.quorum // 100)
        if in_favour <= against or vote.turnout() < needed:
            return "DEFEATED"
        return "SUCCEEDED" if now < closes + self.rules.grace_period else "EXPIRED"

    def power_at_snapshot(self, vote: Vote) -> int:
        """What the quorum is a share of."""
        if vote.strategy == TOKEN:
            return sum(self._balances(vote.snapshot).values())
        return self.citizens(vote.snapshot)

    def queue(self, vote: Vote, now: int) -> None:
        """An adopted proposal enters the timelock."""
        if self.state(vote, now) != "SUCCEEDED":
            raise Refused("UnexpectedState")
        due = now + self.rules.execution_delay
        vote.queued = due, due + self.rules.grace_period, self.paused_seconds(now)

    def execute(self, vote: Vote, now: int) -> None:
        """It is carried out; an emergency lifts the pause, and waits in the queue while there is none."""
        if vote.executed or vote.queued is None:
            raise Refused("UnexpectedState")
        due, expiry, before = vote.queued
        if vote.kind != EMERGENCY and self.paused(now):
            raise Refused("Paused")
        shift = self._shift(vote, before, now)
        if now < due + shift:
            raise Refused("TooEarly")
        if now >= expiry + shift:
            raise Refused("Expired")
        if vote.kind == EMERGENCY:
            self.lift(now)
        vote.executed = True
