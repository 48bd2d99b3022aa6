"""Events and subscribers of one test."""

from __future__ import annotations

from typing import TypedDict

import pytest

from core.events import registry
from core.events.registry import register_event


class Built(TypedDict):
    """``bridge.built``."""

    river: str
    metres: int


@pytest.fixture(autouse=True)
def bridge(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of an event that is registered during the test, as are its subscribers."""
    for name in ("_shapes", "_checks", "_subscribers"):
        monkeypatch.setattr(registry, name, dict(getattr(registry, name)))
    register_event("bridge.built", Built)
    return "bridge.built"
