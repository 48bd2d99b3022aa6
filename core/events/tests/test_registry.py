"""Events are registered once, and nobody subscribes to what doesn't exist."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from core.events.registry import Fact, check_fact, events, register_event, subscribe, subscribers
from core.payloads import PayloadInvalid


def ignore(fact: Fact) -> None:
    """A subscriber that does nothing."""


def fact(name: str, **payload: Any) -> Fact:
    return Fact(name, payload, 1, 1, "0x" + "0" * 64, datetime.now(UTC))


def test_event_is_registered_once(bridge: str) -> None:
    assert bridge in events()
    with pytest.raises(ValueError, match="twice"):
        register_event(bridge, dict)


def test_nobody_subscribes_to_an_unknown_event() -> None:
    with pytest.raises(LookupError, match=r"bridge\.burnt"):
        subscribe("bridge.burnt", "final")


def test_nobody_subscribes_twice(bridge: str) -> None:
    subscribe(bridge, "final")(ignore)
    with pytest.raises(ValueError, match="already"):
        subscribe(bridge, "final")(ignore)
    assert [each.told for each in subscribers(bridge, "final")] == [ignore]
    assert subscribers(bridge, "seen") == []


def test_whoever_acts_on_what_is_only_seen_says_how_it_is_undone(bridge: str) -> None:
    with pytest.raises(ValueError, match="withdrawn"):
        subscribe(bridge, "seen")
    with pytest.raises(ValueError, match="withdrawn"):
        subscribe(bridge, "final", withdrawn=ignore)


@pytest.mark.parametrize(
    "payload", [{"river": "Nile"}, {"river": "Nile", "metres": "9"}, {"river": 1, "metres": 9}]
)
def test_payload_of_another_shape_is_refused(bridge: str, payload: dict[str, Any]) -> None:
    check_fact(fact(bridge, river="Nile", metres=9))
    with pytest.raises(PayloadInvalid):
        check_fact(fact(bridge, **payload))


def test_fact_of_an_unknown_event_is_refused() -> None:
    with pytest.raises(PayloadInvalid):
        check_fact(fact("bridge.burnt"))
