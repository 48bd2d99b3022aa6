"""When the chain takes back what it said: find where the two agree, and undo what came after."""

from __future__ import annotations

import logging

from django.db import transaction

from contracts import live
from contracts.blocks import BlockHead, RemovedEvent
from contracts.client.rpc import Client, Header
from contracts.deployment import Deployment
from contracts.errors import NodeBehind, ReorgBelowFinality
from contracts.indexer.cursor import Position, move
from contracts.models import Block, ChainEvent
from contracts.registry import Registry
from contracts.subjects import subject_of
from core.db.transactions import atomic_with_retry
from core.live.stream import publish

logger = logging.getLogger(__name__)

STEP = 32  # stored blocks compared with the node at once


def find_ancestor(client: Client, place: Position, newest: Header, deployment: Deployment) -> Position | None:
    """Where the mirror and the chain last agree, or None if the cursor's block is still on the chain.

    Nodes don't say that a block is gone (Anvil never sends ``removed`` logs, public nodes often forget to):
    only the hashes tell.

    Raises:
        NodeBehind: if the node is on our chain, but hasn't got as far as we have.
        ReorgBelowFinality: if they don't even agree on what counted as final.
    """
    if place.hash is None:
        return None
    if newest.number >= place.number:
        header = client.header(place.number)
        if header is None:  # a moment ago it had more: there are several nodes behind one address
            raise NodeBehind(read=place.number, node=newest.number)
        if header.hash == place.hash:
            return None
    else:
        known = Block.objects.filter(number=newest.number).values_list("hash", flat=True).first()
        if known == newest.hash or (known is None and newest.number < place.finalized):
            raise NodeBehind(read=place.number, node=newest.number)
    return _walk(client, place, newest, deployment)


def _walk(client: Client, place: Position, newest: Header, deployment: Deployment) -> Position:
    stored = Block.objects.filter(number__gte=place.finalized, number__lte=min(place.number, newest.number))
    rows = list(stored.order_by("-number").values_list("number", "hash", "timestamp"))
    for start in range(0, len(rows), STEP):
        part = rows[start : start + STEP]
        headers = client.headers([number for number, _hash, _time in part])
        for (number, block_hash, timestamp), header in zip(part, headers, strict=True):
            if header is None:
                raise NodeBehind(read=place.number, node=newest.number, block=number)
            if header.hash == block_hash:
                return Position(number, block_hash, timestamp, place.finalized)
    if place.finalized < deployment.start_block:
        return Position(deployment.start_block - 1, None, None, place.finalized)
    raise ReorgBelowFinality(finalized=place.finalized, read=place.number)


@atomic_with_retry
def revert(place: Position, ancestor: Position, *, registry: Registry) -> None:
    """Undo everything above ``ancestor``: rows go with their blocks, folds are mended by the hooks.

    Raises:
        CursorMoved: if another worker was there first; nothing was undone.
    """
    move(place, ancestor)
    gone = ChainEvent.objects.filter(block_number__gt=ancestor.number).order_by("position")
    removed = [
        RemovedEvent(row["position"], row["event_name"], subject_of(row), row["data"])
        for row in gone.values("position", "event_name", "subject_kind", "subject_id", "data")
    ]
    # Through Django, not the database: it knows every row that points at an event, on any database.
    Block.objects.filter(number__gt=ancestor.number).delete()
    for hook in registry.on_revert_hooks:
        hook(ancestor.number, removed)
    if ancestor.hash is not None and ancestor.timestamp is not None:
        _settle(BlockHead(ancestor.number, ancestor.hash, ancestor.timestamp), registry)
    message = live.reverted_message(ancestor.number, newest=place.number, events=len(removed))
    transaction.on_commit(lambda: publish([message]))
    logger.warning(
        "the chain took back %d blocks above %d and %d events with them",
        place.number - ancestor.number,
        ancestor.number,
        len(removed),
    )


def _settle(head: BlockHead, registry: Registry) -> None:
    for hook in registry.after_apply_hooks:
        hook(head)
