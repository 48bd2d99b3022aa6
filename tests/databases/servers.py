"""Where the tests find a database: given by the environment, at hand on this machine, or started for them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from glob import glob
from pathlib import Path

from devstack.processes import die_with_parent

START_SECONDS = 30
# Runs beside each other on one server must not meet.
NAME = f"portal_{os.getpid()}"


@contextmanager
def sqlite() -> Iterator[str]:
    """A file: the settings of the tests name one by themselves."""
    yield ""


@contextmanager
def postgresql() -> Iterator[str]:
    """``POSTGRES_TEST_URL``, else this machine's server, else one of our own for as long as this lasts."""
    given = os.environ.get("POSTGRES_TEST_URL")
    if given:
        yield f"{given.rstrip('/')}/{NAME}"
        return
    if _listens("127.0.0.1", 5432):
        yield f"postgres://postgres@127.0.0.1:5432/{NAME}"
        return
    with tempfile.TemporaryDirectory(prefix="portal-postgresql-") as folder:
        port = free_port()
        owner = "postgres" if os.geteuid() == 0 else None  # the server refuses to be root
        if owner:
            shutil.chown(folder, owner)
        data = f"{folder}/data"
        _run([_program("initdb"), "-D", data, "-U", "postgres", "--auth=trust", "--no-sync"], user=owner)
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        control = [_program("pg_ctl"), "-D", data, "-w"]
        _run([*control, "-o", options, "-l", f"{folder}/log", "start"], user=owner)
        try:
            yield f"postgres://postgres@127.0.0.1:{port}/{NAME}"
        finally:
            _run([*control, "-m", "immediate", "stop"], user=owner)


@contextmanager
def mongodb() -> Iterator[str]:
    """``MONGODB_TEST_URL``, a replica set, else a server that speaks MongoDB's protocol."""
    given = os.environ.get("MONGODB_TEST_URL")
    if given:
        address, mark, options = given.partition("?")
        yield f"{address.rstrip('/')}/{NAME}{mark}{options}"
        return
    with subprocess.Popen(
        [sys.executable, "-m", "tests.databases.standin"],
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=die_with_parent(os.getpid()),
    ) as process:
        assert process.stdout is not None
        try:
            yield f"{process.stdout.readline().strip()}{NAME}"
        finally:
            process.terminate()


SERVERS: dict[str, Callable[[], AbstractContextManager[str]]] = {
    "sqlite": sqlite,
    "postgresql": postgresql,
    "mongodb": mongodb,
}


def free_port() -> int:
    """Return a port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _listens(host: str, port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex((host, port)) == 0


def _program(name: str) -> str:
    found = shutil.which(name) or next(iter(sorted(glob(f"/usr/lib/postgresql/*/bin/{name}"))), None)
    if found is None:
        raise SystemExit("no PostgreSQL here: give POSTGRES_TEST_URL, or install one")
    return str(Path(found).resolve())


def _run(command: list[str], *, user: str | None) -> None:
    subprocess.run(
        command,
        check=True,
        user=user,
        stdout=subprocess.DEVNULL,
        timeout=START_SECONDS,
        cwd=tempfile.gettempdir(),
    )
