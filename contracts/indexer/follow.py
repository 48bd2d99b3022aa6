"""The indexer: reads what is missing, undoes what is gone, keeps up with the head."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from django.conf import settings

from contracts.client.rpc import Client
from contracts.deployment import Deployment
from contracts.errors import NodeBehind
from contracts.indexer import emptying
from contracts.indexer.apply import DecodedChunk, apply, by_block, make_ready, write
from contracts.indexer.cursor import Position, clear_alarm, note_head, read_place
from contracts.indexer.decode import Decoder
from contracts.indexer.finality import finalized_number
from contracts.indexer.reorg import find_ancestor, revert
from contracts.indexer.scan import Scanner
from contracts.registry import Registry, default
from core.db.bulk import large_transaction

logger = logging.getLogger(__name__)

LIVE_BLOCKS = 64  # blocks near the head that are read at once
LIVE_AT_ONCE = 3  # more than these are a backlog


@dataclass(frozen=True, slots=True)
class Progress:
    """What one pass did.

    Where the cursor stands now, how far the node is, and whether blocks were taken back.
    """

    number: int
    newest: int
    reverted: bool = False

    @property
    def caught_up(self) -> bool:
        return self.number >= self.newest


class Indexer:
    """Keeps one database a mirror of one deployment.

    Args:
        client: the connection.
        deployment: the contracts.
        registry: what is to be done with their events.
        finality_blocks: blocks that must stand above one that counts as final.
        max_blocks: the most blocks in one question to the node.
    """

    def __init__(
        self,
        client: Client,
        deployment: Deployment,
        *,
        registry: Registry = default,
        finality_blocks: int | None = None,
        max_blocks: int | None = None,
    ) -> None:
        self.client = client
        self.deployment = deployment
        self.registry = registry
        self.finality_blocks = settings.CHAIN_FINALITY_BLOCKS if finality_blocks is None else finality_blocks
        self.scanner = Scanner(
            client, Decoder(deployment.contracts), max_blocks=max_blocks or settings.CHAIN_SCAN_BLOCKS
        )

    def step(self) -> Progress:
        """One pass: undo what is gone, or read what is final, or read what is new near the head.

        Raises:
            ChainError: what kept it from reading on; the cursor stands where the last transaction left it.
        """
        newest = self.client.header("latest")
        if newest is None:
            raise NodeBehind(block="latest")
        place = read_place(self.deployment)
        if emptying.goes_on():
            emptying.finish()
            place = read_place(self.deployment)
        ancestor = find_ancestor(self.client, place, newest, self.deployment)
        if ancestor is not None:
            revert(place, ancestor, registry=self.registry)
            return Progress(ancestor.number, newest.number, reverted=True)
        floor = self.deployment.start_block - 1
        final = finalized_number(self.client, newest, depth=self.finality_blocks, floor=floor)
        if place.number < final:
            place = self._read_history(place, final, newest.number)
        elif place.number < newest.number:
            place = self._read_news(place, final, newest.number)
        else:
            note_head(newest.number, final)
            clear_alarm()
        progress = Progress(place.number, newest.number)
        if progress.caught_up:
            for hook in self.registry.caught_up_hooks:
                hook(self.client)
        return progress

    def catch_up(self) -> Progress:
        """Pass after pass until the cursor stands at the head."""
        progress = self.step()
        while not progress.caught_up:
            progress = self.step()
        return progress

    def tell_caught_up(self) -> None:
        """Let the apps ask the node what no event says; what fails here is tried again at the next block."""
        for hook in self.registry.caught_up_hooks:
            hook(self.client)

    def _read_history(self, place: Position, final: int, newest: int) -> Position:
        """Blocks that can't go any more, in large chunks; while one is written, the next is on its way."""
        with large_transaction(), ThreadPoolExecutor(max_workers=1, thread_name_prefix="scan") as pool:
            asked = pool.submit(self._fetch, place.number + 1, final, place.hash)
            while place.number < final:
                ready = asked.result()
                chunk = ready.chunk
                if chunk.last < final:
                    asked = pool.submit(self._fetch, chunk.last + 1, final, chunk.head.hash)
                place = write(
                    ready,
                    place,
                    registry=self.registry,
                    finalized=final,
                    newest=newest,
                    announce=chunk.last == newest,
                )
        return place

    def _fetch(self, first: int, last: int, parent_hash: str | None) -> DecodedChunk:
        return make_ready(self.scanner.read(first, last, parent_hash=parent_hash))

    def _read_news(self, place: Position, final: int, newest: int) -> Position:
        """Blocks near the head.

        Followed live, each has a transaction and a live message of its own; a backlog is written at once. A
        reorganisation undoes either by the block.
        """
        last = min(newest, place.number + LIVE_BLOCKS)
        chunk = self.scanner.read_thoroughly(place.number + 1, last, parent_hash=place.hash)
        blocks = by_block(chunk) if len(chunk.headers) <= LIVE_AT_ONCE else [chunk]
        for block in blocks:
            place = apply(block, place, registry=self.registry, finalized=final, newest=newest)
        return place
