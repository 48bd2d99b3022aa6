"""The mirror made anew from the chain, while everyone goes on reading the old one.

First the whole history is read into a file, which takes as long as it takes and touches no database. Then one
transaction empties the chain's tables and fills them again: readers see the old mirror until it commits and
the new one from then on, never an empty or a half one; killed at any point, it never happened. See docs/adr.
"""

from __future__ import annotations

import logging
import pickle
import tempfile
from collections.abc import Callable, Iterator
from itertools import chain
from typing import IO

from contracts import live
from contracts.deployment import Deployment
from contracts.errors import CursorMoved, NodeBehind
from contracts.indexer import emptying
from contracts.indexer.apply import apply, block_head, by_block
from contracts.indexer.cursor import Position, read_place
from contracts.indexer.emptying import NOTHING, chain_owned, take_cursor
from contracts.indexer.finality import finalized_number
from contracts.indexer.follow import LIVE_BLOCKS, Indexer
from contracts.indexer.scan import Chunk
from core.db.bulk import large_transaction
from core.db.transactions import atomic_with_retry, most_rows
from core.events.services import withdraw_above
from core.live.stream import muted, publish

logger = logging.getLogger(__name__)

ATTEMPTS = 5  # the indexer goes on meanwhile; each attempt reads up to the head again before it writes

Progress = Callable[[str], None]


class Spool:
    """Chunks of the chain in a file.

    Args:
        file: empty, open for writing and reading.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._kept = 0
        self.events = 0
        self.last = -1

    def add(self, chunk: Chunk) -> None:
        """Append a chunk."""
        self._file.seek(self._kept)
        pickle.dump(chunk, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        self._kept = self._file.tell()
        self.last = chunk.last
        self.events += len(chunk.events)

    def __iter__(self) -> Iterator[Chunk]:
        self._file.seek(0)
        while self._file.tell() < self._kept:
            yield pickle.load(self._file)  # noqa: S301 - our own file, which has no name


def rebuild(indexer: Indexer, progress: Progress = lambda line: None) -> Position:
    """Make the mirror anew, whatever it holds; answers where the cursor stands then.

    Args:
        indexer: reads the chain and knows what is to be done with its events.
        progress: is told, in words, how far it has come.

    Raises:
        ChainError: if the chain can't be read; the mirror is as it was.
        Exception: what a handler raised; the mirror is as it was, or, where it is more than one transaction
            may write, as far as it came.
    """
    with tempfile.TemporaryFile(prefix="reindex-") as file:
        spool = Spool(file)
        place = _spool_history(indexer, spool, progress)
        most = most_rows()
        if most is not None and spool.events > most:
            return _in_parts(indexer, progress)
        for attempt in range(1, ATTEMPTS + 1):
            news = _read_news(indexer, place)
            _newest, final = _look(indexer)
            try:
                return _replace(indexer, spool, news, final, progress, must_keep_up=attempt < ATTEMPTS)
            except CursorMoved:
                logger.info("the mirror was read on meanwhile (attempt %d)", attempt)
    raise CursorMoved


def _in_parts(indexer: Indexer, progress: Progress) -> Position:
    """Empty, and read on from the beginning; whoever else reads the chain meanwhile is welcome to help."""
    emptying.begin(indexer.deployment)
    emptying.finish()
    with muted():
        while True:
            try:
                done = indexer.step()
            except CursorMoved:
                continue
            progress(f"wrote {done.number} of {done.newest} blocks")
            if done.caught_up:
                return read_place(indexer.deployment)


def _origin(deployment: Deployment) -> Position:
    before = deployment.start_block - 1
    return Position(before, None, None, before)


def _spool_history(indexer: Indexer, spool: Spool, progress: Progress) -> Position:
    newest, final = _look(indexer)
    place = _origin(indexer.deployment)
    while place.number < final:
        chunk = indexer.scanner.read(place.number + 1, final, parent_hash=place.hash)
        spool.add(chunk)
        head = block_head(chunk.head)
        place = Position(head.number, head.hash, head.timestamp, place.finalized)
        progress(f"read {place.number} of {newest} blocks")
    return place


@atomic_with_retry
def _empty_and_fill(
    indexer: Indexer, spool: Spool, news: list[Chunk], final: int, progress: Progress, *, must_keep_up: bool
) -> Position:
    """Make the mirror anew.

    Raises:
        CursorMoved: if the mirror has been read further than what is to replace it; nothing was written.
    """
    place = _origin(indexer.deployment)
    last = news[-1].last if news else spool.last
    read = take_cursor(indexer.deployment)
    if must_keep_up and read > last:
        raise CursorMoved(expected=last)
    for model in chain_owned():
        # Table by table: Django's own cascade would fetch every row first.
        rows = model._base_manager.all()
        rows._raw_delete(rows.db)
    withdraw_above(NOTHING)  # what is read again stands again, and nobody is told twice
    for chunk in chain(spool, news):
        place = apply(chunk, place, registry=indexer.registry, finalized=final, newest=last, announce=False)
        progress(f"wrote {place.number} of {last} blocks")
    return place


def _read_news(indexer: Indexer, place: Position) -> list[Chunk]:
    newest, _final = _look(indexer)
    chunks: list[Chunk] = []
    number, block_hash = place.number, place.hash
    while number < newest:
        chunk = indexer.scanner.read_thoroughly(
            number + 1, min(newest, number + LIVE_BLOCKS), parent_hash=block_hash
        )
        chunks += by_block(chunk)
        number, block_hash = chunk.last, chunk.head.hash
    return chunks


def _look(indexer: Indexer) -> tuple[int, int]:
    newest = indexer.client.header("latest")
    if newest is None:
        raise NodeBehind(block="latest")
    floor = indexer.deployment.start_block - 1
    return newest.number, finalized_number(indexer.client, newest, depth=indexer.finality_blocks, floor=floor)


def _replace(
    indexer: Indexer, spool: Spool, news: list[Chunk], final: int, progress: Progress, *, must_keep_up: bool
) -> Position:
    """Empty and fill, and tell it; raises as :func:`_empty_and_fill`."""
    with muted(), large_transaction():
        place = _empty_and_fill(indexer, spool, news, final, progress, must_keep_up=must_keep_up)
    indexer.tell_caught_up()
    if news:
        publish([live.block_message(block_head(news[-1].head), finalized=place.finalized, events=0)])
    return place
