"""Several nodes in front of one chain, each with its faults: answers are right, and no node is pestered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import selectors, services
from contracts.client.health import LONGEST_PAUSE_SECONDS, Health
from contracts.client.questions import Needs, needs_of
from contracts.client.rpc import Client
from contracts.errors import (
    ChainError,
    LogsMissing,
    LogsTooMany,
    NodeBehind,
    NodeBusy,
    NodeMalformed,
    NodeRefused,
    NodeTimeout,
    NodeUnreachable,
    NodeWrongChain,
)
from contracts.indexer.finality import finalized_number
from contracts.indexer.follow import Indexer
from contracts.models import ChainEvent
from contracts.registry import Registry
from contracts.tests.conftest import Town
from contracts.tests.liar import Refuse, Say, liar
from contracts.verify.run import verify

pytestmark = pytest.mark.django_db(transaction=True)
BUSY = Say(b"slow down", 429)


class Clock:
    """Seconds that pass when the test says so; sleeping is noted."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Proxy:
    """A node between the client and the real one: notes what it is asked, does what the test tells it."""

    def __init__(self, town: Town) -> None:
        self.asked: list[str] = []
        self.lag = 0
        self.fault: Callable[[], object] | None = None
        self._town = town

    def twist(self, method: str, params: list[Any], result: Any) -> Any:
        self.asked.append(method)
        if self.fault is not None:
            self.fault()
        if not self.lag:
            return result
        head = self._town.head() - self.lag
        if method == "eth_blockNumber":
            return hex(head)
        if method == "eth_getLogs":
            return [log for log in result if int(log["blockNumber"], 16) <= head]
        if method == "eth_getBlockByNumber":
            if params[0] == "latest":
                return self._town.client.request(method, hex(head), False)
            return None if isinstance(result, dict) and int(result["number"], 16) > head else result
        return result

    def heard(self) -> list[str]:
        """What it was asked since last time."""
        heard, self.asked[:] = list(self.asked), []
        return heard


class Pair:
    """A client of two proxies of one node, on a clock of the test's."""

    def __init__(self, town: Town, first: Proxy, second: Proxy, urls: list[str]) -> None:
        self.town, self.first, self.second, self.urls = town, first, second, urls
        self.clock = Clock()
        self.client = self.new_client()

    def new_client(self, **options: Any) -> Client:
        options = {"timeout": 2, "attempts": 1, **options}
        return Client(self.urls, 31337, clock=self.clock, sleep=self.clock.sleep, **options)

    def head(self) -> int:
        header = self.client.header("latest")
        assert header is not None
        return header.number

    def heard(self) -> tuple[int, int]:
        """How many questions each was asked since last time."""
        return len(self.first.heard()), len(self.second.heard())


@pytest.fixture
def pair(town: Town) -> Iterator[Pair]:
    first, second = Proxy(town), Proxy(town)
    town.mine(20)
    with liar(town.node.url, first.twist) as one, liar(town.node.url, second.twist) as other:
        yield Pair(town, first, second, [one, other])


def saying(said: Exception) -> Callable[[], object]:
    def fault() -> None:
        raise said

    return fault


# --- failing over and coming back ---


def test_first_node_is_asked_while_it_is_well(pair: Pair) -> None:
    for _time in range(3):
        assert pair.head() == pair.town.head()
    assert pair.second.heard() == []


@pytest.mark.parametrize(
    "said",
    [
        Say(b"oops", 502),
        Say(b"slow down", 429),
        Say(b'{"jsonrpc": "2.0", "id": 1, "res'),
        Say(b'{"jsonrpc": "2.0"', says=500),
        Say(b"<html>welcome</html>"),
        Say(status=302, headers={"Location": "http://169.254.169.254/"}),
        Refuse(-32603, "internal error"),
        Refuse(-32005, "daily request count exceeded, request rate limited"),
        Refuse(-32029, "too many requests"),
        Refuse(429, "your app has exceeded its compute units per second"),
    ],
)
def test_next_node_answers_for_one_that_fails(pair: Pair, said: Exception) -> None:
    pair.first.fault = saying(said)
    assert pair.head() == pair.town.head()
    pair.heard()
    assert pair.head() == pair.town.head()
    assert pair.first.heard() == [], "one that has just failed is left in peace"


def test_node_that_failed_is_asked_again_after_a_rest_that_grows(pair: Pair) -> None:
    pair.first.fault = saying(Say(b"oops", 500))
    for pause in (0.5, 1, 2, 4, 8, 16, 32, 60, 60):
        pair.head()
        assert pair.first.heard() == ["eth_chainId"]
        pair.clock.now += pause - 0.01
        pair.head()
        assert pair.first.heard() == []
        pair.clock.now += 0.02
    pair.first.fault = None
    pair.head()
    assert pair.first.heard() == ["eth_chainId", "eth_getBlockByNumber"]
    pair.second.heard()
    pair.head()
    assert pair.second.heard() == []


def test_only_node_is_asked_again_though_it_has_just_failed(pair: Pair) -> None:
    pair.second.fault = saying(Say(b"oops", 500))
    pair.urls = pair.urls[1:]
    client = pair.new_client()
    with pytest.raises(ChainError):
        client.header("latest")
    pair.second.fault = None
    assert client.header("latest") is not None


def test_slow_node_is_left_for_the_next(pair: Pair) -> None:
    pair.first.fault = lambda: time.sleep(0.4)
    client = pair.new_client(timeout=0.2)
    assert client.header("latest") is not None
    assert pair.second.heard() == ["eth_chainId", "eth_getBlockByNumber"]


def test_answer_that_drips_for_ever_is_given_up(pair: Pair) -> None:
    def drops() -> Iterator[bytes]:
        while True:
            yield b" "
            time.sleep(0.01)

    pair.first.fault = saying(Say(pieces=drops()))
    pair.urls = pair.urls[:1]
    with pytest.raises(NodeTimeout):
        pair.new_client(timeout=0.1).header("latest")


def test_answer_without_end_is_given_up(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    def bytes_for_ever() -> Iterator[bytes]:
        while True:
            yield bytes(100_000)

    monkeypatch.setattr("contracts.client.endpoint.MAX_ANSWER_BYTES", 1_000_000)
    pair.first.fault = saying(Say(pieces=bytes_for_ever()))
    pair.urls = pair.urls[:1]
    with pytest.raises(NodeMalformed):
        pair.new_client().header("latest")


# --- nodes that ask us to wait ---


def test_node_that_says_how_long_to_wait_is_not_asked_before(pair: Pair) -> None:
    pair.urls = pair.urls[:1]
    client = pair.new_client(attempts=4)
    pair.first.fault = saying(Say(b"slow down", 429, headers={"Retry-After": "30"}))
    with pytest.raises(NodeBusy) as refusal:
        client.header("latest")
    assert refusal.value.data["retry_after"] == 30
    pair.first.fault = None
    pair.heard()
    for _time in range(3):
        with pytest.raises(NodeBusy):
            client.header("latest")
        pair.clock.now += 9.9
    assert pair.first.heard() == []
    pair.clock.now += 1
    assert client.header("latest") is not None


def test_short_wait_is_waited_out(pair: Pair) -> None:
    pair.urls = pair.urls[:1]
    told = iter([Say(b"slow down", 503, headers={"Retry-After": "3"})])

    def once() -> None:
        for said in told:
            raise said

    pair.first.fault = once
    assert pair.new_client(attempts=2).header("latest") is not None
    assert pair.clock.slept == [pytest.approx(3)]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (Say(b"", 429, headers={"Retry-After": "7"}), 7),
        (Say(b"", 429, headers={"Retry-After": "100000"}), 300),
        (Say(b"", 429, headers={"Retry-After": format_datetime(datetime.now(UTC) + timedelta(days=1))}), 300),
        (Say(b"", 429, headers={"Retry-After": format_datetime(datetime.now(UTC) - timedelta(days=1))}), 0),
        (Say(b"", 429, headers={"Retry-After": "soon"}), None),
        (Say(b"", 429), None),
    ],
)
def test_wait_is_read_in_each_of_its_spellings(pair: Pair, said: Exception, seconds: float | None) -> None:
    pair.urls = pair.urls[:1]
    pair.first.fault = saying(said)
    with pytest.raises(NodeBusy) as refusal:
        pair.new_client().header("latest")
    assert refusal.value.data.get("retry_after") == seconds


def test_too_many_logs_and_too_many_questions_are_told_apart(pair: Pair) -> None:
    pair.urls = pair.urls[:1]
    for error, words in [
        (LogsTooMany, "query returned more than 10000 results"),
        (LogsTooMany, "block range limit exceeded"),
        (NodeBusy, "daily request count exceeded, request rate limited"),
        (NodeBusy, "Too Many Requests"),
    ]:
        client = pair.new_client()
        pair.first.fault = None
        client.header("latest")
        pair.first.fault = saying(Refuse(-32005, words))
        with pytest.raises(error):
            client.logs([], [], 1, 2)


# --- nodes that aren't ours ---


def test_node_of_another_chain_is_asked_again_for_its_chain_alone(pair: Pair) -> None:
    strange = True

    def twist(method: str, params: list[Any], result: Any) -> Any:
        answer = pair.first.twist(method, params, result)
        return "0x1" if strange and method == "eth_chainId" else answer

    with liar(pair.town.node.url, twist) as stranger:
        client = Client([stranger, pair.urls[1]], 31337, attempts=1, clock=pair.clock)
        for _minute in range(3):
            client.header("latest")
            client.header("latest")
            pair.clock.now += 61
        assert pair.first.heard() == ["eth_chainId"] * 3
        strange = False
        client.header("latest")
        assert pair.first.heard() == ["eth_chainId", "eth_getBlockByNumber"]


def test_node_on_a_fork_is_left_until_it_comes_back(pair: Pair) -> None:
    landmark = pair.client.header(5)
    assert landmark is not None

    def fork(method: str, params: list[Any], result: Any) -> Any:
        pair.first.asked.append(method)
        if forked and isinstance(result, dict) and "hash" in result:
            return {**result, "hash": "0x" + "ef" * 32}
        return result

    forked = True
    with liar(pair.town.node.url, fork) as url:
        client = Client([url, pair.urls[1]], 31337, attempts=1, clock=pair.clock)
        client.nodes.look((5, landmark.hash))
        pair.heard()
        found = client.header(5)
        assert found is not None
        assert found.hash == landmark.hash
        assert pair.first.heard() == []
        assert [each.status for each in client.nodes.report()] == ["node-forked", "ok"]
        forked = False
        client.nodes.look((5, landmark.hash))
        assert [each.status for each in client.nodes.report()] == ["ok", "ok"]


def test_mirror_that_no_node_agrees_with_is_not_the_nodes_fault(pair: Pair) -> None:
    pair.client.nodes.look((5, "0x" + "ef" * 32))
    assert [each.status for each in pair.client.nodes.report()] == ["ok", "ok"]


# --- nodes that are behind ---


def test_node_that_lags_is_not_asked_for_heads_until_it_has_caught_up(pair: Pair) -> None:
    pair.first.lag = 6
    pair.client.nodes.look()
    pair.heard()
    assert pair.head() == pair.town.head()
    assert pair.first.heard() == []
    assert pair.client.header(5) is not None
    assert pair.first.heard() == ["eth_getBlockByNumber"], "what is old it knows as well as any"
    assert [each.status for each in pair.client.nodes.report()] == ["behind", "ok"]
    pair.first.lag = 0
    pair.client.nodes.look()
    pair.heard()
    pair.head()
    assert pair.heard() == (1, 0)


def test_node_that_lags_a_little_is_asked_on(pair: Pair) -> None:
    pair.first.lag = 2
    pair.client.nodes.look()
    assert pair.head() == pair.town.head() - 2


def test_head_that_is_old_counts_only_if_no_node_has_a_newer_one(pair: Pair) -> None:
    pair.client.nodes.look()
    pair.first.lag = 10
    assert pair.head() == pair.town.head()
    pair.second.fault = saying(Say(b"oops", 500))
    assert pair.head() == pair.town.head() - 10


def test_block_that_one_node_lacks_is_had_from_the_next(pair: Pair) -> None:
    head = pair.town.head()
    pair.first.lag = 3
    found = pair.client.headers([head, head - 1])
    assert [header and header.number for header in found] == [head, head - 1]
    assert pair.client.header(head + 1) is None


def test_logs_of_blocks_that_a_node_lacks_are_had_from_the_next(pair: Pair) -> None:
    pair.town.votes(3)
    head = pair.town.head()
    pair.first.lag = 3
    addresses = list(pair.town.deployment.contracts.values())
    topics = pair.town.indexer().scanner._decoder.topics
    assert len(pair.client.logs(addresses, topics, head - 5, head)) == 3
    pair.second.lag = 3
    with pytest.raises(NodeBehind):
        pair.client.logs(addresses, topics, head - 5, head)


def test_nodes_of_unlike_height_behind_one_address_do_no_harm(town: Town) -> None:
    """Each question reaches another node, one of them some blocks behind."""
    ahead, behind = Proxy(town), Proxy(town)
    behind.lag = 3
    turn = 0

    def balanced(method: str, params: list[Any], result: Any) -> Any:
        nonlocal turn
        turn += 1
        return (behind if turn % 3 == 0 else ahead).twist(method, params, result)

    reverted: list[int] = []
    registry = Registry()
    registry.on_revert(lambda ancestor, _removed: reverted.append(ancestor))
    with liar(town.node.url, balanced) as url:
        indexer = Indexer(Client([url], 31337, attempts=1), town.deployment, registry=registry)
        for block in range(12):
            town.votes(2, first=1 + 2 * block)
            for _pass in range(4):
                with suppress(NodeBehind, LogsMissing):
                    indexer.step()
    town.indexer().catch_up()
    assert reverted == []
    assert ChainEvent.objects.count() == 24
    assert verify(town.client, town.deployment, Registry()).differences == []


@pytest.mark.parametrize("at_first", ["nothing", "another block"])
def test_node_that_goes_back_between_two_questions_takes_nothing_back(town: Town, at_first: str) -> None:
    town.votes(2)
    reverted: list[int] = []
    registry = Registry()
    registry.on_revert(lambda ancestor, _removed: reverted.append(ancestor))
    proxy = Proxy(town)
    asked: list[Any] = []

    def balanced(method: str, params: list[Any], result: Any) -> Any:
        """One node knows the newest block, the next sees a fork if so told, those after are behind."""
        if method == "eth_getBlockByNumber":
            asked.append(params[0])
        proxy.lag = 0 if len(asked) < 2 or (len(asked) == 2 and at_first == "another block") else 1
        answer = proxy.twist(method, params, result)
        if len(asked) == 2 and at_first == "another block":
            return {**answer, "hash": "0x" + "ef" * 32}
        return answer

    town.mine(3)
    town.indexer(registry).catch_up()
    with liar(town.node.url, balanced) as url, pytest.raises(NodeBehind):
        Indexer(Client([url], 31337, attempts=1), town.deployment, registry=registry).step()
    assert asked[0] == "latest"
    assert reverted == []
    assert ChainEvent.objects.count() == 2


def test_both_nodes_failing_by_turns_lose_nothing(pair: Pair) -> None:
    indexer = Indexer(pair.client, pair.town.deployment, registry=Registry())
    down = saying(Say(b"oops", 500))
    for block in range(6):
        pair.first.fault, pair.second.fault = (down, None) if block % 2 else (None, down)
        pair.town.votes(2, first=1 + 2 * block)
        indexer.catch_up()
    assert ChainEvent.objects.count() == 12
    assert verify(pair.town.client, pair.town.deployment, Registry()).differences == []


# --- finality ---


def test_chain_that_names_no_final_block_has_one_by_depth(pair: Pair) -> None:
    def nameless(method: str, params: list[Any], result: Any) -> Any:
        if method == "eth_getBlockByNumber" and params[0] == "finalized":
            raise Refuse(-32602, "invalid block tag")
        return result

    with liar(pair.town.node.url, nameless) as url:
        client = Client([url], 31337, attempts=1)
        newest = client.header("latest")
        assert newest is not None
        assert client.finalized_number() is None
        assert finalized_number(client, newest, depth=8, floor=0) == newest.number - 8


# --- what is told of them ---


def test_report_names_no_address(pair: Pair) -> None:
    pair.first.fault = saying(BUSY)
    pair.head()
    report = pair.client.nodes.report()
    assert [(each.name, each.status, each.height, each.failures) for each in report] == [
        ("node 1", "node-busy", None, 1),
        ("node 2", "ok", pair.town.head(), 0),
    ]
    assert "127.0.0.1" not in str(report)
    assert report[1].answered_at is not None


def test_every_process_hears_how_the_nodes_are(pair: Pair, settings: Any) -> None:
    settings.RPC_URLS = ["http://127.0.0.1:9/never-asked"]

    assert [each.status for each in selectors.node_health()] == ["unknown"]
    indexer = Indexer(pair.client, pair.town.deployment, registry=Registry())
    services.sync_chain(indexer=indexer)
    told = selectors.node_health()
    assert [(each.name, each.status, each.behind) for each in told] == [
        ("node 1", "ok", 0),
        ("node 2", "ok", 0),
    ]


def test_nodes_are_looked_at_every_ten_seconds(pair: Pair) -> None:
    for _second in range(25):
        services.watch_nodes(pair.client)
        pair.clock.now += 1
    assert pair.heard() == (6, 6)  # chain and height, three times each


def test_refusal_is_an_answer(pair: Pair) -> None:
    pair.first.fault = saying(Refuse(-32602, "invalid params"))
    with pytest.raises(NodeRefused):
        pair.client.request("eth_getBalance", "nonsense", "latest")
    assert pair.second.heard() == []


# --- pure ---


FAULTS = [NodeUnreachable(), NodeBusy(), NodeBusy(retry_after=4.0), NodeWrongChain()]


@given(st.lists(st.sampled_from(FAULTS)))
def test_every_pause_ends_within_a_minute(errors: list[ChainError]) -> None:
    health, now = Health(), 0.0
    for error in errors:
        health.failed(error, now)
        assert 0 < health.rests(now) < LONGEST_PAUSE_SECONDS + 0.001
        assert health.barred(now) <= health.rests(now)
        now += 0.1
    health.answered()
    assert (health.barred(now), health.rests(now)) == (0, 0)


@pytest.mark.parametrize(
    ("question", "needs"),
    [
        (("eth_blockNumber", ()), Needs(True, -1)),
        (("eth_getBlockByNumber", ("latest", False)), Needs(True, -1)),
        (("eth_getBlockByNumber", ("0x10", False)), Needs(False, 16)),
        (("eth_call", ({"to": "0x1"}, "0x20")), Needs(False, 32)),
        (("eth_call", ({"to": "0x1"}, "pending")), Needs(True, -1)),
        (("eth_getLogs", ({"fromBlock": "0x1", "toBlock": "0x9"},)), Needs(False, 9)),
        (("eth_getLogs", ({"blockHash": "0x12"},)), Needs(False, -1)),
        (("eth_getTransactionReceipt", ("0x12",)), Needs(False, -1)),
    ],
)
def test_needs_of_a_question(question: Any, needs: Needs) -> None:
    assert needs_of([question]) == needs
