"""From a chunk of the chain to rows.

All of it or nothing, once, in one transaction without any network in it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby

from django.db import transaction

from contracts import live
from contracts.blocks import BlockHead
from contracts.client.rpc import Header
from contracts.decoded import Decoded
from contracts.indexer.cursor import Position, move
from contracts.indexer.scan import Chunk
from contracts.models import Block, ChainEvent
from contracts.registry import Registry
from core.db.bulk import Rows
from core.db.transactions import atomic_with_retry
from core.live.stream import publish

logger = logging.getLogger(__name__)

_BLOCK_COLUMNS = ("hash", "number", "parent_hash", "timestamp")
_EVENT_COLUMNS = (
    "position",
    "block_id",
    "block_number",
    "log_index",
    "transaction_hash",
    "contract",
    "event_name",
    "subject_kind",
    "subject_id",
    "data",
    "timestamp",
)


@dataclass(frozen=True, slots=True)
class DecodedChunk:
    """A chunk with its rows made ready; nothing of that needs the database, so any thread may do it."""

    chunk: Chunk
    blocks: Rows
    events: Rows


def make_ready(chunk: Chunk) -> DecodedChunk:
    """Make the rows of a chunk's blocks and events."""
    return DecodedChunk(
        chunk,
        Rows(Block, _BLOCK_COLUMNS, [_block_row(header) for header in chunk.headers]),
        Rows(ChainEvent, _EVENT_COLUMNS, [_event_row(event) for event in chunk.events]),
    )


def apply(
    chunk: Chunk, place: Position, *, registry: Registry, finalized: int, newest: int, announce: bool = True
) -> Position:
    """Make a chunk ready and :func:`write` it."""
    return write(
        make_ready(chunk), place, registry=registry, finalized=finalized, newest=newest, announce=announce
    )


@atomic_with_retry
def write(
    ready: DecodedChunk,
    place: Position,
    *,
    registry: Registry,
    finalized: int,
    newest: int,
    announce: bool = True,
) -> Position:
    """Write a chunk and everything that its events mean; answers where the cursor stands then.

    Args:
        ready: the blocks after ``place``, checked.
        place: where the cursor stood when the chunk was asked for.
        registry: what is to be done with the events.
        finalized: the last block that can't go any more.
        newest: the newest block that the node has.
        announce: whether a live message tells of the block; a history that is read in bulk is no news.

    Raises:
        CursorMoved: if another worker has read on; nothing was written.
        Exception: what a handler raised; nothing was written.
    """
    chunk = ready.chunk
    head = block_head(chunk.head)
    # Final is at most what was read: a block above the cursor isn't ours to call anything.
    to = Position(head.number, head.hash, head.timestamp, max(place.finalized, min(finalized, head.number)))
    move(place, to, newest=max(newest, head.number))
    ready.blocks.insert()
    ready.events.insert()
    run_handlers(chunk.events, registry)
    for hook in registry.after_apply_hooks:
        hook(head)
    prune(place.finalized, to.finalized)
    if announce:
        message = live.block_message(head, finalized=to.finalized, events=len(chunk.events))
        transaction.on_commit(lambda: publish([message]))
    return to


def run_handlers(events: Iterable[Decoded], registry: Registry) -> None:
    """Hand each handler its events, in maximal runs of one kind, in the order of the chain."""
    for _cls, run in groupby(events, key=type):
        batch = list(run)
        handlers = registry.handlers.get((batch[0].contract_name, batch[0].name), ())
        for handler in handlers:
            handler(batch)


def prune(was_final: int, is_final: int) -> None:
    """Drop blocks below the new finality that carry no event of ours.

    Nothing can ask for their parents any more.
    """
    if is_final > was_final:
        # Two questions to one index each; one question would be a join for every block on MongoDB.
        final = ChainEvent.objects.filter(block_number__gte=was_final, block_number__lt=is_final)
        telling = set(final.order_by().values_list("block_id", flat=True).distinct())
        Block.objects.filter(number__gte=was_final, number__lt=is_final).exclude(pk__in=telling).delete()


def by_block(chunk: Chunk) -> Iterator[Chunk]:
    """A thoroughly read chunk, block by block."""
    events = {
        number: tuple(run) for number, run in groupby(chunk.events, key=lambda event: event.block_number)
    }
    for header in chunk.headers:
        yield Chunk(header.number, header.number, (header,), events.get(header.number, ()))


def block_head(header: Header) -> BlockHead:
    """The header as handlers and hooks know it."""
    return BlockHead(header.number, header.hash, datetime.fromtimestamp(header.timestamp, UTC))


def _block_row(header: Header) -> tuple[str, int, str, datetime]:
    return (header.hash, header.number, header.parent_hash, datetime.fromtimestamp(header.timestamp, UTC))


def _event_row(event: Decoded) -> tuple[object, ...]:
    return (
        event.position,
        event.block_hash,
        event.block_number,
        event.log_index,
        event.transaction_hash,
        event.contract,
        event.name,
        *event.subject_columns(),
        event.as_json(),
        event.timestamp,
    )
