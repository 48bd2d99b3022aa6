"""The chain's loops: at rest they ask next to nothing, and what is new is done at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts.client.nodes import Nodes
from contracts.loops import LOOK_SECONDS, REST_SECONDS, Reading, relay
from contracts.models import ActStatus, ChainEvent, Cursor, RelayedAct
from contracts.tests.civic import CITIZENS, Civic
from core.db import locks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The methods that nodes were asked, as they are asked."""
    methods: list[str] = []
    ask = Nodes.ask

    def listening(self: Nodes, questions: Any) -> Any:
        methods.extend(method for method, _ in questions)
        return ask(self, questions)

    monkeypatch.setattr(Nodes, "ask", listening)
    return methods


def mirrored() -> int:
    return Cursor.objects.get().block_number


def test_without_a_new_block_one_question_is_asked_and_the_database_none(
    civic: Civic, asked: list[str]
) -> None:
    reading = Reading()
    reading.turn()
    asked.clear()
    with CaptureQueriesContext(connection) as queries:
        assert reading.turn() == LOOK_SECONDS
    assert asked == ["eth_getBlockByNumber"]
    assert len(queries) == 0


def test_new_block_is_read_at_the_next_look(civic: Civic) -> None:
    reading = Reading()
    reading.turn()
    before = mirrored()
    civic.node.mine()
    reading.turn()
    assert mirrored() == before + 1


def test_block_in_the_place_of_another_is_read(civic: Civic) -> None:
    reading = Reading()
    snapshot = civic.client.request("evm_snapshot")
    civic.node.mine()
    reading.turn()
    before = Cursor.objects.get()
    civic.client.request("evm_revert", snapshot)
    civic.pass_time(7)
    while reading.turn() == 0.0 or Cursor.objects.get().block_hash == before.block_hash:
        pass
    assert mirrored() == before.block_number


def test_node_away_is_an_alarm_that_ends_when_it_is_back(civic: Civic, settings: Any) -> None:
    reading = Reading()
    reading.turn()
    there, settings.RPC_URLS = settings.RPC_URLS, ["http://127.0.0.1:9"]
    assert reading.turn() == LOOK_SECONDS
    assert Cursor.objects.get().alarm.startswith("node-unreachable")
    settings.RPC_URLS = there
    reading.turn()
    assert Cursor.objects.get().alarm == ""


def test_who_finds_another_at_it_looks_again_until_the_block_is_read(civic: Civic) -> None:
    reading = Reading()
    reading.turn()
    before = mirrored()
    civic.node.mine()
    token = locks.take("indexer", seconds=60)
    assert token is not None
    assert reading.turn() == LOOK_SECONDS
    assert mirrored() == before
    locks.free("indexer", token)
    reading.turn()
    assert mirrored() == before + 1


def test_relayer_rests_until_there_is_an_act_and_looks_each_second_while_it_is_under_way(
    civic: Civic,
) -> None:
    number = civic.open_vote()
    assert relay() == REST_SECONDS
    civic.client.request("evm_setAutomine", False)
    try:
        act = civic.vote(CITIZENS[1], number)
        assert relay() == LOOK_SECONDS
        assert RelayedAct.objects.get(digest=act.digest).status == ActStatus.SENT
        civic.node.mine()
    finally:
        civic.client.request("evm_setAutomine", True)
    assert relay() == REST_SECONDS
    Reading().turn()
    assert ChainEvent.objects.filter(event_name="VoteCast").count() == 1


def test_node_away_costs_the_relayer_a_second(civic: Civic, settings: Any) -> None:
    number = civic.open_vote()
    civic.vote(CITIZENS[1], number)
    settings.RPC_URLS = ["http://127.0.0.1:9"]
    assert relay() == LOOK_SECONDS
