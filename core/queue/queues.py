"""The broker's queues, the same for RabbitMQ and Redis; what only RabbitMQ knows, Redis passes over.

On RabbitMQ every queue is a quorum queue: replicated, written to disk before a publish is confirmed. It hands
a message out at most ``DELIVERIES`` times: one that kills its worker each time is then a dead letter.
"""

from __future__ import annotations

from collections.abc import Iterable

from kombu import Exchange, Queue, binding

DELIVERIES = 4
DEAD_LETTERS = "dead-letters"

# Native delayed delivery, by which retries wait in the broker, needs a topic exchange.
TASKS = Exchange("portal", type="topic")
# Where RabbitMQ puts what a queue lets go of. The header that it sets tells why, and decides where that goes.
_DEAD = Exchange("portal.dead", type="headers")
_WHY = "x-first-death-reason"


def task_queue(name: str) -> Queue:
    """A queue of tasks."""
    return Queue(
        name,
        TASKS,
        routing_key=name,
        queue_arguments={
            "x-queue-type": "quorum",
            "x-delivery-limit": DELIVERIES - 1,  # counts only what was handed out again
            "x-dead-letter-exchange": _DEAD.name,
            # Kept here until it is safe there. RabbitMQ wants the overflow behaviour with it.
            "x-dead-letter-strategy": "at-least-once",
            "x-overflow": "reject-publish",
        },
    )


def dead_letter_queue() -> Queue:
    """Tasks that can't be done. They wait for an officer, however often they are looked at."""
    return Queue(
        DEAD_LETTERS,
        bindings=list(_when("rejected", "delivery_limit")),
        queue_arguments={"x-queue-type": "quorum", "x-delivery-limit": 1_000_000},
    )


def late_queue() -> Queue:
    """Takes what the clock sent and nobody fetched in time, and keeps nothing of it.

    Without a place to go it would stay in its queue: see ``at-least-once`` above.
    """
    return Queue(
        "late",
        bindings=list(_when("expired", "maxlen")),
        queue_arguments={"x-queue-type": "classic", "x-max-length": 0},
    )


def _when(*reasons: str) -> Iterable[binding]:
    for reason in reasons:
        yield binding(_DEAD, arguments={"x-match": "any-with-x", _WHY: reason})
