"""The production stack starts by the compose file's commands and works off its queues; the proxy in front
speaks TLS 1.3 alone."""

from __future__ import annotations

import http.client
import json
import socket
import sqlite3
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
import websockets.sync.client
from websockets.typing import Origin

from conftest import start_node
from tests.deploy.files import DEPLOY
from tests.deploy.running import HOST, Running, valkey, wait_for

pytestmark = pytest.mark.browser

BACKGROUND = ("worker", "indexer", "relayer", "beat")
TOO_LARGE = 7 * 1024 * 1024


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("production")
    with ExitStack() as stack:
        redis_url = stack.enter_context(valkey(folder))
        node = start_node(folder)
        stack.callback(node.stop)
        running = Running(
            folder,
            {
                "database_url": f"sqlite:///{folder / 'kept' / 'portal.sqlite3'}",
                "redis_url": redis_url,
                "celery_broker_url": redis_url,
                "rpc_urls": node.url,
                "relayer_private_key": "0x" + "11" * 32,
            },
            stack,
        )
        gathered = running.run("web", ["python", "manage.py", "collectstatic", "--no-input", "--verbosity=0"])
        assert gathered.returncode == 0, gathered.stderr
        refused = running.run("migrate")
        assert refused.returncode != 0
        assert "portal.E009" in refused.stderr  # SQLite: good enough for this test, not for people
        assert not _tables(folder)
        migrated = running.run("migrate", ["python", "manage.py", "migrate", "--no-input", "--verbosity=0"])
        assert migrated.returncode == 0, migrated.stderr
        assert _tables(folder)
        for name in ("web", "live", *BACKGROUND):
            running.start(name)
        for name in ("web", "live"):
            wait_for(name, partial(_ready, running, name))
        yield running


def _tables(folder: Path) -> list[str]:
    database = sqlite3.connect(folder / "kept" / "portal.sqlite3")
    try:
        return [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    finally:
        database.close()


def _ready(running: Running, name: str) -> bool:
    try:
        return running.get(name, "/api/health/ready").status_code == 200
    except OSError:
        return False


def _part(running: Running, name: str) -> dict[str, object]:
    part: dict[str, object] = running.get("web", "/api/health").json()["parts"][name]
    return part


def test_every_queue_is_worked_off_by_its_own_process(portal: Running) -> None:
    wait_for("the pulse of every queue", lambda: _part(portal, "tasks")["status"] == "ok", seconds=60)
    assert _part(portal, "broker")["status"] == _part(portal, "cache")["status"] == "ok"


def test_processes_without_an_address_show_that_they_live(portal: Running) -> None:
    for name in BACKGROUND:
        wait_for(name, portal.alive_file(name).exists)
        check = subprocess.run(
            [sys.executable, DEPLOY / "healthcheck.py"],
            env={"ALIVE_FILE": str(portal.alive_file(name))},
            timeout=20,
            check=False,
        )
        assert check.returncode == 0


def test_live_serves_no_pages_and_web_no_sockets(portal: Running) -> None:
    assert portal.get("live", "/robots.txt").status_code == 426
    assert portal.get("live", "/api/health/live").status_code == 200
    assert portal.get("web", "/ws/events").status_code == 404


@pytest.fixture(scope="module")
def proxy(portal: Running) -> tuple[int, int]:
    return portal.start_proxy()


def _context(portal: Running) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(portal.folder / "tls.crt"))


def _through(
    portal: Running, port: int, method: str, path: str, body: bytes | None = None, host: str = HOST
) -> tuple[http.client.HTTPResponse, bytes]:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        _context(portal).wrap_socket(plain, server_hostname=HOST) as secure,
    ):
        connection = http.client.HTTPConnection(host)
        connection.sock = secure
        connection.request(method, path, body=body, headers={"Connection": "close"})
        response = connection.getresponse()
        return response, response.read()


def test_pages_come_through_the_proxy_with_the_strictest_headers_once(
    portal: Running, proxy: tuple[int, int]
) -> None:
    response, body = _through(portal, proxy[0], "GET", "/robots.txt")
    assert (response.status, b"User-agent" in body) == (200, True)
    # One header of each: two would be read as none.
    hsts = response.headers.get_all("Strict-Transport-Security") or []
    assert hsts == ["max-age=31536000; includeSubDomains; preload"]
    assert len(response.headers.get_all("Content-Security-Policy") or []) == 1
    assert "nginx/" not in response.headers.get("Server", "")


def test_nothing_older_than_tls_1_3_is_spoken(portal: Running, proxy: tuple[int, int]) -> None:
    old = _context(portal)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with socket.create_connection(("127.0.0.1", proxy[0]), timeout=10) as plain, pytest.raises(ssl.SSLError):
        old.wrap_socket(plain, server_hostname=HOST)


def test_plain_http_is_sent_on_to_https(portal: Running, proxy: tuple[int, int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy[1], timeout=10)
    connection.request("GET", "/proposals?page=2", headers={"Host": HOST})
    response = connection.getresponse()
    assert (response.status, response.getheader("Location")) == (308, f"https://{HOST}/proposals?page=2")
    connection.close()


def test_too_large_a_body_is_stopped_at_the_proxy(portal: Running, proxy: tuple[int, int]) -> None:
    response, _ = _through(portal, proxy[0], "POST", "/api/acts", b"x" * TOO_LARGE)
    assert response.status == 413


def test_another_host_name_is_refused(portal: Running, proxy: tuple[int, int]) -> None:
    assert _through(portal, proxy[0], "GET", "/robots.txt", host="evil.example")[0].status == 400


def test_static_files_are_kept_for_a_year_by_their_hash(portal: Running, proxy: tuple[int, int]) -> None:
    manifest = json.loads((portal.folder / "static" / "staticfiles.json").read_text())
    name = next(hashed for hashed in manifest["paths"].values() if hashed.endswith(".css"))
    for _ in range(2):
        response, body = _through(portal, proxy[0], "GET", f"/static/{name}")
        assert response.status == 200
        assert body
        assert "immutable" in response.headers["Cache-Control"]
    kept = [file for file in (portal.folder / "nginx" / "static").rglob("*") if file.is_file()]
    assert len(kept) == 1


def test_sockets_go_to_live_and_other_pages_are_turned_away(portal: Running, proxy: tuple[int, int]) -> None:
    context = _context(portal)

    def connect(origin: str) -> websockets.sync.client.ClientConnection:
        return websockets.sync.client.connect(
            f"wss://{HOST}/ws/events",
            sock=socket.create_connection(("127.0.0.1", proxy[0]), timeout=10),
            ssl=context,
            origin=Origin(origin),
        )

    with connect(f"https://{HOST}") as events:
        assert json.loads(events.recv(timeout=10))["event"] == "snapshot"
    with pytest.raises(websockets.exceptions.InvalidStatus):
        connect("https://evil.example")


def test_log_of_the_proxy_is_json_and_leaves_out_what_people_look_for(
    portal: Running, proxy: tuple[int, int]
) -> None:
    _through(portal, proxy[0], "GET", "/robots.txt?search=divorce")
    log = portal.folder / "nginx" / "access.log"
    wait_for("the log", lambda: "/robots.txt" in log.read_text(), seconds=10)
    text = log.read_text()
    assert "divorce" not in text
    assert all(json.loads(line)["http.request.method"] for line in text.splitlines())
