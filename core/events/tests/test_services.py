"""A fact is recorded once, told once at each level, and withdrawn where it was told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from core.events.models import Delivery, DomainEvent
from core.events.registry import Fact, subscribe
from core.events.services import PAGE, deliver, record, tell_withdrawn, withdraw_above
from core.subjects import Subject

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def built(block: int, *, branch: str = "a", place: int = 0, metres: int = 9) -> Fact:
    return Fact(
        "bridge.built",
        {"river": "Nile", "metres": metres},
        position=block * 1000 + place,
        block_number=block,
        block_hash="0x" + branch * 64,
        occurred_at=NOW,
        subject=Subject("bridge", str(block)),
    )


class Listener:
    """Subscribes at both levels and notes what it is told; fails at the blocks in ``fails``."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int]] = []
        self.fails: set[int] = set()

        @subscribe("bridge.built", "seen", withdrawn=self.hear("withdrawn"))
        def seen(fact: Fact) -> None:
            self.hear("seen")(fact)

        @subscribe("bridge.built", "final")
        def final(fact: Fact) -> None:
            self.hear("final")(fact)

    def hear(self, what: str) -> Callable[[Fact], None]:
        def note(fact: Fact) -> None:
            if fact.block_number in self.fails:
                raise RuntimeError("The listener is ill.")
            self.heard.append((what, fact.block_number))

        return note


@pytest.fixture
def listener(bridge: str) -> Listener:
    return Listener()


def test_fact_is_told_once_at_each_level_as_it_was_recorded(listener: Listener) -> None:
    facts: list[Fact] = []
    subscribe("bridge.built", "final")(facts.append)
    record([built(5)])
    assert deliver("seen", 5)
    assert deliver("final", 4)
    assert listener.heard == [("seen", 5)]
    for _again in range(2):
        assert deliver("seen", 5)
        assert deliver("final", 5)
    assert listener.heard == [("seen", 5), ("final", 5)]
    assert facts == [built(5)]


def test_facts_are_told_in_the_order_of_the_record(listener: Listener) -> None:
    record([built(block) for block in (12, 3, 7)])
    deliver("seen", 11)
    assert listener.heard == [("seen", 3), ("seen", 7)]


def test_fact_read_again_is_neither_recorded_nor_told_again(listener: Listener) -> None:
    record([built(5), built(5, place=1)])
    deliver("seen", 5)
    withdraw_above(-1)
    record([built(5), built(5, place=1), built(6)])
    assert tell_withdrawn(lambda: 6)
    assert deliver("seen", 6)
    assert listener.heard == [("seen", 5), ("seen", 5), ("seen", 6)]
    assert DomainEvent.objects.count() == 3


def test_fact_that_is_gone_is_withdrawn_where_it_was_told_and_nowhere_else(listener: Listener) -> None:
    record([built(5), built(6)])
    deliver("seen", 6)
    record([built(7)])  # nobody is told
    withdraw_above(5)
    assert tell_withdrawn(lambda: 7)
    assert tell_withdrawn(lambda: 7)
    assert listener.heard == [("seen", 5), ("seen", 6), ("withdrawn", 6)]
    assert deliver("final", 7)
    assert listener.heard[3:] == [("final", 5)]
    assert (DomainEvent.objects.count(), Delivery.objects.count()) == (1, 2)


def test_other_fact_in_the_place_of_one_that_is_gone_is_told_of_itself(listener: Listener) -> None:
    record([built(5)])
    deliver("seen", 5)
    withdraw_above(4)
    record([built(5, branch="b", metres=10)])
    tell_withdrawn(lambda: 5)
    deliver("seen", 5)
    assert listener.heard == [("seen", 5), ("withdrawn", 5), ("seen", 5)]
    assert DomainEvent.objects.get().fact == built(5, branch="b", metres=10)


def test_nothing_is_withdrawn_until_the_record_was_read_past_it(listener: Listener) -> None:
    record([built(5)])
    deliver("seen", 5)
    withdraw_above(-1)
    assert tell_withdrawn(lambda: 4)
    assert deliver("final", 5)
    assert listener.heard == [("seen", 5)]
    record([built(5)])
    assert tell_withdrawn(lambda: 5)
    assert deliver("final", 5)
    assert listener.heard == [("seen", 5), ("final", 5)]


def test_fact_marked_while_all_begins_to_be_read_anew_is_not_withdrawn(listener: Listener) -> None:
    record([built(5)])
    deliver("seen", 5)
    withdraw_above(-1)
    places = iter([5, -1])  # the cursor was put back after the first look at it
    assert tell_withdrawn(lambda: next(places))
    record([built(5)])
    deliver("seen", 5)
    assert listener.heard == [("seen", 5)]


def test_failing_subscriber_stops_no_other_fact_and_is_tried_again(listener: Listener, caplog: Any) -> None:
    others: list[Fact] = []
    subscribe("bridge.built", "final")(others.append)
    record([built(5), built(6)])
    listener.fails = {5}
    assert not deliver("final", 6)
    assert listener.heard == [("final", 6)]
    assert [fact.block_number for fact in others] == [5, 6]
    assert "was not told of bridge.built" in caplog.text
    listener.fails = set()
    assert deliver("final", 6)
    assert listener.heard == [("final", 6), ("final", 5)]
    assert len(others) == 2


def test_failing_withdrawal_is_tried_again(listener: Listener) -> None:
    record([built(5)])
    deliver("seen", 5)
    withdraw_above(4)
    listener.fails = {5}
    assert not tell_withdrawn(lambda: 5)
    listener.fails = set()
    assert tell_withdrawn(lambda: 5)
    assert listener.heard == [("seen", 5), ("withdrawn", 5)]
    assert not DomainEvent.objects.exists()


def test_what_a_failing_subscriber_wrote_is_undone(bridge: str) -> None:
    def writes_and_fails(fact: Fact) -> None:
        record([built(9)])
        raise RuntimeError("Too late.")

    subscribe(bridge, "final")(writes_and_fails)
    record([built(5)])
    assert not deliver("final", 5)
    assert [event.block_number for event in DomainEvent.objects.all()] == [5]
    assert not Delivery.objects.exists()


def test_more_failures_than_a_page_keep_no_later_fact_back(listener: Listener) -> None:
    record([built(block) for block in range(PAGE + 2)])
    listener.fails = set(range(PAGE + 1))
    assert not deliver("final", PAGE + 1)
    assert listener.heard == [("final", PAGE + 1)]


def test_who_subscribes_late_hears_of_what_comes(bridge: str) -> None:
    record([built(5)])
    listener = Listener()
    record([built(6)])
    deliver("final", 6)
    assert listener.heard == [("final", 6)]


def test_history_is_recorded_in_few_statements(
    listener: Listener, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(25):
        record([built(block) for block in range(2_000)])
    assert DomainEvent.objects.count() == 2_000
