"""The API's list of 10,000 proposals by several servers, side by side.

Requests a second, processor time of each, and what the slowest of a hundred takes. `make bench-serving`
installs gunicorn and granian beside the project for it. Every server runs the same
Django over the same database; the client keeps eight requests under way.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.idle import processes as processes_of
from devstack import programs
from devstack.preflight import free_ports

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "benchmarks" / "results" / "serving.json"
PROPOSALS = 10_000
AT_ONCE = 8
START_SECONDS = 60
WARM_SECONDS = 3.0
PATH = "/api/proposals"

_ASGI, _WSGI = "daoportal.asgi:application", "benchmarks.serving.wsgi:application"
# Server, processes, threads of each.
SHAPES = (
    *(("uvicorn, PooledHandler", *shape) for shape in ((1, 2), (1, 8), (2, 1), (2, 2))),
    *(("gunicorn sync", *shape) for shape in ((1, 1), (2, 1))),
    *(("gunicorn gthread", *shape) for shape in ((1, 2), (1, 8), (2, 2))),
    *(("granian", *shape) for shape in ((1, 2), (1, 8), (2, 2))),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """Requests a second, processor time of each (ms), within what 99 % were answered (ms), PSS (MB)."""

    rate: float
    cpu: float
    slow: float
    memory: float


def command(server: str, port: int, processes: int, threads: int) -> list[str]:
    """The command line of a server."""
    python = [sys.executable, "-m"]
    if server == "uvicorn, PooledHandler":
        line = [*python, "uvicorn", _ASGI, "--port", str(port), "--ws", "none", "--lifespan", "off"]
        line += ["--log-level", "warning", "--no-access-log"]
        return line + (["--workers", str(processes)] if processes > 1 else [])
    if server == "granian":
        line = [*python, "granian", _WSGI, "--interface", "wsgi", "--port", str(port), "--no-access-log"]
        line += ["--blocking-threads", str(threads), "--log-level", "warning"]
        return [*line, "--workers", str(processes)]
    kind = "sync" if server == "gunicorn sync" else "gthread"
    line = [*python, "gunicorn", _WSGI, "--bind", f"127.0.0.1:{port}", "--worker-class", kind]
    return [*line, "--workers", str(processes), "--threads", str(threads), "--log-level", "warning"]


def main() -> None:
    """Fill a database, measure each server in each shape, print and keep the figures."""
    parser = argparse.ArgumentParser(prog="benchmarks.serving", description=__doc__)
    parser.add_argument("--seconds", type=float, default=8, help="for each figure")
    parser.add_argument("--rounds", type=int, default=3, help="of which the best counts")
    parser.add_argument("--database", default="", metavar="URL", help="an empty one in place of SQLite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-serving-") as folder, _valkey(Path(folder)) as redis:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "daoportal.settings.embedded",
            "PORTAL_HOME": folder,
            "PORTAL_ROLE": "web",
            "DATABASE_URL": options.database or f"sqlite:///{folder}/portal.sqlite3",
            "REDIS_URL": redis,
        }
        _run(environment, "manage.py", "migrate", "--no-input", "--verbosity=0")
        _run(environment, "-m", "benchmarks.serving.fill", str(PROPOSALS))
        rounds = [_round(environment, options.seconds) for _ in range(options.rounds)]
    best = {
        shape: max((figures[shape] for figures in rounds), key=lambda figure: figure.rate) for shape in SHAPES
    }
    _print(best)
    kept = [
        {"server": server, "processes": processes, "threads": threads, **asdict(figure)}
        for (server, processes, threads), figure in best.items()
    ]
    RESULT.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


def _round(environment: dict[str, str], seconds: float) -> dict[tuple[str, int, int], Figure]:
    """One figure of each; all take turns, so that what else the machine does hits none alone."""
    figures = {}
    for shape in SHAPES:
        with _served(environment, *shape) as (port, pid):
            ask(port, WARM_SECONDS)
            before = _total(pid)
            rate, slow = ask(port, seconds)
            after = _total(pid)
        cpu = (after.cpu_seconds - before.cpu_seconds) / (rate * seconds)
        figures[shape] = Figure(
            round(rate, 1), round(cpu * 1000, 2), round(slow * 1000), round(after.pss / 1e6)
        )
        _print({shape: figures[shape]}, head=False)
    return figures


def _print(figures: dict[tuple[str, int, int], Figure], *, head: bool = True) -> None:
    if head:
        words = ("processes", "threads", "requests/s", "CPU ms", "99 % ms", "MB")
        print("server".ljust(26) + "".join(map(str.rjust, words, (10, 8, 12, 8, 9, 6))))
    for (server, processes, threads), each in figures.items():
        print(
            f"{server:26}{processes:>10}{threads:>8}"
            f"{each.rate:>12.0f}{each.cpu:>8.1f}{each.slow:>9.0f}{each.memory:>6.0f}",
            flush=True,
        )


def ask(port: int, seconds: float, path: str = PATH) -> tuple[float, float]:
    """Keep ``AT_ONCE`` requests under way; answers the rate, and the seconds that 99 % took at most.

    Raises:
        RuntimeError: an answer was no 200.
    """
    took: list[float] = []
    failed: list[str] = []
    until = time.monotonic() + seconds

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < until and not failed:
            began = time.monotonic()
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                body = answer.read()
            except (OSError, http.client.HTTPException):  # closed between two requests
                connection.close()
                continue
            if answer.status != 200:
                failed.append(f"{answer.status}: {body[:300]!r}")
            took.append(time.monotonic() - began)
        connection.close()

    clients = [threading.Thread(target=client) for _ in range(AT_ONCE)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    if failed:
        raise RuntimeError(failed[0])
    return len(took) / seconds, sorted(took)[int(len(took) * 0.99) - 1]


@contextmanager
def _served(
    environment: dict[str, str], server: str, processes: int, threads: int
) -> Iterator[tuple[int, int]]:
    port = free_ports(1)[0]
    told = {**environment, "WEB_THREADS": str(threads)}
    process = subprocess.Popen(
        command(server, port, processes, threads), cwd=ROOT, env=told, start_new_session=True
    )
    try:
        end = time.monotonic() + START_SECONDS
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > end:
                sys.exit(f"{server} did not start")
            time.sleep(0.1)
        yield port, process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _total(leader: int) -> processes_of.Reading:
    readings = [processes_of.read(pid) for pid in processes_of.group(leader)]
    return processes_of.Reading(sum(r.cpu_seconds for r in readings), sum(r.pss for r in readings))


def _answers(port: int) -> bool:
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", PATH)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False


@contextmanager
def _valkey(folder: Path) -> Iterator[str]:
    port = free_ports(1)[0]
    (folder / "valkey").mkdir()
    process = subprocess.Popen(programs.valkey(port, folder / "valkey"), stdout=subprocess.DEVNULL)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()


def _run(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True)
