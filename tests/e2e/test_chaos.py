"""Every server that the portal stands on goes and comes back while people vote.

PostgreSQL, Redis, RabbitMQ, the node and the worker, one after the other: no vote is lost, none counts twice,
every page answers or says plainly that it can't, and the mirror is clean afterwards.
"""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.e2e import chain
from tests.e2e.conftest import Stack, eventually, started
from tests.e2e.test_kill import head, processes, relay_vote, standing_ballots
from tests.servers import PostgreSQL, RabbitMQ, Redis, Server

FOR = 1
PATIENCE_SECONDS = 60
BEFORE, MEANWHILE, AFTER = 2, 2, 1  # ballots around each outage; the town has not many left
PAGES = ("/", "/proposals", "/check", "/admin/login/", "/api/proposals", "/api/governance/stats")
AWAY = "can’t reach its database just now"

Ballot = tuple[int, dict[str, Any]]


class Servers:
    """The three, on free ports."""

    def __init__(self, folder: Path) -> None:
        self.postgresql = PostgreSQL()
        self.redis = Redis(folder / "redis")
        self.rabbitmq = RabbitMQ(folder / "rabbitmq")
        self.all: tuple[Server, ...] = (self.postgresql, self.redis, self.rabbitmq)

    def start(self) -> None:
        self.postgresql.create()
        self.redis.start()
        self.rabbitmq.start()

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.postgresql.url,
            "REDIS_URL": self.redis.url,
            "CELERY_BROKER_URL": self.rabbitmq.url,
        }


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    made = Servers(tmp_path_factory.mktemp("servers"))
    try:
        made.start()
        yield made
    finally:
        for each in made.all:
            each.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("town") / "home"


@pytest.fixture
def town(servers: Servers, home: Path) -> Iterator[Stack]:
    with started(home, **servers.environment) as stack:
        yield stack


class Reader:
    """Somebody who opens one page after the other, all the time, and notes what isn't an answer."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.bare: list[str] = []
        self.seen: Counter[int] = Counter()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> Reader:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._ended.is_set():
            for path in PAGES:
                self.seen[self.open(path)] += 1
            self._ended.wait(0.05)

    def open(self, path: str) -> int:
        """The status of a page; whatever is neither a page nor a plain word is noted."""
        try:
            answer = requests.get(self.stack.web + path, timeout=15, allow_redirects=False)
        except requests.RequestException as error:
            self.bare.append(f"{path}: {error}")
            return 0
        if answer.status_code == 503:
            if path.startswith("/api/"):
                plain = answer.json().get("code") == "temporarily-unavailable"
            else:
                plain = AWAY in answer.text
            if not (plain and answer.headers.get("Retry-After")):
                self.bare.append(f"{path}: 503 without a plain word: {answer.text[:200]}")
        elif answer.status_code != 200:
            self.bare.append(f"{path}: {answer.status_code}")
        return answer.status_code


class Follower:
    """Somebody who follows the events, comes back when cut off, and resumes where he was."""

    def __init__(self, stack: Stack) -> None:
        self._url = stack.web.replace("http", "ws") + "/ws/events"
        self.holes: list[str] = []
        self.votes: set[tuple[str, str]] = set()
        self.gaps = 0
        self._last = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow)

    def __enter__(self) -> Follower:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._ended.is_set():
            with suppress(OSError, WebSocketException, TimeoutError):
                since = f"?since={self._last}" if self._last else ""
                with connect(self._url + since, open_timeout=5, close_timeout=1) as socket:
                    while not self._ended.is_set():
                        with suppress(TimeoutError):
                            self._hear(json.loads(socket.recv(timeout=0.2)))
            self._ended.wait(0.1)

    def _hear(self, frame: dict[str, Any]) -> None:
        number = int(frame["id"])
        if frame["event"] == "snapshot":
            # Either it goes on where we were, or it says that something is missing.
            if self._last and number != self._last and not frame["data"]["gap"]:
                self.holes.append(f"snapshot at {number} after {self._last}")
            self.gaps += bool(frame["data"]["gap"])
            self._last = number
        elif frame["event"] != "live:away":
            if number != self._last + 1:
                self.holes.append(f"{frame['event']} {number} after {self._last}")
            self._last = number
            if frame["event"] == "vote:cast":
                self.votes.add((str(frame["data"]["proposalId"]), frame["data"]["voter"].lower()))


def vote_directly(stack: Stack, number: int, person: dict[str, Any]) -> None:
    """Vote at the contract itself, trying again as long as the node is away."""
    engine = stack.facts["contracts"]["VotingEngine"]
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        with suppress(requests.RequestException, RuntimeError, ValueError):
            if chain.call(
                stack.rpc, engine, "hasVoted(uint256,address)", ["bool"], number, person["address"]
            )[0]:
                return
            chain.send(stack.rpc, person["privateKey"], engine, "castVote(uint256,uint8)", number, FOR)
        assert time.monotonic() < end, "the node never took the vote"
        time.sleep(0.1)


class Voters:
    """People who vote at once, every second one through the portal, the others at the contract."""

    def __init__(self, stack: Stack, ballots: list[Ballot]) -> None:
        self._stack = stack
        self._left = iter(ballots)
        self._pool = ThreadPoolExecutor(4)
        self._under_way: list[Future[str | None]] = []
        self.cast: set[tuple[str, str]] = set()
        self.digests: list[str] = []
        self._direct: list[Ballot] = []

    def vote(self, count: int) -> None:
        """Begin ``count`` ballots."""
        for _ in range(count):
            number, person = next(self._left)
            place = len(self.cast)
            self.cast.add((str(number), person["address"].lower()))
            if place % 2:
                self._begin(relay_vote, (number, person))
            else:
                self._direct.append((number, person))
                self._begin(vote_directly, (number, person))

    def _begin(self, act: Callable[..., str | None], ballot: Ballot) -> None:
        self._under_way.append(self._pool.submit(act, self._stack, *ballot))

    def insist(self) -> None:
        """Vote at the contract again where the node itself forgot: it keeps all but its last second.

        What went through the portal is the portal's to send again.
        """
        for ballot in self._direct:
            self._begin(vote_directly, ballot)
        self.wait()

    def wait(self) -> None:
        """Wait until each is handed in."""
        self.digests += [digest for each in self._under_way if (digest := each.result()) is not None]
        self._under_way.clear()


def mirrored(servers: Servers) -> Counter[tuple[str, str]]:
    with psycopg.connect(servers.postgresql.url.replace("postgres:", "postgresql:")) as database:
        rows = database.execute("SELECT proposal_id, voter FROM votes").fetchall()
    return Counter((str(int(number)), voter.lower()) for number, voter in rows)


def in_step(stack: Stack) -> None:
    """Wait until the mirror has read what the chain has now."""
    there = head(stack)

    def reached() -> bool:
        try:
            return int(stack.get("/api/governance/stats")["chain"]["blockNumber"]) >= there
        except requests.RequestException:
            return False

    eventually(reached, seconds=PATIENCE_SECONDS, what="the mirror's return")


def test_servers_go_and_come_back_and_every_vote_counts_once(town: Stack, servers: Servers) -> None:
    def stop_process(name: str, number: signal.Signals) -> Callable[[], None]:
        return lambda: os.kill(processes(town)[name], number)

    def starts_by_itself() -> None:
        """The supervisor does."""

    outages: list[tuple[str, Callable[[], None], Callable[[], Any], set[int]]] = [
        ("redis", servers.redis.stop, servers.redis.start, {200}),
        ("postgresql", servers.postgresql.stop, servers.postgresql.start, {200, 503}),
        ("rabbitmq", servers.rabbitmq.stop, servers.rabbitmq.start, {200}),
        ("redis, killed", servers.redis.kill, servers.redis.start, {200}),
        ("rabbitmq, killed", servers.rabbitmq.kill, servers.rabbitmq.start, {200}),
        ("node", stop_process("anvil", signal.SIGTERM), starts_by_itself, {200}),
        ("worker, killed", stop_process("worker", signal.SIGKILL), starts_by_itself, {200}),
    ]
    needed = (BEFORE + MEANWHILE + AFTER) * len(outages)
    voters = Voters(town, standing_ballots(town, limit=needed))
    with Reader(town) as reader, Follower(town) as follower:
        for name, stop, start, expected in outages:
            voters.vote(BEFORE)
            stop()
            voters.vote(MEANWHILE)
            while_away = {path: reader.open(path) for path in PAGES}
            assert set(while_away.values()) <= expected, (name, while_away)
            start()
            voters.vote(AFTER)
            voters.wait()
        voters.insist()
        eventually(lambda: voters.cast <= set(mirrored(servers)), seconds=PATIENCE_SECONDS, what="every vote")
        in_step(town)
    assert max(mirrored(servers).values()) == 1
    assert reader.bare == []
    assert reader.seen[503] > 0
    assert follower.holes == []
    assert follower.gaps >= 2  # Redis was away twice, and said so
    assert follower.votes

    def landed() -> bool:
        acts = [town.get(f"/api/acts/{digest}")["status"] for digest in voters.digests]
        return set(acts) <= {"mined", "final"}

    eventually(landed, seconds=PATIENCE_SECONDS, what="every relayed act")
    verdict = town.manage("verify_chain", "--json")
    assert verdict.returncode == 0, verdict.stdout[-2000:] + verdict.stderr[-2000:]


def test_the_town_resumes_on_the_same_servers(town: Stack, home: Path) -> None:
    """Started a second time by its fixture: the votes of the first run are there."""
    log = (home / "test-run.log").read_text(encoding="utf-8")
    assert "Raising the demo town" not in log
    assert "secret" not in log
    facts = json.loads((home / "stack.json").read_text(encoding="utf-8"))
    assert "secret" not in facts["database"] + facts["valkey"] + facts["broker"]
    assert "valkey" not in processes(town)
    in_step(town)
    verdict = town.manage("verify_chain", "--json")
    assert verdict.returncode == 0, verdict.stdout[-2000:] + verdict.stderr[-2000:]
