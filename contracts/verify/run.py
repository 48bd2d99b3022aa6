"""One recount: a snapshot of the mirror, the chain read again, every table held against it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from django.db import connection, transaction

from contracts.abi import contracts
from contracts.blocks import BlockHead
from contracts.client.rpc import Client
from contracts.deployment import Deployment
from contracts.errors import NodeBehind
from contracts.indexer.cursor import NAME
from contracts.models import Block, ChainEvent, Cursor, RelayedAct
from contracts.registry import Registry, Verifier
from contracts.verify.acts import verify_acts
from contracts.verify.compare import Difference, compare_table, raw_values
from contracts.verify.context import ChainEventDict, VerifyContext
from contracts.verify.reader import Reader
from contracts.verify.tables import stored_numbers, verify_blocks, verify_cursor, verify_events


@dataclass(frozen=True, slots=True)
class Report:
    """What a recount found.

    ``counted`` are the events of the kinds that are named in it; ``skipped`` tables that can only be judged
    over the whole history.
    """

    from_block: int
    to_block: int
    events: int
    counted: dict[str, int] = field(default_factory=dict)
    tables: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


# The chain side's own tables; whether each can judge a range.
OWN: dict[str, tuple[Verifier, bool]] = {
    Block._meta.db_table: (verify_blocks, True),
    ChainEvent._meta.db_table: (verify_events, True),
    Cursor._meta.db_table: (verify_cursor, False),
    RelayedAct._meta.db_table: (verify_acts, False),
}


def verify(
    client: Client,
    deployment: Deployment,
    registry: Registry,
    *,
    first: int | None = None,
    last: int | None = None,
) -> Report:
    """Hold the mirror against the chain, and change nothing.

    Args:
        client: the connection.
        deployment: the contracts.
        registry: which tables the apps can recount.
        first: the first block to compare; default: the first of the mirror.
        last: the last block to compare; default: the last that the mirror has read.

    Raises:
        ChainError: if the chain can't be read; nothing is said about the mirror then.
    """
    with snapshot():
        ctx = _context(client, deployment, first, last)
        if ctx is None:
            expected = {NAME: {"chain_id": deployment.chain_id, "start_block": deployment.start_block}}
            lost = list(compare_table(Cursor, expected, key="name"))
            return Report(first or deployment.start_block, -1, 0, differences=lost)
        tables: list[str] = []
        skipped: list[str] = []
        differences: list[Difference] = []
        for table, (verifier, partial) in {**OWN, **registry.verifiers}.items():
            if ctx.whole or partial:
                tables.append(table)
                differences += verifier(ctx)
            else:
                skipped.append(table)
        inside = [event for event in ctx.events if ctx.from_block <= event["blockNumber"]]
        counted = {
            kind.key: sum((event["contractName"], event["name"]) == (contract.name, name) for event in inside)
            for contract in contracts()
            for name, kind in contract.counted.items()
        }
        return Report(ctx.from_block, ctx.to_block, len(inside), counted, tables, skipped, differences)


@contextmanager
def snapshot() -> Iterator[None]:
    """Reads that all see one state of the database, while writers go on.

    It takes no lock that a writer would wait for, so that asking the node meanwhile is harmless: the only
    place where the portal does so inside a transaction.
    """
    if connection.vendor == "sqlite":
        database = cast(Any, connection)  # SQLite's own, which has a mode
        database.ensure_connection()  # which reads the mode from the settings
        mode = database.transaction_mode
        # IMMEDIATE, our mode everywhere else, would take the write lock.
        database.transaction_mode = "DEFERRED"
        try:
            with transaction.atomic():
                yield
        finally:
            database.transaction_mode = mode
        return
    if connection.vendor == "mongodb":
        with cast(Any, connection).snapshot():
            yield
        return
    with transaction.atomic():
        if connection.vendor == "postgresql" and len(connection.savepoint_ids) == 0:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _context(
    client: Client, deployment: Deployment, first: int | None, last: int | None
) -> VerifyContext | None:
    rows = list(raw_values(Cursor._base_manager.filter(name=NAME), ("block_number", "finalized_number")))
    if not rows:
        return None
    read, finalized = rows[0]
    floor = deployment.start_block - 1
    newest = client.header("latest")
    if newest is None:
        raise NodeBehind(block="latest")
    top = max(stored_numbers(), default=None)
    # A cursor that lies about how far it has read is found by verify_cursor; the rows say how far there is to
    # compare.
    reached = _sensible(read, top, newest.number, floor)
    start = max(deployment.start_block, deployment.start_block if first is None else first)
    end = reached if last is None else min(last, reached)
    header = client.header(end) if end >= 0 else None
    if header is None:
        raise NodeBehind(block=end)
    head = BlockHead(header.number, header.hash, datetime.fromtimestamp(header.timestamp, UTC))
    events: list[ChainEventDict] = []
    if end >= deployment.start_block:
        events = list(Reader(client, deployment).events(deployment.start_block, end))
    return VerifyContext(
        client=client,
        deployment=deployment,
        from_block=start,
        to_block=end,
        head=head,
        whole=start == deployment.start_block and end == reached,
        finalized=_sensible(finalized, None, reached, floor),
        events=events,
    )


def _sensible(value: object, top: int | None, newest: int, floor: int) -> int:
    """``value`` where it is a block number that can be, else the newest stored block."""
    if type(value) is int and floor <= value <= newest and (top is None or top <= value):
        return value
    return min(top if top is not None else floor, newest)
