"""Citizens, delegates and whom they trust, by the rules: whole histories, looked up."""

from __future__ import annotations

from tests.walk.facts import FOREVER, OVERALL, History, Refused, Unit


class People:
    """The roll, the delegates, and every choice of a delegate."""

    def __init__(self, citizens: list[str], founded: int) -> None:
        self.units: dict[str, list[Unit]] = {each: [Unit(founded, FOREVER)] for each in citizens}
        self.supply = History([(founded, len(citizens))])
        self.origins: dict[str, str] = {}  # an account -> the first one of the same person
        self.newest: dict[str, str] = {}  # a person's first account -> the newest one
        # A person's first account -> whose end must be recorded, and until when the next unit lasts.
        self.waiting: dict[str, tuple[str, int]] = {}
        self.delegates: dict[str, tuple[int, int]] = {}  # since, until
        self.chosen: dict[tuple[str, int], History] = {}
        self.by_kind: set[str] = set()  # who ever arranged one kind apart, or held votes of one kind

    # --- the roll ---

    def unit(self, account: str) -> Unit | None:
        """The account's unit that has not ended, or whose end is not recorded."""
        units = self.units.get(account, [])
        return units[-1] if units and not units[-1].recorded else None

    def is_citizen(self, account: str, now: int) -> bool:
        """Whether the account's unit holds now."""
        unit = self.unit(account)
        return unit is not None and unit.stood(now)

    def was_citizen(self, account: str, time: int) -> bool:
        """Whether it had a unit at ``time``, given away or not."""
        return any(unit.stood(time) for unit in self.units.get(account, []))

    def may_cast_own(self, account: str, snapshot: int, now: int) -> bool:
        """Whether the unit of the snapshot may be cast: it holds, or was revoked since; not if it ran out."""
        unit = next((each for each in self.units.get(account, []) if each.stood(snapshot)), None)
        return unit is not None and (unit.revoked is not None or unit.stood(now))

    def origin(self, account: str) -> str:
        """The first account of the person."""
        return self.origins.get(account, account)

    def current(self, account: str) -> str:
        """The newest account of the person."""
        return self.newest.get(self.origin(account), account)

    def held_until(self, account: str, now: int) -> int:
        """When the account's unit ends, or that which waits to begin for it; 0 if it has neither."""
        _last, until = self.waiting.get(self.origin(account), ("", 0))
        if now < until and self.current(account) == account:
            return until
        unit = self.unit(account)
        return unit.until if unit is not None and unit.stood(now) else 0

    def grant(self, account: str, until: int, now: int) -> None:
        """A proposal makes a citizen, or moves the end; an end that has passed is an end.

        A person who is, or last was, a citizen under another account comes back to this one.
        """
        if until <= now:
            self.revoke(account, now)
            return
        last = self.current(account)
        if last != account:
            if not self.held_until(last, now):
                self._set_end(last, until, now)
            self._move(last, account, now)
        if self.held_until(account, now) != until:
            self._set_end(account, until, now)

    def revoke(self, account: str, now: int) -> None:
        """A proposal ends a unit, or one that waits to begin; who has none is passed over."""
        unit = self.unit(account)
        if unit is not None and unit.stood(now):
            self._end(account, now)
        elif self.held_until(account, now):
            del self.waiting[self.origin(account)]

    def expire(self, account: str, now: int) -> None:
        """Anyone records that a unit has ended; one that waited for it begins."""
        unit = self.unit(account)
        if unit is None:
            raise Refused("RoleNotHeld")
        if unit.stood(now):
            raise Refused("NotExpired")
        self._record(account, now)
        last, until = self.waiting.pop(self.origin(account), ("", 0))
        assert last in ("", account), "two accounts of one person had units"
        if now < until:
            self._begin(self.current(account), until, now)

    def move(self, old: str, new: str, now: int) -> None:
        """A proposal moves a citizen to an account that never was one, or to an earlier one of the person."""
        if self.held_until(old, now) and not self.held_until(new, now):
            self._move(old, new, now)

    def _move(self, old: str, new: str, now: int) -> None:
        until, origin = self.held_until(old, now), self.origin(old)
        if new != origin:
            self.origins[new] = origin
        self.newest[origin] = new
        self._succeed(old, new, until, now)

    def _set_end(self, account: str, until: int, now: int) -> None:
        unit = self.unit(account)
        if unit is not None and unit.stood(now):
            unit.until = until
        else:
            self._succeed(account, account, until, now)

    def _succeed(self, last: str, account: str, until: int, now: int) -> None:
        """A unit begins after that of ``last``: at once, or when the end of that is recorded."""
        origin = self.origin(account)
        if origin in self.waiting:
            self.waiting[origin] = self.waiting[origin][0], until
            return
        unit = self.unit(last)
        if unit is not None and unit.stood(now):
            self._end(last, now)
        elif unit is not None and last not in self.by_kind:
            self._record(last, now)
        if self.unit(last) is None:
            self._begin(account, until, now)
        else:
            self.waiting[origin] = last, until

    def _end(self, account: str, now: int) -> None:
        """End a unit before its time; recorded at once, but for who ever had to do with kinds apart."""
        self.units[account][-1].revoked = now
        if account not in self.by_kind:
            self._record(account, now)

    def _record(self, account: str, now: int) -> None:
        """The end of a unit takes effect on the roll and with the delegates."""
        self.units[account][-1].recorded = True
        for delegator, scope in sorted(self.chosen, key=lambda choice: -choice[1]):
            if delegator == account:
                self._choose(delegator, scope, None, now)
        self._count(-1, now)

    def citizens(self, time: int) -> int:
        """Units on the roll at ``time``; one that has ended is on it until that is recorded."""
        found = self.supply.at(time, 0)
        assert isinstance(found, int)
        return found

    def _begin(self, account: str, until: int, now: int) -> None:
        self.units.setdefault(account, []).append(Unit(now, until))
        self._count(1, now)

    def _count(self, change: int, now: int) -> None:
        self.supply.set(now, self.citizens(now) + change)

    # --- delegates ---

    def is_delegate(self, account: str, now: int) -> bool:
        """Whether the account may be given votes now."""
        _since, until = self.delegates.get(account, (0, 0))
        return now < until

    def stands(self, account: str, snapshot: int, now: int) -> bool:
        """Whether a delegate may cast what was given: a delegate at the snapshot and ever since."""
        return self.is_delegate(account, now) and self.delegates[account][0] <= snapshot

    def list_delegate(self, account: str, until: int, now: int) -> None:
        """A proposal lists a delegate, or moves the end."""
        if until <= now:
            self.unlist_delegate(account)
            return
        since = self.delegates[account][0] if self.is_delegate(account, now) else now
        self.delegates[account] = since, until

    def unlist_delegate(self, account: str) -> None:
        """A proposal takes a delegate off the list."""
        self.delegates.pop(account, None)

    # --- choices ---

    def delegate(self, account: str, scope: int, to: str | None, now: int) -> None:
        """Choose for everything (scope 0) or one kind (1 + kind); None takes the choice back."""
        if scope == OVERALL and to == account:
            to = None
        if to is not None:
            if not self.is_citizen(account, now):
                raise Refused("NotCitizen")
            if to != account and not self.is_delegate(to, now):
                raise Refused("NotDelegate")
            if scope != OVERALL:
                self.by_kind.add(account)
        self._choose(account, scope, to, now)

    def _choose(self, account: str, scope: int, to: str | None, now: int) -> None:
        before = self.choice(account, scope, now)
        overall = self.choice(account, OVERALL, now)
        self.chosen.setdefault((account, scope), History()).set(now, to)
        if scope == OVERALL:
            apart = any(self.choice(account, 1 + kind, now) for kind in range(6))
            touched = {before, to} if apart and before != to else set()
        else:
            touched = {None if each == account else each for each in (before or overall, to or overall)}
            touched = touched if len(touched) > 1 else set()
        self.by_kind |= {each for each in touched if each is not None}

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
        return sum(self.holder(giver, kind, time) == account for giver in self._givers())

    def standing(self, account: str, time: int, now: int) -> int:
        """Power to propose: the own unit, given away or not, and what a delegate received overall."""
        own = int(self.was_citizen(account, time))
        if not self.stands(account, time, now):
            return own
        return own + sum(self.choice(giver, OVERALL, time) == account for giver in self._givers())

    def _givers(self) -> set[str]:
        return {delegator for delegator, _scope in self.chosen}
