"""What a socket asked to hear: topics and a proposal, read from its query string."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from core.db.fields import UINT256_DIGITS, UINT256_MAX
from core.errors import DomainError

# Event names by topic, as `core.live.stream.Message` carries them.
TOPICS: Mapping[str, tuple[str, ...]] = {
    "proposals": ("proposal:created", "proposal:state_changed", "pause:changed"),
    "votes": ("vote:cast",),
    "chain": ("chain:block", "chain:reverted"),
    "acts": ("act:status",),
    "roles": ("role:changed",),
}
# A topic of a room that is built later may be asked for already: nothing is said on it yet.
LATER_TOPICS = frozenset({"treasury", "comments"})
# What was told was undone, or every vote stands still: whoever follows anything must hear it.
TOLD_TO_ALL = frozenset({"chain:reverted", "pause:changed"})
PARAMETERS = frozenset({"topics", "proposal", "since"})
MAX_SINCE_DIGITS = 18


class BadQuery(DomainError):
    """A query string of ``/ws/events`` that can't be followed."""

    code = "invalid-query"
    status = 400
    message = "The query can't be followed."


@dataclass(frozen=True, slots=True)
class Filter:
    """``topics`` empty for all of them, ``proposal`` empty for all proposals."""

    topics: frozenset[str] = frozenset()
    proposal: str = ""

    def wants(self, *, event: str, topic: str, proposal: str) -> bool:
        """Tell whether a message is for this socket."""
        if event in TOLD_TO_ALL:
            return True
        return (not self.topics or topic in self.topics) and (not self.proposal or proposal == self.proposal)


@dataclass(frozen=True, slots=True)
class Query:
    """A filter, and the last message that the client has, if it resumes."""

    filter: Filter
    since: int | None


def parse_query(query_string: bytes) -> Query:
    """Read ``topics``, ``proposal`` and ``since``.

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
    if unknown := sorted(values.keys() - PARAMETERS):
        raise BadQuery(f"Unknown parameter: {unknown[0][:40]}.")
    return Query(
        Filter(_topics(values.get("topics")), _proposal(values.get("proposal"))), _since(values.get("since"))
    )


def _topics(text: str | None) -> frozenset[str]:
    if text is None:
        return frozenset()
    topics = frozenset(name.strip() for name in text.split(","))
    if unknown := sorted(topics - TOPICS.keys() - LATER_TOPICS):
        raise BadQuery(f"Unknown topic: {unknown[0][:40]}.")
    return topics


def _proposal(text: str | None) -> str:
    if text is None:
        return ""
    if not _digits(text, UINT256_DIGITS) or int(text) > UINT256_MAX:
        raise BadQuery("proposal must be a number.")
    return str(int(text))


def _since(text: str | None) -> int | None:
    if text is None:
        return None
    if not _digits(text, MAX_SINCE_DIGITS):
        raise BadQuery("since must be the id of a message.")
    return int(text)


def _digits(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= most
