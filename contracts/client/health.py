"""How one node is doing: what it said last, how high it is, and for how long it is left in peace."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from contracts.errors import ChainError, NodeBehind, NodeBusy, NodeForked, NodeWrongChain

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 60.0
STRANGER_PAUSE_SECONDS = 60.0  # before a node of another chain is asked again which it is on

OK, UNKNOWN, BEHIND = "ok", "unknown", "behind"


class Health:
    """The health of one node, by a clock that its caller reads.

    A node that failed is left for others, for longer each time; in need it is asked all the same. One that
    asked us to wait, or isn't ours, is not asked before its time.
    """

    def __init__(self) -> None:
        self.failures = 0  # in a row
        self.height: int | None = None  # its newest block, as last seen
        self.answered_at: datetime | None = None
        self.forked = False  # it tells another history than others; only a look at all of them clears that
        self.error: ChainError | None = None
        self._rests_until = 0.0
        self._barred_until = 0.0

    def answered(self) -> None:
        """It gave a proper answer."""
        self.failures = 0
        self.error = None
        self._rests_until = self._barred_until = 0.0
        self.answered_at = timezone.now()

    def saw(self, height: int) -> None:
        """Its newest block, which may be below the last one: nodes behind one address differ."""
        self.height = height

    def failed(self, error: ChainError, now: float) -> None:
        """It failed, lied, or asked us to wait.

        Args:
            error: what it did; ``retry_after`` in its data are seconds to wait.
            now: seconds of the caller's clock.
        """
        self.failures += 1
        self.error = error
        pause = min(FIRST_PAUSE_SECONDS * 2 ** min(self.failures - 1, 16), LONGEST_PAUSE_SECONDS)
        if isinstance(error, NodeWrongChain):
            self._barred_until = now + STRANGER_PAUSE_SECONDS
        elif isinstance(error, NodeBusy):
            asked = error.data.get("retry_after")
            self._barred_until = now + (pause if asked is None else float(asked))
        self._rests_until = max(now + pause, self._barred_until)

    def barred(self, now: float) -> float:
        """For how many seconds more it must not be asked; 0 if it may be."""
        if self.forked:
            return STRANGER_PAUSE_SECONDS
        return max(0.0, self._barred_until - now)

    def rests(self, now: float) -> float:
        """For how many seconds more others are asked before it; 0 if it is well."""
        return max(0.0, self._rests_until - now)

    def reason(self) -> ChainError:
        """Why it is barred, to be raised where no other node is left."""
        if self.forked:
            return NodeForked()
        return self.error or NodeBehind()

    def status(self, best: int | None, lag: int) -> str:
        """One word: ``ok``, ``unknown`` (never asked), ``behind``, or the code of what went wrong."""
        if self.forked:
            return NodeForked.code
        if self.error is not None:
            return self.error.code
        if self.answered_at is None:
            return UNKNOWN
        if best is not None and self.height is not None and self.height < best - lag:
            return BEHIND
        return OK
