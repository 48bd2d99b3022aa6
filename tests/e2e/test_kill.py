"""kill -9 of web, worker and Valkey while votes pour in: nothing lost, nothing twice, the mirror clean."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from typing import Any

import requests

from tests.e2e import chain
from tests.e2e.conftest import Stack, eventually

FOR = 1
PATIENCE_SECONDS = 90
VICTIMS = ("worker", "web", "valkey", "worker", "web", "valkey")
BURST = 6


def processes(stack: Stack) -> dict[str, int]:
    return json.loads((stack.home / "processes.json").read_text(encoding="utf-8"))


def rows(stack: Stack, query: str, *values: object) -> list[tuple[Any, ...]]:
    database = next(stack.home.glob("*.sqlite3"))
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute(query, values).fetchall()


def head(stack: Stack) -> int:
    return int(chain.rpc(stack.rpc, "eth_blockNumber"), 16)


def standing_ballots(stack: Stack, limit: int) -> list[tuple[int, dict[str, Any]]]:
    """Proposals that are open and the citizens who have not voted on them yet."""
    engine = stack.facts["contracts"]["VotingEngine"]
    one_each = stack.facts["contracts"]["OnePersonOneVoteStrategy"].lower()
    rows_of_open = stack.get("/api/proposals", state="ACTIVE")["results"]
    # Where votes cost credits a ballot says how many, which these tests don't.
    active = [int(row["proposalId"]) for row in rows_of_open if row["strategy"].lower() == one_each]
    ballots = []
    for person in stack.citizens():
        for number in active:
            voted = chain.call(
                stack.rpc, engine, "hasVoted(uint256,address)", ["bool"], number, person["address"]
            )[0]
            if not voted:
                ballots.append((number, person))
    assert ballots, "everybody has voted on everything"
    return ballots[:limit]


def everything_runs(stack: Stack) -> None:
    def answer() -> bool:
        try:
            alive = all(os.path.exists(f"/proc/{pid}") for pid in processes(stack).values())
            return alive and len(processes(stack)) == 4 and requests.get(stack.web + "/", timeout=5).ok
        except requests.RequestException:
            return False

    eventually(answer, seconds=PATIENCE_SECONDS, what="the stack's return")


def insisting(act: Callable[[], requests.Response]) -> requests.Response:
    """Do what a client does: try again on 503 and on a broken connection."""
    end = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            response = act()
        except requests.RequestException:
            response = None
        if response is not None and response.status_code != 503:
            return response
        assert time.monotonic() < end, "the portal never answered"
        time.sleep(0.3)


def relay_vote(stack: Stack, number: int, person: dict[str, Any]) -> str:
    """Vote through the portal; answers the act's digest."""
    fields = {"signer": person["address"], "support": FOR, "reason": "While the lights went out."}
    drafted = insisting(
        lambda: requests.post(
            stack.web + "/api/acts/typed-data",
            json={"act": "vote", "proposalId": str(number), **fields},
            timeout=10,
        )
    )
    assert drafted.status_code == 200, drafted.text
    document = drafted.json()
    signature = chain.sign(person["privateKey"], document["typedData"])
    body = {**fields, "deadline": document["deadline"], "signature": signature}
    answer = insisting(
        lambda: requests.put(f"{stack.web}/api/proposals/{number}/vote", json=body, timeout=10)
    )
    assert answer.status_code == 202, answer.text
    return answer.json()["digest"]


def kill(stack: Stack, name: str) -> None:
    os.kill(processes(stack)[name], signal.SIGKILL)


def test_killing_every_process_in_turn_loses_and_doubles_nothing(stack: Stack) -> None:
    drafts = rows(stack, "select count(*) from proposal_drafts")
    engine = stack.facts["contracts"]["VotingEngine"]
    ballots = standing_ballots(stack, limit=BURST * len(VICTIMS))
    digests = []
    for turn, victim in enumerate(VICTIMS):
        # Each victim dies a little later in the second within which the indexer reads.
        burst = ballots[turn * BURST : (turn + 1) * BURST]
        digests.append(relay_vote(stack, *burst[0]))
        for number, person in burst[1:-1]:
            chain.send(stack.rpc, person["privateKey"], engine, "castVote(uint256,uint8)", number, FOR)
        time.sleep(turn / len(VICTIMS))
        kill(stack, victim)
        digests.append(relay_vote(stack, *burst[-1]))
        everything_runs(stack)

    wanted = {(str(number), person["address"].lower()) for number, person in ballots}

    def mirrored() -> Counter[tuple[str, str]]:
        found = rows(stack, "select proposal_id, voter from votes")
        return Counter((str(int(number)), voter.lower()) for number, voter in found)

    eventually(lambda: wanted <= set(mirrored()), seconds=PATIENCE_SECONDS, what="every vote in the mirror")
    assert max(mirrored().values()) == 1

    def landed() -> bool:
        return all(stack.get(f"/api/acts/{digest}")["status"] in {"mined", "final"} for digest in digests)

    eventually(landed, seconds=PATIENCE_SECONDS, what="every relayed act")
    reached = head(stack)
    eventually(
        lambda: rows(stack, "select block_number from cursors")[0][0] >= reached,
        seconds=PATIENCE_SECONDS,
        what="the newest block in the mirror",
    )
    verdict = stack.manage("verify_chain", "--json")
    assert verdict.returncode == 0, verdict.stdout[-2000:] + verdict.stderr[-2000:]
    assert rows(stack, "select count(*) from proposal_drafts") == drafts


def test_killed_chain_is_resumed_and_the_mirror_follows(stack: Stack) -> None:
    engine = stack.facts["contracts"]["VotingEngine"]
    number, person = standing_ballots(stack, limit=1)[0]
    chain.send(stack.rpc, person["privateKey"], engine, "castVote(uint256,uint8)", number, FOR)
    # Longer than the second within which a transaction is on disk.
    time.sleep(2.5)
    kill(stack, "anvil")

    def voted() -> bool:
        try:
            return chain.call(
                stack.rpc, engine, "hasVoted(uint256,address)", ["bool"], number, person["address"]
            )[0]
        except (requests.RequestException, RuntimeError):
            return False

    eventually(voted, seconds=PATIENCE_SECONDS, what="the chain's return")
    everything_runs(stack)
    reached = head(stack)
    eventually(
        lambda: rows(stack, "select block_number from cursors")[0][0] >= reached,
        seconds=PATIENCE_SECONDS,
        what="the newest block in the mirror",
    )
    verdict = stack.manage("verify_chain", "--json")
    assert verdict.returncode == 0, verdict.stdout[-2000:] + verdict.stderr[-2000:]
