"""What an event, an act or a message is about: the one name by which rows of different apps mean it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing of one kind, for example ``Subject("spending", "7")``.

    Attributes:
        kind: the word under which the owning app registered such things.
        id: which of them; a uint256 as decimal text.
    """

    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"
