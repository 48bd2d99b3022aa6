"""The whole portal, started as a newcomer starts it, once for all browser tests."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from conftest import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 240
SETTINGS = "daoportal.settings.embedded"


@dataclass(frozen=True)
class Stack:
    """A running portal: its addresses, its people, its home on disk, and the process that keeps it up."""

    home: Path
    facts: dict[str, Any]
    environment: dict[str, str]
    supervisor: subprocess.Popen[bytes] | None

    @property
    def web(self) -> str:
        return self.facts["web"].rstrip("/")

    @property
    def rpc(self) -> str:
        return self.facts["rpc"]

    def person(self, role: str, skip: int = 0) -> dict[str, Any]:
        return [person for person in self.facts["people"] if role in person["roles"]][skip]

    def citizens(self) -> list[dict[str, Any]]:
        return [person for person in self.facts["people"] if "CITIZEN" in person["roles"]]

    def undecided(self, proposal_id: str) -> Iterator[dict[str, Any]]:
        """Citizens who have not voted on the proposal."""
        voters = {vote["voter"] for vote in self.votes(proposal_id)}
        return (person for person in self.citizens() if person["address"] not in voters)

    def votes(self, proposal_id: str) -> list[dict[str, Any]]:
        """Every vote on the proposal, from the export that has no pages."""
        answer = requests.get(
            f"{self.web}/api/proposals/{proposal_id}/votes", params={"format": "ndjson"}, timeout=20
        )
        answer.raise_for_status()
        return [json.loads(line) for line in answer.text.splitlines()]

    def open_proposal(self, skip: int = 0, *, counted: str = "OnePersonOneVoteStrategy") -> dict[str, Any]:
        """An open vote that the contract ``counted`` counts, the oldest but ``skip``."""
        found = self.get("/api/proposals", state="ACTIVE", ordering="createdAt")["results"]
        strategy = self.facts["contracts"][counted].lower()
        return [each for each in found if each["strategy"].lower() == strategy][skip]

    def get(self, path: str, **params: Any) -> Any:
        response = requests.get(self.web + path, params=params, timeout=20)
        response.raise_for_status()
        return response.json()

    def manage(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=180,
        )


def eventually(read: Callable[[], Any], *, seconds: float = 5.0, what: str = "it") -> Any:
    """The first true answer of ``read``; fails after ``seconds``."""
    end = time.monotonic() + seconds
    answer = None
    while time.monotonic() < end:
        answer = read()
        if answer:
            return answer
        time.sleep(0.05)
    pytest.fail(f"{what} did not happen within {seconds} s; last answer: {answer!r}")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A portal with a fresh demo town; ``E2E_PORTAL_HOME`` names one that runs already, to try a test."""
    running = os.environ.get("E2E_PORTAL_HOME")
    if running:
        home = Path(running)
        facts = json.loads((home / "stack.json").read_text())
        yield Stack(
            home, facts, {**os.environ, "PORTAL_HOME": running, "DJANGO_SETTINGS_MODULE": SETTINGS}, None
        )
        return
    with started(tmp_path_factory.mktemp("portal")) as portal:
        yield portal
        home = portal.home
    shutil.rmtree(home, ignore_errors=True)


@contextmanager
def started(home: Path, **given: str) -> Iterator[Stack]:
    """A portal that `make run` starts in ``home``, with the servers that the environment ``given`` names."""
    port = free_port()
    environment = {
        **{
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("DJANGO_", "PORTAL_", "PYTEST", "DATABASE_", "REDIS_", "CELERY_"))
        },
        "PORTAL_HOME": str(home),
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        **given,
    }
    home.mkdir(exist_ok=True)
    log = home / "test-run.log"
    log.unlink(missing_ok=True)
    with log.open("wb") as output:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "devstack"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        end = time.monotonic() + START_SECONDS
        while "ready http" not in log.read_text(errors="replace"):
            if supervisor.poll() is not None or time.monotonic() > end:
                pytest.fail("the portal did not start:\n" + log.read_text(errors="replace")[-4000:])
            time.sleep(0.2)
        yield Stack(home, json.loads((home / "stack.json").read_text()), environment, supervisor)
    finally:
        supervisor.send_signal(signal.SIGTERM)
        try:
            supervisor.wait(timeout=20)
        except subprocess.TimeoutExpired:
            supervisor.kill()
