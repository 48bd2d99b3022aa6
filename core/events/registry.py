"""Which domain events there are, and who is told of each at which level.

Apps register in ``AppConfig.ready()``; nothing here knows any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias, get_args, get_type_hints

from core.payloads import Checks, PayloadInvalid, check, checks_of
from core.subjects import Subject

Level: TypeAlias = Literal["seen", "final"]
LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True, slots=True)
class Fact:
    """One domain event.

    Attributes:
        name: as it was registered.
        payload: of the registered shape.
        position: the place, in the record, of what it rests on; later is greater.
        block_number: the block of that place.
        block_hash: its hash, by which a fact is told from another one at the same place.
        occurred_at: the block's time, aware, in UTC.
        subject: what it is about.
    """

    name: str
    payload: Mapping[str, Any]
    position: int
    block_number: int
    block_hash: str
    occurred_at: datetime
    subject: Subject | None = None


Told: TypeAlias = Callable[[Fact], None]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A function that is told of an event. ``withdrawn`` is told when what was only seen is gone again."""

    id: str
    level: Level
    told: Told
    withdrawn: Told | None


_shapes: dict[str, type[Any]] = {}
_checks: dict[str, Checks] = {}
_subscribers: dict[str, list[Subscriber]] = {}


def register_event(name: str, payload: type[Any]) -> None:
    """Register an event with the ``TypedDict`` of its payload, which must be JSON.

    Raises:
        ValueError: there is such an event already.
    """
    if name in _shapes:
        raise ValueError(f"registered twice: the event {name}")
    _shapes[name] = payload


def subscribe(name: str, level: Level = "seen", *, withdrawn: Told | None = None) -> Callable[[Told], Told]:
    """Decorator: tell the function of each event of this name, in a transaction of its own, at least once.

    What it writes to the database it writes once; what it does elsewhere may happen again after a kill. Old
    events are told too when a history is read for the first time: where only news matter, look at
    ``occurred_at``.

    Args:
        name: a registered event.
        level: ``seen`` or ``final``.
        withdrawn: for ``seen``, told of each event that is gone again and that the function was told of.

    Raises:
        LookupError: no such event is registered.
        ValueError: the function subscribed already, or has nothing to undo what it did on what was only seen.
    """
    if name not in _shapes:
        raise LookupError(f"there is no event {name}")
    if (level == "seen") != (withdrawn is not None):
        raise ValueError("what is only seen may be withdrawn, and what is final may not")

    def register(function: Told) -> Told:
        known = f"{function.__module__}.{function.__qualname__}"
        listed = _subscribers.setdefault(name, [])
        if any(each.id == known for each in listed):
            raise ValueError(f"{known} is told of {name} already")
        listed.append(Subscriber(known, level, function, withdrawn))
        return function

    return register


def subscribers(name: str, level: Level) -> list[Subscriber]:
    """Who is told of the event at this level."""
    return [each for each in _subscribers.get(name, ()) if each.level == level]


def subscriber(name: str, known: str) -> Subscriber | None:
    """The event's subscriber with this id; None if the portal has it no more."""
    return next((each for each in _subscribers.get(name, ()) if each.id == known), None)


def events() -> Mapping[str, type[Any]]:
    """The events and the shapes of their payloads."""
    return _shapes


def check_fact(fact: Fact) -> None:
    """Hold a fact's payload against its event's shape.

    Raises:
        PayloadInvalid: the event is unknown; a member is missing, unknown or of another type.
    """
    expected = _checks.get(fact.name)
    if expected is None:
        if fact.name not in _shapes:
            raise PayloadInvalid(f"{fact.name} is no registered event")
        expected = _checks[fact.name] = checks_of(get_type_hints(_shapes[fact.name]))
    check(fact.name, fact.payload, expected)
