"""What is told live: topics, their events with the shape of each payload, and what a newcomer is told first.

Each app registers its own in ``live.py``; nothing here knows any of them. A message of an unknown event, or
one whose payload has another shape, is refused where it is published.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints, is_typeddict

from core.payloads import Checks, PayloadInvalid, Shape, check, checks_of
from core.subjects import Subject


@dataclass(frozen=True, slots=True)
class Event:
    """An event of a topic. ``to_all``: whoever follows anything hears it, whatever they asked for."""

    name: str
    topic: str
    shape: Callable[[], Shape]
    to_all: bool


@dataclass(frozen=True, slots=True)
class SubjectParameter:
    """A query parameter of the socket that names a subject of one kind.

    ``read`` makes the subject's id of the parameter's text; it raises ``ValueError`` if it is none.
    """

    name: str
    kind: str
    read: Callable[[str], str]


_topics: dict[str, tuple[str, ...]] = {}
_events: dict[str, Event] = {}
_parameters: dict[str, SubjectParameter] = {}
_snapshot: dict[str, Callable[[Subject | None], Any]] = {}
_checks: dict[str, Checks] = {}


def register_topic(
    name: str,
    events: Mapping[str, type[Any] | Callable[[], Shape]] | None = None,
    *,
    to_all: Collection[str] = (),
) -> None:
    """Register a topic that may be followed.

    Args:
        name: what the query asks for.
        events: names of events with the ``TypedDict`` of their payload, or with a function that answers the
            members and their types once all apps are loaded. A topic without events may be followed and is
            silent.
        to_all: those of the events that every socket hears.

    Raises:
        ValueError: the topic or an event is registered already.
    """
    known = events or {}
    if name in _topics or _events.keys() & known.keys():
        raise ValueError(f"registered twice: the topic {name} or one of {sorted(known)}")
    _topics[name] = tuple(known)
    for event_name, payload in known.items():
        shape = _shape_of(payload) if is_typeddict(payload) else payload
        _events[event_name] = Event(event_name, name, shape, event_name in to_all)


def register_subject_parameter(name: str, kind: str, read: Callable[[str], str]) -> None:
    """Let ``?name=`` of the socket narrow what is heard to one subject of ``kind``.

    Raises:
        ValueError: there is such a parameter already.
    """
    if name in _parameters:
        raise ValueError(f"two parameters called {name}")
    _parameters[name] = SubjectParameter(name, kind, read)


def register_snapshot(member: str, state: Callable[[Subject | None], Any]) -> None:
    """Put ``state(subject)`` under ``member`` in the snapshot that greets a socket.

    The subject is what the socket follows, None if it follows all.

    Raises:
        ValueError: there is such a member already.
    """
    if member in _snapshot:
        raise ValueError(f"two members of the snapshot called {member}")
    _snapshot[member] = state


def topics() -> Mapping[str, tuple[str, ...]]:
    """The topics and their events' names."""
    return _topics


def subject_parameters() -> Mapping[str, SubjectParameter]:
    """The query parameters that name a subject."""
    return _parameters


def snapshot(subject: Subject | None) -> dict[str, Any]:
    """Where things stand, as every app tells it."""
    return {member: state(subject) for member, state in _snapshot.items()}


def event_of(name: str) -> Event:
    """The event of this name.

    Raises:
        PayloadInvalid: nobody registered it.
    """
    try:
        return _events[name]
    except KeyError:
        raise PayloadInvalid(f"{name} is no registered event") from None


def check_payload(event: str, data: Mapping[str, Any]) -> None:
    """Hold a payload against its event's shape: its members and the type of each, not of what they hold.

    Raises:
        PayloadInvalid: the event is unknown; a member is missing, unknown or of another type.
    """
    expected = _checks.get(event)
    if expected is None:
        expected = _checks[event] = checks_of(event_of(event).shape())
    check(event, data, expected)


def _shape_of(payload: Any) -> Callable[[], Shape]:
    return lambda: get_type_hints(payload)
