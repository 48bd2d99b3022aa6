"""What a socket asked to hear: topics and one subject, read from its query string."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from core.errors import DomainError
from core.live.registry import event_of, subject_parameters, topics
from core.subjects import Subject

PARAMETERS = frozenset({"topics", "since"})
MAX_SINCE_DIGITS = 18


class BadQuery(DomainError):
    """A query string of ``/ws/events`` that can't be followed."""

    code = "invalid-query"
    status = 400
    message = "The query can't be followed."


@dataclass(frozen=True, slots=True)
class Filter:
    """``topics`` empty for all of them, ``subject`` None for everything that messages can be about."""

    topics: frozenset[str] = frozenset()
    subject: Subject | None = None

    def wants(self, event: str, subject: str) -> bool:
        """Tell whether a message is for this socket. ``subject`` is that of the message, as text."""
        known = event_of(event)
        if known.to_all:
            return True
        if self.topics and known.topic not in self.topics:
            return False
        return self.subject is None or subject == str(self.subject)


@dataclass(frozen=True, slots=True)
class Query:
    """A filter, and the last message that the client has, if it resumes."""

    filter: Filter
    since: int | None


def parse_query(query_string: bytes) -> Query:
    """Read ``topics``, ``since`` and the parameters that name a subject.

    Raises:
        BadQuery: an unknown or repeated parameter, an unknown topic, or a number that is none.
    """
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, strict_parsing=bool(query_string)
        )
    except ValueError:
        raise BadQuery("The query string can't be read.") from None
    values = dict(pairs)
    if len(values) != len(pairs):
        raise BadQuery("A parameter is given twice.")
    if unknown := sorted(values.keys() - PARAMETERS - subject_parameters().keys()):
        raise BadQuery(f"Unknown parameter: {unknown[0][:40]}.")
    return Query(Filter(_topics(values.get("topics")), _subject(values)), _since(values.get("since")))


def _topics(text: str | None) -> frozenset[str]:
    if text is None:
        return frozenset()
    wanted = frozenset(name.strip() for name in text.split(","))
    if unknown := sorted(wanted - topics().keys()):
        raise BadQuery(f"Unknown topic: {unknown[0][:40]}.")
    return wanted


def _subject(values: Mapping[str, str]) -> Subject | None:
    named = [parameter for name, parameter in subject_parameters().items() if name in values]
    if not named:
        return None
    if len(named) > 1:
        raise BadQuery(f"Only one of {', '.join(parameter.name for parameter in named)} can be followed.")
    (parameter,) = named
    try:
        return Subject(parameter.kind, parameter.read(values[parameter.name]))
    except ValueError as error:
        raise BadQuery(f"{parameter.name} {error}.") from None


def _since(text: str | None) -> int | None:
    if text is None:
        return None
    if not _digits(text, MAX_SINCE_DIGITS):
        raise BadQuery("since must be the id of a message.")
    return int(text)


def _digits(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= most
