"""Writes of the chain side: bring the mirror up to the head, and say why it stands still."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache
from django.utils import timezone

from contracts.client.rpc import Client, Header, client
from contracts.deployment import deployment
from contracts.errors import ChainError, CursorMoved, NodeBehind
from contracts.indexer.cursor import Position, raise_alarm
from contracts.indexer.follow import Indexer
from contracts.indexer.follow import Progress as Pass
from contracts.indexer.rebuild import Progress, rebuild
from contracts.models import Block, Cursor, Recount
from contracts.registry import default
from contracts.selectors import NODES_KEPT_SECONDS, NODES_KEY
from contracts.verify.run import verify
from core.db.fence.errors import LockLost
from core.db.fence.services import exclusive_lock
from core.db.transactions import DatabaseBusy

logger = logging.getLogger(__name__)

KEPT_DIFFERENCES = 100  # of a recount; the command names them all
WATCH_SECONDS = 10
LOCK = "indexer"
LOCK_SECONDS = 10  # longer than a chunk takes, short enough that a killed worker isn't missed


def sync_chain(*, indexer: Indexer | None = None, seconds: float = 20) -> Pass | None:
    """Read on until the head is reached or ``seconds`` have passed.

    Answers where the mirror stands; None if another worker is at it.

    Raises:
        ChainError: what keeps the mirror from reading on; it is noted as the cursor's alarm.
        Exception: what a handler raised; noted likewise.
    """
    until = time.monotonic() + seconds
    progress = None
    while progress is None or (not progress.caught_up and time.monotonic() < until):
        with exclusive_lock(LOCK, seconds=LOCK_SECONDS) as got:
            if not got:
                return None
            try:
                indexer = indexer or make_indexer()
                progress = _step(indexer)
            except (CursorMoved, DatabaseBusy, LockLost) as error:
                # It is at it, or died at it and the database hasn't noticed yet.
                logger.info("another worker reads on: %s", error)
                return None
    return progress


def newest_block() -> Header:
    """The node's newest block.

    Raises:
        ChainError: what keeps the node from telling; it is noted as the cursor's alarm.
    """
    with _alarmed():
        newest = client().header("latest")
        if newest is None:
            raise NodeBehind(block="latest")
        return newest


def watch_nodes(asker: Client) -> None:
    """Look at every node, at most every ten seconds, and tell all processes how they are.

    A node that has another block than the mirror where nothing can change any more is not asked again, so
    long as one agrees with the mirror.
    """
    if asker.nodes.looked_within(WATCH_SECONDS):
        return
    final = max(Cursor.objects.values_list("finalized_number", flat=True), default=-1)
    kept = Block.objects.filter(number__lte=final).order_by("-number")
    asker.nodes.look(kept.values_list("number", "hash").first())
    cache.set(NODES_KEY, asker.nodes.report(), NODES_KEPT_SECONDS)


def reindex(progress: Progress = lambda line: None) -> Position:
    """Make the mirror anew from the chain; readers see the old one until the new one is whole.

    Raises:
        ChainError: if the chain can't be read; the mirror is as it was.
    """
    return rebuild(make_indexer(), progress)


def recount() -> Recount:
    """Recount the whole mirror against the node and keep what came out.

    Raises:
        ChainError: if the chain can't be read; nothing is kept then.
    """
    started = timezone.now()
    report = verify(client(), deployment(), default)
    if report.differences:
        logger.error(
            "the recount found %d differences, the first: %s", len(report.differences), report.differences[0]
        )
    return Recount.objects.create(
        from_block=report.from_block,
        to_block=report.to_block,
        events=report.events,
        counted=report.counted,
        differences=[difference.as_json() for difference in report.differences[:KEPT_DIFFERENCES]],
        started_at=started,
        finished_at=timezone.now(),
    )


def make_indexer() -> Indexer:
    """The indexer of the configured chain."""
    return Indexer(client(), deployment())


def _step(indexer: Indexer) -> Pass:
    with _alarmed():
        watch_nodes(indexer.client)
        return indexer.step()


@contextmanager
def _alarmed() -> Iterator[None]:
    """Note what goes wrong as the cursor's alarm, and log it where that is news."""
    try:
        yield
    except (CursorMoved, DatabaseBusy, LockLost):
        raise
    except Exception as error:
        if raise_alarm(_reason(error)):
            logger.exception("reading the chain stands still")
        raise


def _reason(error: Exception) -> str:
    if isinstance(error, ChainError):
        facts = ", ".join(f"{key}={value}" for key, value in error.data.items())
        return f"{error.code}: {facts}" if facts else error.code
    return f"handler-failed: {type(error).__name__}: {error}"
