"""The reasons that people give with their ballots: an argument, in the voice of whoever makes it."""

from __future__ import annotations

from typing import Final

from devstack.demo.arguments import ARGUMENTS
from devstack.demo.people import Person
from devstack.demo.sampling import Lots

AGAINST, FOR, ABSTAIN = 0, 1, 2
_SILENT: Final = 0.04  # share of those who give no reason
_CLOSERS: Final = {
    FOR: ("So yes.", "That is why I am for it.", "Let's do it.", "A clear yes from me.", "I hope it passes."),
    AGAINST: (
        "So no.",
        "That is why I am against it.",
        "Please think again.",
        "A no from me, with regret.",
        "Not like this.",
    ),
    ABSTAIN: ("So I abstain.", "I leave it to the others.", "Neither yes nor no, then."),
}


class Voices:
    """The reasons for one proposal; no two of them alike.

    Args:
        key: the proposal's short name.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self._said: set[str] = set()
        known = ARGUMENTS[key]
        self._arguments = {FOR: known.for_it, AGAINST: known.against, ABSTAIN: known.abstain}
        self._next = {FOR: 0, AGAINST: 0, ABSTAIN: 0}

    def reason(self, person: Person, support: int) -> str:
        """What ``person`` writes beside a vote; empty if nothing."""
        lots = Lots("reason", self._key, person.place)
        if lots.number() < _SILENT:
            return ""
        arguments = self._arguments[support]
        argument = arguments[self._next[support] % len(arguments)]
        self._next[support] += 1
        closer = _CLOSERS[support][lots.below(len(_CLOSERS[support]))]
        for words in (
            (argument,) if lots.number() < 0.45 else (person.opener, argument),
            (person.opener, argument),
            (person.opener, argument, closer),
        ):
            text = " ".join(words)
            if text not in self._said:
                self._said.add(text)
                return text
        return f"{person.opener} {closer}"
