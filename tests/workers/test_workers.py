"""Exactly once, whoever else is at work and whoever dies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connections

from audit import selectors as audit
from audit.models import AuditLog
from contracts.acts.services import act_status
from contracts.loops import LOOK_SECONDS
from contracts.models import ActStatus, ChainEvent, RelayerTransaction
from contracts.registry import default
from contracts.tests.civic import ADMINISTRATORS, CITIZENS, FOR, Civic, deploy
from contracts.verify.run import verify
from core.db.locks import connection
from core.queue import loops, pulse
from devstack.processes import die_with_parent
from governance.ballots.models import Vote
from governance.proposals.models import Proposal
from identity.accounts.models import User
from tests.databases.here import url

pytestmark = pytest.mark.django_db(transaction=True)

Start = Callable[..., "subprocess.Popen[str]"]
LONGEST_SECONDS = 120


@pytest.fixture(scope="session")
def civic_file(_session_anvil: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contracts, on the run's own Anvil."""
    path = tmp_path_factory.mktemp("civic") / "31337.json"
    deploy(_session_anvil.url, path)
    return path


@pytest.fixture
def civic(civic_file: Path, anvil_snapshot: Any, settings: Any, tmp_path: Path) -> Civic:
    """The real contracts, over which transactions of workers mean what they say."""
    settings.PORTAL_HOME = tmp_path
    settings.DEPLOYMENTS_DIR = tmp_path / "deployments"
    settings.CONTENT_ROOT = tmp_path / "content"
    settings.DEPLOYMENTS_DIR.mkdir()
    shutil.copy(civic_file, settings.DEPLOYMENTS_DIR)
    made = Civic(anvil_snapshot)
    made.pass_time(60)
    return made


@pytest.fixture
def start(tmp_path: Path, _session_anvil: Any) -> Iterator[Start]:
    """Starts a worker on the test's own database; ends what is left of them."""
    started: list[subprocess.Popen[str]] = []

    def worker(name: str, *, hold_at: str = "") -> subprocess.Popen[str]:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "daoportal.settings.test",
            "DATABASE_URL": url(),
            "REDIS_URL": django_settings.REDIS_URL,
            "RPC_URLS": _session_anvil.url,
            "PORTAL_HOME": str(tmp_path),
            "HOLD_AT": hold_at,
        }
        connections.close_all()  # nothing of ours may stand in their way
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.workers.job", name],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent(os.getpid()),
        )
        started.append(process)
        return process

    yield worker
    for process in started:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def killed(start: Start, name: str, hold_at: str) -> None:
    """A worker that died, by kill -9, where it would have called ``hold_at``."""
    process = start(name, hold_at=hold_at)
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"
    process.kill()
    process.wait()


def finished(*processes: subprocess.Popen[str]) -> None:
    """All of them came to their end by themselves."""
    assert [process.wait(LONGEST_SECONDS) for process in processes] == [0] * len(processes)


def vote_on_chain(civic: Civic) -> int:
    """A proposal on which all citizens vote, none of it read yet."""
    number = civic.propose("A bench by the river")
    civic.send(ADMINISTRATORS[0], "ProposalManager", "activateProposal", number, 0)
    civic.pass_time(2)
    for place in CITIZENS:
        civic.send(place, "VotingEngine", "castVote", number, place % 3)
    return number


def check_mirror(civic: Civic, number: int) -> None:
    """Everything that the chain says, and all of it once."""
    assert verify(civic.client, civic.deployment, default).differences == []
    assert Vote.objects.count() == len(CITIZENS)
    row = Proposal.objects.get(proposal_id=number)
    assert (row.against_votes, row.for_votes, row.abstain_votes) == civic.tally(number)


def test_two_indexers_at_once_write_everything_once(civic: Civic, start: Start) -> None:
    number = vote_on_chain(civic)
    finished(start("index"), start("index"))
    check_mirror(civic, number)


@pytest.mark.parametrize(
    "place",
    [
        "governance.ballots.services:insert_rows",
        "contracts.indexer.apply:publish",
    ],
)
def test_indexer_killed_leaves_all_or_nothing_and_another_goes_on(
    civic: Civic, start: Start, place: str
) -> None:
    number = vote_on_chain(civic)
    killed(start, "index", place)
    differences = verify(civic.client, civic.deployment, default).differences
    assert [found for found in differences if found.field != "head_number"] == []  # noted by a whole pass
    finished(start("index"))
    check_mirror(civic, number)


def check_acts(civic: Civic, number: int, rows: list[Any]) -> None:
    """Each act was mined, by transactions that have a nonce each, and counts once."""
    civic.relay(3)
    for row in rows:
        row.refresh_from_db()
    assert {(row.status, row.error_code) for row in rows} == {(ActStatus.MINED, "")}
    assert civic.tally(number) == (0, len(rows), 0)
    nonces = list(RelayerTransaction.objects.values_list("nonce", flat=True))
    assert len(nonces) == len(set(nonces))
    assert ChainEvent.objects.filter(event_name="VoteCast").count() == len(rows)


def test_two_relayers_at_once_send_each_act_once(civic: Civic, start: Start) -> None:
    number = civic.open_vote()
    rows = [civic.vote(place, number) for place in CITIZENS[:6]]
    finished(start("relay"), start("relay"))
    check_acts(civic, number, rows)


@pytest.mark.parametrize(
    "place",
    [
        "contracts.relayer.outbox:timezone",
        "contracts.relayer.outbox:note_sent",
    ],
)
def test_relayer_killed_loses_no_act_and_sends_none_twice(civic: Civic, start: Start, place: str) -> None:
    number = civic.open_vote()
    rows = [civic.vote(citizen, number) for citizen in CITIZENS[:6]]
    killed(start, "relay", place)
    finished(start("relay"))
    check_acts(civic, number, rows)


def check_log(acts: int) -> None:
    """An unbroken chain with an entry for each act that happened."""
    found = audit.verify()
    assert (found.faults, found.entries) == ([], acts)
    assert User.objects.count() == acts


def test_two_writers_at_once_never_fork_the_audit_log(settings: Any, tmp_path: Path, start: Start) -> None:
    settings.PORTAL_HOME = tmp_path
    finished(start("audit"), start("audit"), start("audit"))
    check_log(30)


@pytest.mark.parametrize("place", ["audit.services:partial", "audit.heads:note"])
def test_writer_killed_leaves_neither_act_nor_entry_alone(
    settings: Any, tmp_path: Path, start: Start, place: str
) -> None:
    settings.PORTAL_HOME = tmp_path
    killed(start, "audit", place)
    happened = AuditLog.objects.count()
    assert User.objects.count() == happened
    finished(start("audit"))
    check_log(happened + 10)


PROMPTLY_SECONDS = 2.5  # far less than the loops' rest: they were told


def until(done: Callable[[], object], seconds: float) -> None:
    """Ask until it is so."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end
        time.sleep(0.02)


class Resting:
    """Whether the relayer took no turn for longer than it would wait with an act under way."""

    def __init__(self) -> None:
        self._turns: object = None
        self._since = 0.0

    def __call__(self) -> bool:
        turns = connection().get("token:relayer")
        if turns != self._turns:
            self._turns, self._since = turns, time.monotonic()
        return time.monotonic() - self._since > 1.5 * LOOK_SECONDS


def is_mined(digest: str) -> bool:
    return act_status(digest).status == ActStatus.MINED


def are_counted(votes: int) -> bool:
    return Vote.objects.count() == votes


def test_what_is_new_is_done_at_once_by_processes_that_were_at_rest(civic: Civic, start: Start) -> None:
    number = civic.open_vote()
    running = [start("loops"), start("loops")]
    until(lambda: set(pulse.ages(loops.names()).values()).isdisjoint({None}), LONGEST_SECONDS)
    for place, citizen in enumerate(CITIZENS[:4], start=1):
        if place % 2:
            until(Resting(), LONGEST_SECONDS)
            digest = civic.vote(citizen, number).digest
            until(partial(is_mined, digest), PROMPTLY_SECONDS)
        else:
            civic.send(citizen, "VotingEngine", "castVote", number, FOR)
        until(partial(are_counted, place), PROMPTLY_SECONDS)
    for process in running:
        process.terminate()
    finished(*running)
    assert RelayerTransaction.objects.count() == 2
    civic.read()
    assert verify(civic.client, civic.deployment, default).differences == []
