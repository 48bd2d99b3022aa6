"""Children are restarted when they die, end when they are told to, and never outlive the supervisor."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from devstack.console import StartError
from devstack.processes import Child

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']).pid, flush=True);"
    "time.sleep(600)",
]


def _child(tmp_path: Path, command: list[str], grace: float = 5.0) -> Child:
    return Child(
        "sleeper", command, environment=dict(os.environ), log=tmp_path / "log", cwd=tmp_path, grace=grace
    )


async def _until(condition: Callable[[], bool], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def _gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


async def test_killed_child_is_started_again_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    child = _child(tmp_path, SLEEPER)
    child.start()
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await _until(lambda: child.restarts == 1 and child.running)
    assert child.pid != first
    await child.stop()
    said = capsys.readouterr().out
    assert "sleeper stopped (killed by SIGKILL)" in said
    assert "sleeper is back" in said


async def test_stop_ends_the_whole_group_even_if_it_ignores_the_request(tmp_path: Path) -> None:
    child = _child(tmp_path, STUBBORN, grace=0.3)
    child.start()
    await _until(lambda: (tmp_path / "log").read_text().endswith("\n"))
    grandchild = int((tmp_path / "log").read_text())
    pid = child.pid
    assert pid is not None
    await child.stop()
    await _until(lambda: _gone(pid) and _gone(grandchild))
    assert not child.running
    assert child.restarts == 0


async def test_child_that_dies_at_once_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    child = _child(tmp_path, [sys.executable, "-c", "raise SystemExit('no such chain')"])
    child.start()

    async def never() -> bool:
        return False

    with pytest.raises(StartError, match="no such chain"):
        await child.ready(never, seconds=10)
    await child.stop()


def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import asyncio, os, pathlib, sys
        from devstack.processes import Child

        async def main():
            folder = pathlib.Path(sys.argv[1])
            command = [sys.executable, "-c", "import time; time.sleep(600)"]
            child = Child("sleeper", command, environment=dict(os.environ), log=folder / "log", cwd=folder)
            child.start()
            print(child.pid, flush=True)
            await asyncio.sleep(600)

        asyncio.run(main())
        """
    )
    root = Path(__file__).resolve().parents[2]
    supervisor = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], cwd=root, stdout=subprocess.PIPE, text=True
    )
    assert supervisor.stdout is not None
    child = psutil.Process(int(supervisor.stdout.readline()))
    supervisor.kill()
    supervisor.wait()
    assert not psutil.wait_procs([child], timeout=15)[1]
