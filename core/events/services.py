"""Recording facts, and telling them to their subscribers.

Whoever mirrors the record calls ``record`` and ``withdraw_above`` inside the transaction that moves it; both
only write rows. Everything else runs outside, one short transaction for each fact and subscriber.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence

from django.db.models import QuerySet
from django.utils import timezone

from core.db.bulk import insert_rows
from core.db.chunks import chunks
from core.db.transactions import atomic_with_retry
from core.events.models import Delivery, DomainEvent
from core.events.registry import Fact, Level, Subscriber, check_fact, subscriber, subscribers

logger = logging.getLogger(__name__)

PAGE = 100  # facts read at once; each is told in transactions of its own

_COLUMNS = (
    "key",
    "name",
    "subject_kind",
    "subject_id",
    "payload",
    "position",
    "block_number",
    "block_hash",
    "occurred_at",
    "recorded_at",
    "stands",
    "seen_told",
    "final_told",
)
_FLAGS: dict[Level, str] = {"seen": "seen_told", "final": "final_told"}


def record(facts: Sequence[Fact]) -> None:
    """Record many facts inside the caller's transaction; those that were recorded before stand again.

    An event without a subscriber at a level counts as told there: who subscribes later hears of what comes.

    Raises:
        PayloadInvalid: a payload hasn't the shape of its event.
    """
    new = {}
    for fact in facts:
        check_fact(fact)
        new[key_of(fact)] = fact
    for keys in chunks(new):
        # Raised first: a row that is being deleted is waited for, and is then missing from what is read next.
        DomainEvent.objects.filter(pk__in=keys, stands=False).update(stands=True)
        for key in list(DomainEvent.objects.filter(pk__in=keys).values_list("pk", flat=True)):
            del new[key]
    if not new:
        return
    now = timezone.now().replace(microsecond=0)
    told = {
        name: (not subscribers(name, "seen"), not subscribers(name, "final"))
        for name in {fact.name for fact in new.values()}
    }
    insert_rows(
        DomainEvent,
        _COLUMNS,
        [
            (
                key,
                fact.name,
                fact.subject.kind if fact.subject else "",
                fact.subject.id if fact.subject else "",
                dict(fact.payload),
                fact.position,
                fact.block_number,
                fact.block_hash,
                fact.occurred_at,
                now,
                True,
                *told[fact.name],
            )
            for key, fact in new.items()
        ],
    )


def withdraw_above(block_number: int) -> None:
    """Note, inside the caller's transaction, that no fact above this block stands until recorded again.

    For a reorganisation the common ancestor's number; before everything is read again, -1. Whoever was told
    hears of it from :func:`tell_withdrawn`, outside this transaction.
    """
    DomainEvent.objects.filter(stands=True, block_number__gt=block_number).update(stands=False)


def deliver(level: Level, up_to_block: int) -> bool:
    """Tell the subscribers of this level of all facts up to a block, oldest first.

    A subscriber that fails is logged and told again at the next call; others go on. Answers whether nobody
    failed.
    """
    waiting = DomainEvent.objects.filter(**{_FLAGS[level]: False}, stands=True, block_number__lte=up_to_block)
    failed = [event for event in _paged(waiting) if not _tell(event, level)]
    return not failed


def tell_withdrawn(read_to: Callable[[], int]) -> bool:
    """Delete facts that stand no more, once the record was read past their block, and tell who was told.

    Args:
        read_to: the last block that was read, as the database says when it is asked. It is asked again after
            the facts were: one that was marked because all is to be read anew is then above it.

    Returns:
        Whether nobody failed.
    """
    gone = DomainEvent.objects.filter(stands=False, block_number__lte=read_to())
    failed = [event for event in _paged(gone) if event.block_number <= read_to() and not _withdraw(event)]
    return not failed


def key_of(fact: Fact) -> str:
    """The natural key; keys sort as positions do."""
    rest = f"{fact.block_hash}|{fact.name}|{fact.subject or ''}"
    return f"{fact.position:019d}-{hashlib.sha256(rest.encode()).hexdigest()[:32]}"


def _paged(rows: QuerySet[DomainEvent]) -> Iterator[DomainEvent]:
    """All ``rows`` in order; those that a failure leaves among them come once."""
    after = ""
    while page := list(rows.filter(pk__gt=after).order_by("pk")[:PAGE]):
        yield from page
        after = page[-1].pk


def _tell(event: DomainEvent, level: Level) -> bool:
    told = set(Delivery.objects.filter(event=event).values_list("subscriber", flat=True))
    failed = False
    for each in subscribers(event.name, level):
        if each.id in told:
            continue
        try:
            failed |= not _hand_over(event, each)
        except Exception:
            failed = True
            logger.exception("%s was not told of %s, and will be again", each.id, event)
    if not failed:
        DomainEvent.objects.filter(pk=event.pk).update(**{_FLAGS[level]: True})
    return not failed


@atomic_with_retry
def _hand_over(event: DomainEvent, to: Subscriber) -> bool:
    if not DomainEvent.objects.filter(pk=event.pk, stands=True).exists():
        return False
    # First, so that of two workers the second one fails before it tells anything.
    Delivery.objects.create(key=f"{event.pk}/{to.id}", event=event, subscriber=to.id)
    to.told(event.fact)
    return True


def _withdraw(event: DomainEvent) -> bool:
    failed = False
    for delivery in Delivery.objects.filter(event=event).order_by("pk"):
        try:
            _take_back(event, delivery)
        except Exception:
            failed = True
            logger.exception("%s was not told that %s is gone, and will be", delivery.subscriber, event)
    if not failed:
        _delete(event)
    return not failed


@atomic_with_retry
def _delete(event: DomainEvent) -> None:
    # Only while it is gone. The write keeps out whoever records it again until the row is deleted.
    if DomainEvent.objects.filter(pk=event.pk, stands=False).update(seen_told=False):
        DomainEvent.objects.filter(pk=event.pk).delete()


@atomic_with_retry
def _take_back(event: DomainEvent, delivery: Delivery) -> None:
    # Should it come back before it is deleted, it is told again.
    if not DomainEvent.objects.filter(pk=event.pk, stands=False).update(seen_told=False):
        return
    if not Delivery.objects.filter(pk=delivery.pk).delete()[0]:
        return  # another worker has told it
    to = subscriber(event.name, delivery.subscriber)
    if to is None:
        return
    if to.withdrawn is None:
        logger.error("%s was told of %s as final, and it is gone", to.id, event)
        return
    to.withdrawn(event.fact)
