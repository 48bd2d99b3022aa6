"""The emergency brake by the rules: who stops what for how long, and what that moves."""

from __future__ import annotations

from tests.walk.facts import DAY, HOUR, Refused

ALONE, JOINED, AHEAD = 72 * HOUR, 14 * DAY, 28 * DAY
REPEAT, IMMUNITY, WISH = 30 * DAY, 30 * DAY, 7 * DAY


class Brake:
    """The pauses of a town, each ``[begin, end)``, numbered from 1."""

    def __init__(self) -> None:
        self.pauses: list[list[int]] = []
        self.begun_by = ""
        self.joined = False
        self.immune_until = 0
        self.last: dict[str, int] = {}
        self.wishes: dict[str, tuple[str, int, int]] = {}  # wish -> guardian, pause, when it lapses

    @property
    def number(self) -> int:
        """The newest pause."""
        return len(self.pauses)

    def on(self, now: int) -> bool:
        """Whether a pause holds."""
        return bool(self.pauses) and self.pauses[-1][0] <= now < self.pauses[-1][1]

    def seconds(self, now: int, since: int = 0) -> int:
        """Seconds spent paused from ``since`` up to ``now``."""
        return sum(max(0, min(now, end) - max(since, begin)) for begin, end in self.pauses)

    def pause(self, guardian: str, now: int) -> None:
        """One guardian stops everything but emergencies."""
        if now < self.immune_until:
            raise Refused("Immune")
        if self.on(now):
            raise Refused("Paused")
        if now < self.last.get(guardian, -REPEAT) + REPEAT:
            raise Refused("PauseTooSoon")
        self.last[guardian] = now
        self.pauses.append([now, now + ALONE])
        self.begun_by, self.joined = guardian, False

    def extend(self, guardian: str, now: int) -> None:
        """A second guardian joins; after that two guardians prolong it."""
        self._check_on(now)
        pause = self.pauses[-1]
        if not self.joined:
            if guardian == self.begun_by:
                raise Refused("SecondGuardianNeeded")
            self.joined = True
            pause[1] = pause[0] + JOINED
            return
        if pause[1] >= now + AHEAD:
            raise Refused("PauseAtLimit")
        if self._agreed("extend", guardian, now):
            pause[1] = min(pause[1] + JOINED, now + AHEAD)

    def unpause(self, guardian: str, number: int, now: int) -> None:
        """Two guardians end it."""
        self._check_on(now)
        if number != self.number:
            raise Refused("OtherPause")
        if self._agreed("lift", guardian, now):
            self.pauses[-1][1] = now

    def lift(self, number: int, now: int) -> None:
        """An executed proposal ends the pause that it names; any other it leaves alone."""
        if self.on(now) and number == self.number:
            self.pauses[-1][1] = now
            self.immune_until = now + IMMUNITY

    def _check_on(self, now: int) -> None:
        if not self.on(now):
            raise Refused("NotPaused")

    def _agreed(self, wish: str, guardian: str, now: int) -> bool:
        first, number, lapses = self.wishes.get(wish, ("", 0, 0))
        if first and number == self.number and now < lapses:
            if first == guardian:
                raise Refused("SecondPersonNeeded")
            del self.wishes[wish]
            return True
        self.wishes[wish] = guardian, self.number, now + WISH
        return False
