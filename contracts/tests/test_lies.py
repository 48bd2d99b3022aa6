"""A node that lies, or isn't there, or isn't ours: a stable code, nothing written, nothing lost."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from contracts.client.rpc import Client, quantity
from contracts.errors import ChainError, NodeMalformed, NodeUnreachable, NodeWrongChain
from contracts.events import VoteCast
from contracts.indexer.cursor import read_place
from contracts.indexer.decode import topic_of
from contracts.indexer.follow import Indexer
from contracts.models import Block, ChainEvent
from contracts.registry import Registry
from contracts.tests.conftest import CONTRACTS, Town
from contracts.tests.liar import Refuse, Say, Twist, liar, reordering
from contracts.verify.run import verify

pytestmark = pytest.mark.django_db(transaction=True)
OTHER = "0x" + "ef" * 32


def on(method: str, change: Callable[[Any], Any]) -> Twist:
    return lambda asked, _params, result: change(result) if asked == method else result


def in_first(**fields: Any) -> Callable[[Any], Any]:
    return lambda logs: [{**logs[0], **fields}, *logs[1:]]


def without_last(logs: Any) -> Any:
    return logs[:-1]


def other_parent(block: Any) -> Any:
    return {**block, "parentHash": OTHER}


def a_log_of_tomorrow(logs: Any) -> Any:
    return [*logs[:-1], {**logs[-1], "blockNumber": hex(10**6), "blockHash": OTHER}]


def say(body: bytes, status: int = 200) -> Callable[[Any], Any]:
    def raise_(_result: Any) -> Any:
        raise Say(body, status)

    return raise_


LIES: list[tuple[str, Twist]] = [
    ("log-duplicate", on("eth_getLogs", lambda logs: [logs[0], *logs])),
    ("log-out-of-order", on("eth_getLogs", lambda logs: logs[::-1])),
    ("log-out-of-order", on("eth_getLogs", lambda logs: [logs[1], logs[0], *logs[2:]])),
    ("log-out-of-range", on("eth_getLogs", a_log_of_tomorrow)),
    ("log-wrong-block", on("eth_getLogs", lambda logs: [{**log, "blockHash": OTHER} for log in logs])),
    ("log-wrong-block", on("eth_getLogs", in_first(blockHash=OTHER))),
    ("log-wrong-block", on("eth_getLogs", in_first(removed=True))),
    ("log-wrong-contract", on("eth_getLogs", in_first(address="0x" + "12" * 20))),
    ("log-wrong-contract", on("eth_getLogs", in_first(topics=[OTHER]))),
    ("log-wrong-contract", on("eth_getLogs", in_first(address=CONTRACTS["RoleManager"]))),
    ("log-malformed", on("eth_getLogs", in_first(data="0x"))),
    ("log-malformed", on("eth_getLogs", in_first(data="0x" + "00" * 95))),
    ("log-malformed", on("eth_getLogs", in_first(data="0x" + "00" * 128))),
    ("log-malformed", on("eth_getLogs", in_first(data="0x" + "0_" * 96))),
    ("log-malformed", on("eth_getLogs", in_first(data=None))),
    ("log-malformed", on("eth_getLogs", in_first(data="0x" + "00" * 30 + "0100" + "00" * 64))),
    ("log-malformed", on("eth_getLogs", in_first(topics=[topic_of(VoteCast)]))),
    (
        "log-malformed",
        on("eth_getLogs", in_first(topics=[topic_of(VoteCast), "0x" + "ff" * 32, "0x" + "00" * 32])),
    ),
    ("log-malformed", on("eth_getLogs", in_first(logIndex=None))),
    ("log-malformed", on("eth_getLogs", in_first(topics=None))),
    ("log-malformed", on("eth_getLogs", lambda logs: ["no log"])),
    ("logs-missing", on("eth_getLogs", without_last)),
    ("logs-missing", on("eth_getLogs", lambda logs: [])),
    ("block-gap", on("eth_getBlockByNumber", other_parent)),
    ("node-malformed", on("eth_getLogs", lambda logs: {"logs": logs})),
    ("node-malformed", on("eth_getBlockByNumber", lambda block: {**block, "hash": "0x12"})),
    ("node-malformed", on("eth_getBlockByNumber", lambda block: [block])),
    ("node-malformed", on("eth_getBlockReceipts", lambda receipts: [{}])),
    ("node-malformed", on("eth_getLogs", say(b"<html>welcome</html>"))),
    ("node-malformed", on("eth_getLogs", say(b'{"jsonrpc": "2.0"}'))),
    ("node-malformed", on("eth_getLogs", say(b'{"jsonrpc": "2.0", "id": -1, "result": []}'))),
    ("node-malformed", on("eth_getLogs", say(b"[]"))),
    ("node-malformed", on("eth_getLogs", say(b'{"jsonrpc": "2.0", "id": 1, "res'))),
    ("node-internal", on("eth_getLogs", say(b"Bad gateway", 502))),
    ("node-busy", on("eth_getLogs", say(b"slow down", 429))),
    ("node-wrong-chain", on("eth_chainId", lambda _chain: "0x1")),
    ("node-behind", on("eth_getBlockByNumber", lambda block: None)),
]


@pytest.mark.parametrize(("code", "twist"), LIES)
def test_lie_is_refused_with_its_code_and_nothing_is_written(town: Town, code: str, twist: Twist) -> None:
    town.votes(3)
    town.votes(3, first=11)
    with liar(town.node.url, twist) as url:
        indexer = Indexer(Client([url], 31337, attempts=1), town.deployment, registry=Registry())
        with pytest.raises(ChainError) as refusal:
            indexer.catch_up()
    assert refusal.value.code == code
    assert not ChainEvent.objects.exists()
    assert not Block.objects.exists()
    town.indexer().catch_up()
    assert ChainEvent.objects.count() == 6
    assert verify(town.client, town.deployment, Registry()).differences == []


@pytest.mark.parametrize("code", ["log-duplicate", "log-wrong-block", "block-gap", "log-out-of-order"])
def test_lie_about_history_is_refused_too(town: Town, code: str) -> None:
    town.votes(3)
    town.indexer().catch_up()  # of the first block of all no parent is known
    for block in range(1, 5):
        town.votes(3, first=1 + 3 * block)
    town.mine(40)
    twist = next(twist for known, twist in LIES if known == code)
    with liar(town.node.url, twist) as url:
        indexer = Indexer(Client([url], 31337, attempts=1), town.deployment, registry=Registry())
        place = read_place(town.deployment)
        with pytest.raises(ChainError) as refusal:
            indexer.scanner.read(place.number + 1, town.head() - 32, parent_hash=place.hash)
    assert refusal.value.code == code


def test_too_large_a_question_is_asked_in_parts(town: Town) -> None:
    for block in range(8):
        town.votes(2, first=1 + 2 * block)
    town.mine(40)
    asked: list[int] = []

    def stingy(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getLogs":
            asked.append(int(params[0]["toBlock"], 16) - int(params[0]["fromBlock"], 16) + 1)
            if len(result) > 5:
                raise Refuse(-32005, "query returned more than 5 results")
        return result

    with liar(town.node.url, stingy) as url:
        Indexer(Client([url], 31337, attempts=1), town.deployment, registry=Registry()).catch_up()
    assert ChainEvent.objects.count() == 16
    assert min(asked) <= 2 < max(asked)


def test_next_node_answers_where_one_is_down_and_one_is_on_another_chain(town: Town) -> None:
    town.votes(2)
    with liar(town.node.url, on("eth_chainId", lambda _chain: "0x1")) as stranger:
        urls = ["http://127.0.0.1:9", stranger, town.node.url]
        Indexer(Client(urls, 31337, attempts=1), town.deployment, registry=Registry()).catch_up()
    assert ChainEvent.objects.count() == 2


def test_node_on_another_chain_is_never_asked_anything_else(town: Town) -> None:
    heard: list[str] = []

    def listen(method: str, _params: list[Any], result: Any) -> Any:
        heard.append(method)
        return "0x1" if method == "eth_chainId" else result

    with liar(town.node.url, listen) as stranger, pytest.raises(NodeWrongChain):
        Client([stranger], 31337).request("eth_blockNumber")
    assert set(heard) == {"eth_chainId"}


def test_failure_that_passes_is_tried_again(town: Town) -> None:
    failures = iter([b"oops", b"oops"])

    def fail_twice(method: str, _params: list[Any], result: Any) -> Any:
        if method == "eth_blockNumber":
            for body in failures:
                raise Say(body, 503)
        return result

    with liar(town.node.url, fail_twice) as url:
        assert int(Client([url], 31337, attempts=3).request("eth_blockNumber"), 16) == town.head()


def test_slow_node_times_out_with_its_code(town: Town) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(NodeUnreachable) as refusal:
            Client([url], 31337, timeout=0.2, attempts=1).request("eth_blockNumber")
    assert refusal.value.code == "node-timeout"


def test_keys_in_a_nodes_address_stay_out_of_errors() -> None:
    with pytest.raises(NodeUnreachable) as refusal:
        Client(["http://user:secret@127.0.0.1:9/v3/another-secret"], 31337, attempts=1).request(
            "eth_blockNumber"
        )
    assert "secret" not in str(refusal.value) + str(refusal.value.data)


def test_answers_of_a_batch_are_matched_by_their_ids(town: Town) -> None:
    town.mine(5)
    with reordering(town.node.url) as url:
        headers = Client([url], 31337, attempts=1).headers([3, 1, 2])
    assert [header.number if header else None for header in headers] == [3, 1, 2]


def test_client_needs_a_node() -> None:
    with pytest.raises(NodeUnreachable):
        Client([], 31337)


def test_quantity_that_is_none_is_malformed() -> None:
    with pytest.raises(NodeMalformed):
        quantity("many")
