"""The image: no root, pinned, nothing of development in it; the secrets' script and the health check do their
work."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

from tests.deploy.files import DEPLOY, ROOT, compose, pinned

DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
HEALTHCHECK = DEPLOY / "healthcheck.py"


def test_dockerfile_is_without_blame() -> None:
    command = [str(Path(sys.executable).with_name("hadolint")), "--failure-threshold", "info"]
    result = subprocess.run(
        [*command, str(DEPLOY / "Dockerfile")], capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stdout


def test_image_is_pinned_and_runs_as_a_number_that_is_not_root() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(bases) == 2
    assert all(pinned(base) for base in bases)
    (user,) = re.findall(r"^USER (\d+):(\d+)$", DOCKERFILE, re.MULTILINE)
    assert min(map(int, user)) > 0
    assert {f"{user[0]}:{user[1]}"} == {
        service["user"] for service in compose()["services"].values() if "daoportal" in service["image"]
    }


def test_image_holds_what_runs_and_nothing_of_development() -> None:
    assert "requirements-dev" not in DOCKERFILE
    assert "--require-hashes" in DOCKERFILE
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    taken = {rule[1:] for rule in rules if rule.startswith("!")}
    assert all((ROOT / path).exists() for path in taken)
    assert not taken & {".git", "tests", "conftest.py", "benchmarks", "frontend", ".portal", "deploy"}
    assert "**/tests" in rules[rules.index("!daoportal") :]


def test_image_starts_and_is_asked_as_the_compose_file_has_it() -> None:
    (command,) = re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    words = [word for argument in compose()["services"]["web"]["command"] for word in argument.split("=", 1)]
    assert json.loads(command) == words
    (check,) = re.findall(r"^HEALTHCHECK .* CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert json.loads(check) == ["python", "deploy/healthcheck.py"]


def _ask(**environment: str) -> int:
    return subprocess.run(
        [sys.executable, str(HEALTHCHECK)], env=environment, capture_output=True, timeout=20, check=False
    ).returncode


def test_health_check_tells_a_new_file_from_an_old_one(tmp_path: Path) -> None:
    file = tmp_path / "alive"
    assert _ask(ALIVE_FILE=str(file)) == 1
    file.touch()
    assert _ask(ALIVE_FILE=str(file)) == 0
    old = time.time() - 200
    os.utime(file, (old, old))
    assert _ask(ALIVE_FILE=str(file)) == 1


def test_health_check_believes_a_server_that_answers() -> None:
    import runpy

    status = [200]

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status[0] if self.path == "/api/health/live" else 404)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    check = runpy.run_path(str(HEALTHCHECK))["_server"]
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        assert check(server.server_port) is None
        status[0] = 500
        assert check(server.server_port) == "status 500"
        server.shutdown()
    assert check(server.server_port) is not None


def test_secrets_are_made_once_and_kept_private(tmp_path: Path) -> None:
    def make() -> dict[str, bytes]:
        subprocess.run([DEPLOY / "make-secrets.sh", tmp_path], check=True, capture_output=True, timeout=60)
        return {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    first = make()
    assert make() == first
    declared = {Path(secret["file"]).name for secret in compose()["secrets"].values()}
    brought = {"rpc_urls", "relayer_private_key", "tls.crt", "tls.key"}
    assert declared - brought <= set(first)
    assert all(stat.S_IMODE(file.stat().st_mode) & 0o007 == 0 for file in tmp_path.iterdir())
    assert first["redis_password"].strip() in first["redis_url"]
