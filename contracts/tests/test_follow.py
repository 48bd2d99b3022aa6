"""The mirror holds what the chain says, whatever the chain does meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from django.db import connection

from contracts.blocks import BlockHead, RemovedEvent
from contracts.errors import CursorMoved, NodeBehind, ReorgBelowFinality, WrongMirror
from contracts.indexer.apply import apply
from contracts.indexer.cursor import read_place
from contracts.models import Block, ChainEvent, Cursor
from contracts.registry import Registry
from contracts.tests.conftest import CONTRACTS, NO_REASON, Town, address
from contracts.tests.emitter import SENDER, calldata
from contracts.tests.known_events import ProposalCreated, ProposalEndorsed, VoteCast
from contracts.verify.run import verify
from core.subjects import Subject

pytestmark = pytest.mark.django_db(transaction=True)
HASH = "0x" + "ab" * 32


def recount(town: Town) -> list[str]:
    return [str(difference) for difference in verify(town.client, town.deployment, Registry()).differences]


def test_history_and_news_are_read_in_order_and_recount_clean(town: Town) -> None:
    for block in range(60):
        town.votes(3, first=1 + 3 * block)
    town.say(
        ProposalCreated,
        7,
        address(1),
        0,
        address(2),
        HASH,
        HASH,
        [(address(3), 5, b"abc"), (address(4), 0, b"")],
    )
    town.mine(3)
    runs: list[int] = []
    registry = Registry()
    registry.handle("VotingEngine", "VoteCast")(lambda events: runs.append(len(events)))
    heads: list[BlockHead] = []
    registry.after_apply(heads.append)

    progress = town.indexer(registry).catch_up()

    assert progress.number == town.head() == heads[-1].number
    assert ChainEvent.objects.count() == 181
    assert sum(runs) == 180
    assert max(runs) > 3, "history is handed over in runs longer than a block"
    made = ChainEvent.objects.get(event_name="ProposalCreated")
    assert made.subject == Subject("proposal", "7")
    assert made.data["actions"] == [
        {"target": address(3), "value": "5", "data": "0x616263"},
        {"target": address(4), "value": "0", "data": "0x"},
    ]
    assert recount(town) == []


def test_blocks_below_finality_are_kept_only_with_events(town: Town) -> None:
    town.votes(1)
    town.mine(50)
    town.indexer().catch_up()
    cursor = Cursor.objects.get()
    assert cursor.finalized_number == town.head() - 32
    numbers = set(Block.objects.values_list("number", flat=True))
    assert numbers == {town.deployment.start_block, *range(cursor.finalized_number, town.head() + 1)}
    town.mine(3)
    town.indexer().catch_up()
    assert recount(town) == []


@pytest.mark.parametrize("depth", [1, 2, 5, 13, 31, 32])
def test_reorganisation_to_any_depth_above_finality_is_followed(town: Town, depth: int) -> None:
    for block in range(40):
        town.votes(2, first=1 + 2 * block)
    removed: list[tuple[int, int]] = []
    registry = Registry()
    registry.on_revert(lambda ancestor, gone: removed.append((ancestor, len(gone))))
    indexer = town.indexer(registry)
    indexer.catch_up()
    ballot = {
        "from": SENDER,
        "to": CONTRACTS["VotingEngine"],
        "data": calldata(VoteCast, [address(999), 7, 1, 1, NO_REASON]),
    }

    town.reorganise(depth, [({**ballot, "gas": "0x1e8480"}, 0)])
    indexer.catch_up()

    assert removed == [(town.head() - depth, 2 * depth)]
    assert ChainEvent.objects.filter(data__voter=address(999)).count() == 1
    assert ChainEvent.objects.count() == 80 - 2 * depth + 1
    assert recount(town) == []


def test_shorter_chain_is_followed(town: Town) -> None:
    town.votes(2)
    snapshot = town.client.request("evm_snapshot")
    for block in range(5):
        town.votes(2, first=10 + 2 * block)
    indexer = town.indexer()
    indexer.catch_up()
    town.client.request("evm_revert", snapshot)
    with pytest.raises(NodeBehind):
        indexer.step()  # so far the node is only behind
    town.votes(1, first=100)
    indexer.catch_up()
    assert ChainEvent.objects.count() == 3
    assert recount(town) == []


def test_reorganisation_below_finality_stops_and_changes_nothing(town: Town) -> None:
    for block in range(20):
        town.votes(2, first=1 + 2 * block)
    indexer = town.indexer(finality_blocks=4)
    indexer.catch_up()
    before = list(ChainEvent.objects.values_list("pk", "block_id"))
    town.reorganise(9)
    with pytest.raises(ReorgBelowFinality):
        indexer.step()
    assert list(ChainEvent.objects.values_list("pk", "block_id")) == before


def test_reorganisation_that_swaps_two_proposals_moves_their_numbers(town: Town) -> None:
    first, second = "0x" + "11" * 32, "0x" + "22" * 32
    for number, content in ((1, first), (2, second)):
        town.say(ProposalCreated, number, address(number), 0, address(9), HASH, content, [])
    town.mine()
    indexer = town.indexer()
    indexer.catch_up()
    swapped = [
        {
            "from": SENDER,
            "to": CONTRACTS["ProposalManager"],
            "data": calldata(ProposalCreated, [number, address(number), 0, address(9), HASH, content, []]),
            "gas": "0x1e8480",
        }
        for number, content in ((1, second), (2, first))
    ]
    town.reorganise(1, [(transaction, 0) for transaction in swapped])
    indexer.catch_up()
    found = ChainEvent.objects.order_by("position").values_list("subject_id", "data__contentHash")
    assert list(found) == [("1", second), ("2", first)]
    assert recount(town) == []


def test_failing_handler_leaves_nothing_and_the_next_pass_succeeds(town: Town) -> None:
    town.votes(2)
    town.say(ProposalEndorsed, 7, address(1), 0, 1)
    town.mine()
    registry = Registry()
    seen: list[int] = []
    broken = True

    @registry.handle("ProposalManager", "ProposalEndorsed")
    def record(events: Sequence[ProposalEndorsed]) -> None:
        if broken:
            raise ZeroDivisionError
        seen.extend(event.proposal_id for event in events)

    indexer = town.indexer(registry)
    with pytest.raises(ZeroDivisionError):
        indexer.catch_up()
    place = read_place(town.deployment)
    assert place.number == town.deployment.start_block, "the block before the failing one stands"
    assert ChainEvent.objects.count() == 2
    assert Block.objects.count() == 1
    broken = False
    indexer.catch_up()
    assert seen == [7]
    assert recount(town) == []


def test_second_worker_with_the_same_chunk_writes_nothing(town: Town) -> None:
    town.votes(3)
    one, two = town.indexer(), town.indexer()
    place = read_place(town.deployment)
    chunk = two.scanner.read_thoroughly(place.number + 1, town.head(), parent_hash=None)
    one.catch_up()
    with pytest.raises(CursorMoved):
        apply(chunk, place, registry=Registry(), finalized=0, newest=town.head())
    assert ChainEvent.objects.count() == 3
    assert recount(town) == []


def test_two_workers_at_once_write_everything_once(town: Town) -> None:
    for block in range(30):
        town.votes(4, first=1 + 4 * block)
    calls: list[int] = []
    registry = Registry()
    registry.handle("VotingEngine", "VoteCast")(
        lambda events: calls.extend(event.position for event in events)
    )
    read_place(town.deployment)
    failures: list[Exception] = []

    def work() -> None:
        indexer = town.indexer(registry)
        try:
            while True:
                try:
                    if indexer.step().caught_up:
                        return
                except CursorMoved:
                    continue
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert ChainEvent.objects.count() == 120
    assert recount(town) == []


def test_mirror_of_another_deployment_is_refused(town: Town) -> None:
    town.votes(1)
    town.indexer().catch_up()
    Cursor.objects.update(start_block=5)
    with pytest.raises(WrongMirror):
        town.indexer().step()


def test_removed_events_are_handed_over_in_chain_order(town: Town) -> None:
    town.mine()
    town.votes(2)
    town.votes(2, first=5)
    registry = Registry()
    gone: list[RemovedEvent] = []
    registry.on_revert(lambda _ancestor, removed: gone.extend(removed))
    indexer = town.indexer(registry)
    indexer.catch_up()
    town.reorganise(2)
    indexer.catch_up()
    assert [event.data["voter"] for event in gone] == [address(n) for n in (1, 2, 5, 6)]
    assert {event.subject for event in gone} == {Subject("proposal", "7")}
