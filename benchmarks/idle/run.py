"""Start a fresh embedded stack, let it settle, and measure what it uses while nobody asks anything of it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.idle import processes
from devstack.preflight import free_ports

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "benchmarks" / "results" / "idle.json"
START_SECONDS = 600
SETTLE_SECONDS = 60
# What would make the stack another one than the one that is started by `make run` alone.
_LEFT_OUT = ("DJANGO_", "PORTAL_", "DATABASE_", "REDIS_", "CELERY_", "RPC_")


def main() -> None:
    """Measure, print a table, write ``benchmarks/results/idle.json``."""
    parser = argparse.ArgumentParser(prog="benchmarks.idle", description=__doc__)
    parser.add_argument("--minutes", type=float, default=4, help="how long to measure")
    parser.add_argument("--settle", type=float, default=SETTLE_SECONDS, help="seconds to wait before")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-idle-") as home, _stack(Path(home)) as supervisor:
        time.sleep(arguments.settle)
        result = measure(_pids(Path(home), supervisor), arguments.minutes * 60)
    print(_table(result))
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


def measure(pids: Mapping[str, int], seconds: float) -> dict[str, Any]:
    """Processor seconds a minute and PSS of each process, and of all together."""
    before = {name: processes.read(pid) for name, pid in pids.items()}
    began = time.monotonic()
    time.sleep(seconds)
    minutes = (time.monotonic() - began) / 60
    after = {name: processes.read(pid) for name, pid in pids.items()}
    each = {
        name: {
            "cpuSecondsPerMinute": round((after[name].cpu_seconds - before[name].cpu_seconds) / minutes, 3),
            "pssMegabytes": round(after[name].pss / 1e6, 1),
        }
        for name in pids
    }
    cpu = sum(one["cpuSecondsPerMinute"] for one in each.values())
    return {
        "measuredAt": datetime.now(UTC).isoformat(timespec="seconds"),
        "minutes": round(minutes, 2),
        "processes": each,
        "cpuSecondsPerMinute": round(cpu, 3),
        "percentOfOneCore": round(cpu / 60 * 100, 2),
        "pssMegabytes": round(sum(one["pssMegabytes"] for one in each.values()), 1),
    }


@contextmanager
def _stack(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A portal as `make run` starts it, its demo town raised."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}
    environment = {**kept, "PORTAL_HOME": str(home), "PORT": str(free_ports(1)[0])}
    log = home / "idle.log"
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
                sys.exit(f"the stack did not start:\n{log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.5)
        yield supervisor
    finally:
        supervisor.send_signal(signal.SIGTERM)
        supervisor.wait(timeout=60)


def _pids(home: Path, supervisor: subprocess.Popen[bytes]) -> dict[str, int]:
    children: dict[str, int] = json.loads((home / "processes.json").read_text())
    return {"supervisor": supervisor.pid, **children}


def _table(result: Mapping[str, Any]) -> str:
    lines = [f"{'':12}{'CPU s/min':>10}{'% of a core':>13}{'PSS MB':>9}"]
    for name, one in result["processes"].items():
        cpu = one["cpuSecondsPerMinute"]
        lines.append(f"{name:12}{cpu:>10.2f}{cpu / 0.6:>13.2f}{one['pssMegabytes']:>9.1f}")
    cpu, percent = result["cpuSecondsPerMinute"], result["percentOfOneCore"]
    lines.append(f"{'together':12}{cpu:>10.2f}{percent:>13.2f}{result['pssMegabytes']:>9.1f}")
    return "\n".join(lines)
