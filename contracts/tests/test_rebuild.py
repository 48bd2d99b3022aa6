"""Reindexing makes the mirror anew, and nobody ever sees it half made."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest
from django.apps import apps
from django.db import connection

from contracts.errors import ChainError, CursorMoved
from contracts.events import VoteCast
from contracts.indexer import emptying
from contracts.indexer import rebuild as rebuilding
from contracts.indexer.apply import apply
from contracts.indexer.cursor import read_place
from contracts.indexer.rebuild import chain_owned, rebuild
from contracts.models import Block, ChainEvent, Cursor
from contracts.registry import Registry
from contracts.tests.conftest import Town, address
from contracts.verify.run import verify

pytestmark = pytest.mark.django_db(transaction=True)


def recount(town: Town) -> list[str]:
    return [str(difference) for difference in verify(town.client, town.deployment, Registry()).differences]


@pytest.fixture
def mirrored(town: Town) -> Town:
    for block in range(45):
        town.votes(2, first=1 + 2 * block)
    town.indexer().catch_up()
    return town


def test_rebuilt_mirror_is_the_chains_whatever_it_held(mirrored: Town) -> None:
    ChainEvent.objects.filter(block_number__lt=10).delete()
    ChainEvent.objects.update(contract=address(5))
    Block.objects.update(timestamp="2020-01-01T00:00:00Z")
    Cursor.objects.update(chain_id=7, block_hash="0x" + "0" * 64, finalized_number=1)
    place = rebuild(mirrored.indexer())
    assert place.number == mirrored.head()
    assert recount(mirrored) == []
    rebuild(mirrored.indexer())
    assert recount(mirrored) == []


def test_lost_cursor_is_made_again(mirrored: Town) -> None:
    Cursor.objects.all().delete()
    rebuild(mirrored.indexer())
    assert recount(mirrored) == []


def test_readers_see_the_old_mirror_until_the_new_one_is_whole(mirrored: Town) -> None:
    counts: set[int] = set()

    def look() -> None:
        try:
            counts.add(ChainEvent.objects.count())
        finally:
            connection.close()

    registry = Registry()

    @registry.handle("VotingEngine", "VoteCast")
    def meanwhile(events: Sequence[VoteCast]) -> None:
        reader = threading.Thread(target=look)
        reader.start()
        reader.join()

    rebuild(mirrored.indexer(registry))
    assert counts == {90}


def test_failing_rebuild_leaves_the_old_mirror(mirrored: Town) -> None:
    registry = Registry()
    handled = 0

    @registry.handle("VotingEngine", "VoteCast")
    def fail_late(events: Sequence[VoteCast]) -> None:
        nonlocal handled
        handled += 1
        if handled > 3:
            raise ZeroDivisionError

    before = list(ChainEvent.objects.values_list("pk", flat=True))
    with pytest.raises(ZeroDivisionError):
        rebuild(mirrored.indexer(registry))
    assert list(ChainEvent.objects.values_list("pk", flat=True)) == before
    assert recount(mirrored) == []


class TestInParts:
    """Where the history is more than one transaction may write."""

    @pytest.fixture(autouse=True)
    def _small_transactions(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(rebuilding, "most_rows", lambda: 10)
        monkeypatch.setattr(emptying, "AT_ONCE", 7)

    def test_rebuilt_mirror_is_the_chains(self, mirrored: Town) -> None:
        ChainEvent.objects.update(contract=address(5))
        Cursor.objects.update(chain_id=7, block_hash="0x" + "0" * 64, finalized_number=1)
        place = rebuild(mirrored.indexer())
        assert place.number == mirrored.head()
        assert recount(mirrored) == []

    def test_chain_that_cant_be_read_leaves_the_old_mirror(self, mirrored: Town) -> None:
        before = list(ChainEvent.objects.values_list("pk", flat=True))
        indexer = mirrored.indexer()
        mirrored.node.stop()
        with pytest.raises(ChainError):
            rebuild(indexer)
        assert list(ChainEvent.objects.values_list("pk", flat=True)) == before

    @pytest.mark.parametrize("steps", [0, 1, 5, 20])
    def test_killed_while_emptying_is_gone_on_with_by_whoever_reads(self, mirrored: Town, steps: int) -> None:
        emptying.begin(mirrored.deployment)
        for _step in range(steps):
            emptying._delete_some(ChainEvent)
        mirrored.indexer().catch_up()
        assert not emptying.goes_on()
        assert recount(mirrored) == []

    def test_who_is_late_deletes_nothing_that_was_read_anew(self, mirrored: Town) -> None:
        emptying.begin(mirrored.deployment)
        mirrored.indexer().catch_up()
        emptying.finish()
        assert recount(mirrored) == []

    def test_chunk_read_before_is_not_written_into_it(self, town: Town) -> None:
        town.votes(2)
        indexer = town.indexer()
        place = read_place(town.deployment)
        chunk = indexer.scanner.read_thoroughly(place.number + 1, town.head(), parent_hash=place.hash)
        emptying.begin(town.deployment)
        with pytest.raises(CursorMoved):
            apply(chunk, place, registry=Registry(), finalized=0, newest=town.head())
        indexer.catch_up()
        assert recount(town) == []


def test_every_table_that_points_at_the_chain_goes_with_it_and_no_other() -> None:
    owned = set(chain_owned())
    assert {Block, ChainEvent} <= owned
    assert {model._meta.db_table for model in owned} >= {
        "votes",
        "proposals",
        "role_changes",
        "census_changes",
    }
    kept = {model._meta.db_table for model in apps.get_models() if model not in owned}
    assert {"proposal_drafts", "vote_reasons", "users", "audit_logs", "relayed_acts", "cursors"} <= kept
