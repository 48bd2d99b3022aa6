"""Citizens, delegates and whom they trust, by the rules: whole histories, looked up."""

from __future__ import annotations

from tests.walk.facts import FOREVER, OVERALL, History, Refused, Unit


class People:
    """The roll, the delegates, and every choice of a delegate."""

    def __init__(self, citizens: list[str], founded: int) -> None:
        self.units: dict[str, list[Unit]] = {each: [Unit(founded, FOREVER)] for each in citizens}
        self.supply = History([(founded, len(citizens))])
        self.moved: dict[str, str] = {}  # an account -> the newer one of the same person
        self.origins: dict[str, str] = {}  # an account -> the first one of the same person
        self.delegates: dict[str, tuple[int, int]] = {}  # since, until
        self.chosen: dict[tuple[str, int], History] = {}
        self.by_kind: set[str] = set()  # who ever arranged one kind apart

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

    def grant(self, account: str, until: int, now: int) -> None:
        """A proposal makes a citizen, or moves the end; an end that has passed is an end."""
        if until <= now:
            self.revoke(account, now)
            return
        unit = self.unit(account)
        if unit is not None and unit.stood(now):
            unit.until = until
            return
        if account in self.moved:
            return
        if unit is not None:
            self.record(account, now)
        self._begin(account, until, now)

    def revoke(self, account: str, now: int) -> None:
        """A proposal ends a unit; who has none is passed over."""
        unit = self.unit(account)
        if unit is not None and unit.stood(now):
            unit.revoked = now

    def expire(self, account: str, now: int) -> None:
        """Anyone records that a unit has ended."""
        unit = self.unit(account)
        if unit is None:
            raise Refused("RoleNotHeld")
        if unit.stood(now):
            raise Refused("NotExpired")
        self.record(account, now)

    def move(self, old: str, new: str, now: int) -> None:
        """A proposal moves a citizen to an account that never was one."""
        unit = self.unit(old)
        if unit is None or not unit.stood(now):
            return
        unit.revoked = now
        self.record(old, now)
        self.moved[old] = new
        self.origins[new] = self.origin(old)
        self._begin(new, unit.until, now)

    def record(self, account: str, now: int) -> None:
        """The end of a unit takes effect on the roll and with the delegates."""
        self.units[account][-1].recorded = True
        for delegator, scope in list(self.chosen):
            if delegator == account:
                self.chosen[delegator, scope].set(now, None)
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
        return sum(self.holder(giver, kind, time) == account for giver in self._givers())

    def standing(self, account: str, time: int, now: int) -> int:
        """Power to propose: the own unit, given away or not, and what a delegate received overall."""
        own = int(self.was_citizen(account, time))
        if not self.stands(account, time, now):
            return own
        return own + sum(self.choice(giver, OVERALL, time) == account for giver in self._givers())

    def _givers(self) -> set[str]:
        return {delegator for delegator, _scope in self.chosen}
