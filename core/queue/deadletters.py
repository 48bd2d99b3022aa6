"""Dead letters: tasks that were tried as often as they may be, or that killed whoever tried them.

They wait in a queue of RabbitMQ until an officer sends them again or discards them. Redis has no such queue:
there a task that fails for good is told in the log alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from celery import Task, bootsteps
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from kombu import Connection, Producer
from kombu.exceptions import OperationalError
from kombu.message import Message

from core.errors import DomainError
from core.queue.queues import DEAD_LETTERS, TASKS, dead_letter_queue, late_queue

logger = logging.getLogger(__name__)

MOST_SHOWN = 200
_PATIENCE_SECONDS = 3
_LONGEST_ERROR = 500

_OURS = "x-portal-"
_ERROR, _AT, _QUEUE = f"{_OURS}error", f"{_OURS}failed-at", f"{_OURS}queue"

FAILED, KILLED, REFUSED = "failed", "killed", "refused"
_REASONS = {"delivery_limit": KILLED, "rejected": REFUSED}


class BrokerAway(DomainError):
    code = "broker-away"
    status = 503
    message = _("The message broker doesn’t answer just now.")


class LetterGone(DomainError):
    code = "dead-letter-gone"
    status = 404
    message = _("This task isn’t among the failed ones any more: somebody else may have seen to it.")


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A task that can't be done.

    ``why`` is ``failed`` (every try raised; ``error`` says what), ``killed`` (each time, its worker died
    before it was done) or ``refused`` (a worker wouldn't take it). ``arguments`` are redacted.
    """

    id: str
    task: str
    arguments: str
    queue: str
    why: str
    error: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Letters:
    """The oldest dead letters, at most ``MOST_SHOWN``, and how many there are."""

    shown: Sequence[DeadLetter]
    total: int


def are_kept() -> bool:
    """Whether the configured broker has a queue for dead letters."""
    return settings.CELERY_BROKER_URL.partition(":")[0] in {"amqp", "amqps", "pyamqp"}


class Declare(bootsteps.StartStopStep):
    """Has each worker make the queues that nobody works off, before it takes its first task."""

    requires = ("celery.worker.consumer.connection:Connection",)

    def start(self, consumer: Any) -> None:
        """Make them."""
        if are_kept():
            _declare(consumer.connection.default_channel)


def bury(task: Task[..., Any], error: BaseException) -> None:
    """Put the task that ``task`` runs just now among the dead letters; told in the log if none are kept."""
    request: Any = task.request
    logger.error("task %s (%s) failed for good: %s", request.task, request.id, type(error).__name__)
    if not are_kept() or request.is_eager:
        return
    queue = (request.delivery_info or {}).get("routing_key") or settings.CELERY_TASK_DEFAULT_QUEUE
    letter = task.app.amqp.create_task_message(
        request.id, request.task, request.args, request.kwargs, root_id=request.root_id
    )
    headers = {
        **letter.headers,
        _ERROR: f"{type(error).__name__}: {error}"[:_LONGEST_ERROR],
        _AT: timezone.now().isoformat(),
        _QUEUE: queue.rpartition(".")[2],  # behind the digits of a delay
    }
    with task.app.producer_or_acquire() as producer:
        producer.publish(
            letter.body,
            exchange="",
            routing_key=DEAD_LETTERS,
            headers=headers,
            serializer="json",
            delivery_mode=2,
            retry=True,
            retry_policy={"max_retries": 3},
            **letter.properties,
        )


def read() -> Letters:
    """The dead letters; they stay where they are.

    Raises:
        BrokerAway: the broker can't be asked.
    """
    with _channel() as channel:
        total = _declare(channel)
        letters = [_letter(message) for message in _messages(channel, MOST_SHOWN)]
    oldest = datetime.min.replace(tzinfo=UTC)
    return Letters(sorted(letters, key=lambda letter: letter.at or oldest), max(total, len(letters)))


def send_again(letter_id: str) -> DeadLetter:
    """Put a dead letter back into its queue, as if it had never been tried.

    Cut off half-way it may be both there and here: tasks can run twice.

    Raises:
        LetterGone: no dead letter has that id.
        BrokerAway: the broker can't be asked; nothing was done.
    """
    with _channel() as channel:
        message = _find(channel, letter_id)
        letter = _letter(message)
        Producer(channel).publish(
            message.body,
            exchange=TASKS.name,
            routing_key=letter.queue,
            content_type=message.content_type,
            content_encoding=message.content_encoding,
            headers=_as_new(message.headers),
            correlation_id=letter.id,
            delivery_mode=2,
            mandatory=True,
        )
        message.ack()
        return letter


def discard(letter_id: str) -> DeadLetter:
    """Remove a dead letter for good.

    Raises:
        LetterGone: no dead letter has that id.
        BrokerAway: the broker can't be asked; nothing was done.
    """
    with _channel() as channel:
        message = _find(channel, letter_id)
        message.ack()
        return _letter(message)


@contextmanager
def _channel() -> Iterator[Any]:
    """A channel with confirms; what was fetched on it and not acknowledged goes back when it closes."""
    options = {"read_timeout": _PATIENCE_SECONDS, "write_timeout": _PATIENCE_SECONDS, "confirm_publish": True}
    broker: Any = Connection(
        settings.CELERY_BROKER_URL, connect_timeout=_PATIENCE_SECONDS, transport_options=options
    )
    try:
        with broker:
            broker.connect()
            yield broker.default_channel
    except (OperationalError, OSError, *broker.connection_errors, *broker.channel_errors) as error:
        logger.warning("the broker can't be asked: %s", error)
        raise BrokerAway from error


def _declare(channel: Any) -> int:
    late_queue()(channel).declare()
    dead_letter_queue()(channel).declare()
    return int(channel.queue_declare(DEAD_LETTERS, passive=True).message_count)


def _messages(channel: Any, most: int) -> Iterator[Message]:
    queue = dead_letter_queue()(channel)
    for _number in range(most):
        message = queue.get()
        if message is None:
            return
        yield message


def _find(channel: Any, letter_id: str) -> Message:
    total = _declare(channel)
    for message in _messages(channel, total):
        if str(message.headers.get("id")) == letter_id:
            return message
    raise LetterGone(letter=letter_id)


def _letter(message: Message) -> DeadLetter:
    headers: dict[str, Any] = message.headers
    death: dict[str, Any] = next(iter(headers.get("x-death") or ()), {})
    at = headers.get(_AT) or death.get("time")
    return DeadLetter(
        id=str(headers.get("id", "")),
        task=str(headers.get("task", "")),
        arguments=_redacted(message),
        queue=str(headers.get(_QUEUE) or death.get("queue") or settings.CELERY_TASK_DEFAULT_QUEUE),
        why=FAILED if _ERROR in headers else _REASONS.get(str(death.get("reason")), REFUSED),
        error=str(headers.get(_ERROR, "")),
        at=_moment(at),
    )


def _moment(value: Any) -> datetime | None:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _redacted(message: Message) -> str:
    """The arguments without their words: numbers, ids and hashes tell which row is meant, texts don't."""
    try:
        args, kwargs, *_rest = orjson.loads(message.body or "")
        shown = [_plain(value) for value in args]
        shown += [f"{name}={_plain(value)}" for name, value in kwargs.items()]
    except (ValueError, TypeError, AttributeError):
        return "?"
    return ", ".join(shown)


def _plain(value: Any) -> str:
    if value is None or isinstance(value, bool | int | float):
        return str(value)
    text = value if isinstance(value, str) else ""
    is_id = 0 < len(text) <= 80 and set(text.lower()) <= set("0123456789abcdef-x")
    return text if is_id else "…"


def _as_new(headers: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in headers.items() if not name.startswith("x-")}
    return {**kept, "retries": 0, "expires": None, "eta": None}
