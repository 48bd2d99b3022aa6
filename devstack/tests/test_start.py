"""What stands in the way of a start is told in one line."""

from __future__ import annotations

import os
import platform
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from daoportal.settings.home import Home
from devstack import anvil, bootstrap
from devstack.console import StartError
from devstack.preflight import free_ports, refuse_taken_port, sole_owner

ROOT = Path(__file__).resolve().parents[2]


def _start(home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    given = ("DATABASE_", "REDIS_", "CELERY_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(given)}
    return subprocess.run(
        [sys.executable, "-m", "devstack"],
        cwd=ROOT,
        env={**clean, "PORTAL_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = _start(tmp_path / "home", PORT=str(port))
    assert result.returncode == 1
    assert result.stderr.splitlines() == [
        f"portal: port {port} is in use: choose another, for example `PORT={port + 1} make run`."
    ]


def test_port_that_is_none_is_one_clear_line(tmp_path: Path) -> None:
    result = _start(tmp_path / "home", PORT="70000")
    assert result.returncode == 1
    assert result.stderr.splitlines() == ["portal: PORT must lie between 1 and 65535, not 70000."]


@pytest.mark.parametrize(
    ("name", "url", "said"),
    [
        ("DATABASE_URL", "postgres://me:topsecret@127.0.0.1:9/x", "postgres://127.0.0.1:9/x doesn't answer."),
        ("REDIS_URL", "redis://:topsecret@127.0.0.1:9/0", "redis://127.0.0.1:9/0 doesn't answer."),
        ("CELERY_BROKER_URL", "amqp://me:topsecret@127.0.0.1:9/x", "amqp://127.0.0.1:9/x doesn't answer."),
        ("CELERY_BROKER_URL", "kafka://me:topsecret@127.0.0.1:9", "must begin with redis://, rediss://"),
    ],
)
def test_server_that_cannot_be_used_is_one_clear_line_without_secrets(
    tmp_path: Path, name: str, url: str, said: str
) -> None:
    result = _start(tmp_path / "home", PORT=str(free_ports(1)[0]), **{name: url})
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"portal: {name}")
    assert said in line
    assert "topsecret" not in result.stdout + result.stderr


def test_home_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = _start(tmp_path / "file" / "home", PORT=str(free_ports(1)[0]))
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "set PORTAL_HOME" in result.stderr


def test_home_belongs_to_one_supervisor(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with sole_owner(home), pytest.raises(StartError, match="already"), sole_owner(home):
        pytest.fail("the home was given twice")


def test_free_port_is_not_refused() -> None:
    refuse_taken_port(free_ports(1)[0])


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("src/x.c:1:10: fatal error: Python.h: No such file or directory", "header files are missing"),
        ("error: command 'gcc' failed: No such file or directory", "no C compiler"),
        ("NewConnectionError('Failed to establish a new connection')", "is there a network?"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "hash mismatch"),
        ("ERROR: something nobody has seen before", "something nobody has seen before"),
    ],
)
def test_failed_installation_says_what_to_do(output: str, expected: str) -> None:
    advice = bootstrap.remedy(output)
    assert expected in advice
    assert "\n" not in advice


def test_platform_without_a_pinned_anvil_is_told_where_to_put_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(StartError, match=re.escape(f"put a build of {anvil.VERSION}")):
        anvil._package()


def test_requirements_are_pinned_hashed_and_name_no_host() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-node.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        packages = [line for line in text.splitlines() if re.match(r"[A-Za-z0-9]", line)]
        assert packages
        assert all(re.match(r"[A-Za-z0-9_.\[\],-]+==\S+", line) for line in packages)
        assert text.count("--hash=sha256:") >= len(packages)
        assert "://" not in text
