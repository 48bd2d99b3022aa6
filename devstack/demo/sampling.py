"""Chance that always falls the same way: two towns raised from the same plan are alike to the last reason."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Lots:
    """Draws that depend on the words given and on nothing else. Nothing here is meant to be secret."""

    def __init__(self, *seed: object) -> None:
        self._seed = "/".join(str(part) for part in seed)
        self._drawn = 0

    def number(self) -> float:
        """The next number, from 0 to below 1."""
        self._drawn += 1
        digest = hashlib.sha256(f"{self._seed}/{self._drawn}".encode()).digest()
        return int.from_bytes(digest[:7]) / 256**7

    def below(self, limit: int) -> int:
        """A whole number from 0 to below ``limit``."""
        return int(self.number() * limit)

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """The items in drawn order."""
        left = list(items)
        return [left.pop(self.below(len(left))) for _ in range(len(left))]
