"""Live messages: one ordered stream in Valkey, read by every broadcaster; late clients can resume in it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import orjson
import redis
from django.utils import timezone

from core.db.locks import connection
from core.live.registry import check_payload
from core.subjects import Subject

logger = logging.getLogger(__name__)

STREAM = "live"
SEQUENCE = "live:sequence"
KEPT = 10_000  # messages a client can be behind and still resume without a gap

# One step in the server: number and order in the stream can't disagree, whoever publishes at once. Numbers
# start from the clock, in milliseconds, so that a server that lost its data never gives a number twice.
_PUBLISH = """
if redis.call('EXISTS', KEYS[2]) == 0 then
  local now = redis.call('TIME')
  redis.call('SET', KEYS[2], now[1] .. string.format('%03d', math.floor(now[2] / 1000)))
end
local id = redis.call('INCRBY', KEYS[2], ARGV[5])
redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], id .. '-1',
  'event', ARGV[2], 'subject', ARGV[3], 'body', ARGV[4])
return id
"""


_lost = False  # messages of this process that were never published


@dataclass(frozen=True, slots=True)
class Message:
    """One message to all: a registered event, its payload, and what it is about, to filter by."""

    event: str
    data: Mapping[str, Any]
    subject: Subject | None = None


_muted: ContextVar[bool] = ContextVar("muted", default=False)


@contextmanager
def muted() -> Iterator[None]:
    """Publish nothing meanwhile: what is written again was told when it happened."""
    token = _muted.set(True)
    try:
        yield
    finally:
        _muted.reset(token)


def publish(messages: Iterable[Message]) -> None:
    """Append ``messages`` to the stream, in order. Call it from ``transaction.on_commit``.

    A frame on the wire is ``{"id", "event", "at", "data"}``; ``id`` is a decimal string that grows by one.
    Valkey being away costs the live message, never the data behind it: the next message leaves out a number,
    by which every reader knows that something is missing, and the next snapshot shows it.

    Raises:
        PayloadInvalid: an event is not registered, or a payload has another shape.
    """
    global _lost
    if _muted.get():
        return
    listed = list(messages)
    for message in listed:
        check_payload(message.event, message.data)
    at = timezone.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    try:
        pipeline = connection().pipeline(transaction=False)
        step = 2 if _lost else 1
        for message in listed:
            body = orjson.dumps({"event": message.event, "at": at, "data": message.data})
            subject = str(message.subject or "")
            pipeline.eval(_PUBLISH, 2, STREAM, SEQUENCE, KEPT, message.event, subject, body, step)
            step = 1
        pipeline.execute()
        _lost = False
    except redis.exceptions.RedisError as error:
        _lost = True
        logger.warning("live messages not published: %s", error)


def frame(entry_id: bytes, fields: dict[bytes, bytes]) -> bytes:
    """The wire frame of a stream entry: its body, with the number that the server gave it."""
    return b'{"id":"' + entry_id.partition(b"-")[0] + b'",' + fields[b"body"][1:]
