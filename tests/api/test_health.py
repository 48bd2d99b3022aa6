"""Probes are answered in time, whatever hangs; they tell how each part is and give no address away."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings as configured
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from conftest import Node, free_port
from contracts.indexer.cursor import NAME
from contracts.models import ActStatus, Cursor, RelayedAct
from core.health import registry
from core.health.registry import DEADLINE_SECONDS, Finding, Registry
from core.queue import pulse
from core.tasks import leave_pulse
from daoportal.settings.home import new_ed25519_key, new_rsa_key

ROOT = Path(__file__).resolve().parents[2]
PROBE_SECONDS = 2.0


@contextmanager
def black_hole() -> Iterator[int]:
    """A TCP server that takes every connection and never says a word; yields its port."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server:

        def swallow() -> None:
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=swallow, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    for one in held:
        one.close()


def _get(url: str) -> tuple[int, Any, float]:
    response = requests.get(url, timeout=10)
    return response.status_code, response.json(), response.elapsed.total_seconds()


@contextmanager
def served(role: str, **environment: str) -> Iterator[str]:
    """A real server of one role in production's settings; yields its address."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "daoportal.asgi:application", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--lifespan", "off", "--log-level", "critical"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "daoportal.settings.production",
            "PORTAL_ROLE": role,
            "PUBLIC_URL": "https://portal.example",
            "ALLOWED_HOSTS": "portal.example",
            "SECRET_KEY": "x" * 60,
            "JWT_PRIVATE_KEY": new_rsa_key(),
            "PROMISE_PRIVATE_KEY": new_ed25519_key(),
            **environment,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 60
        while True:
            try:
                _get(f"http://127.0.0.1:{port}/api/health/live")
                break
            except requests.ConnectionError:
                assert process.poll() is None
                assert time.monotonic() < end
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("role", ["web", "live"])
def test_answers_within_two_seconds_while_everything_hangs(role: str, tmp_path: Path) -> None:
    with black_hole() as port:
        gone = {
            "DATABASE_URL": f"postgres://portal:hunter2@127.0.0.1:{port}/portal",
            "REDIS_URL": f"redis://:hunter2@127.0.0.1:{port}/0",
            "CELERY_BROKER_URL": f"amqp://portal:hunter2@127.0.0.1:{port}//",
            "RPC_URLS": f"http://127.0.0.1:{port}/hunter2,http://127.0.0.1:{port}/other",
            "CONTENT_ROOT": str(tmp_path),
            "WEB_THREADS": "2",
        }
        with served(role, **gone) as address:
            pages: list[threading.Thread] = []
            if role == "web":
                # Every request thread hangs at the database; probes are answered all the same.
                pages = [threading.Thread(target=_ignored, args=(address,), daemon=True) for _ in range(4)]
                for page in pages:
                    page.start()
            for path in ("live", "ready", "ready", "ready"):
                status, body, seconds = _get(f"{address}/api/health/{path}")
                assert seconds < PROBE_SECONDS, path
                assert status == (200 if path == "live" else 503)
            for name in ("database", "cache", "broker", "node", "mirror", "relayer", "tasks"):
                assert body["parts"][name]["status"] == "failing", name
            assert body["parts"]["content"]["status"] == "ok"
            assert {name for name, part in body["parts"].items() if part["needed"]} == {"database"}
            told = json.dumps(body)
            assert not any(secret in told for secret in ("hunter2", "127.0.0.1", str(port), str(tmp_path)))


def _ignored(address: str) -> None:
    with suppress(OSError):
        requests.get(address, headers={"Host": "portal.example", "X-Forwarded-Proto": "https"}, timeout=30)


def _registry(check: Callable[[], Finding]) -> Registry:
    registry = Registry()
    registry.part("it", source="it", needed_by=["web"])(check)
    return registry


def test_many_probes_ask_a_part_once() -> None:
    asked = []

    def check() -> Finding:
        asked.append(1)
        return Finding()

    registry = _registry(check)
    threads = [threading.Thread(target=registry.report) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert registry.report().status == "ok"
    assert len(asked) == 1


def test_part_that_hangs_is_not_asked_again_and_makes_one_probe_wait() -> None:
    asked, go_on = [], threading.Event()

    def check() -> Finding:
        asked.append(1)
        go_on.wait(30)
        return Finding()

    registry = _registry(check)
    began = time.monotonic()
    first, second = registry.report(), registry.report()
    assert time.monotonic() - began < DEADLINE_SECONDS + 0.4
    assert first.parts["it"]["detail"] == second.parts["it"]["detail"] == "no answer in time"
    assert not first.ready
    assert len(asked) == 1
    go_on.set()


def test_part_that_fails_is_named_without_its_words() -> None:
    def check() -> Finding:
        raise ValueError("10.0.0.7 refuses hunter2")

    part = _registry(check).report().parts["it"]
    assert (part["status"], part["detail"]) == ("failing", "ValueError")


def test_event_loop_goes_on_while_a_part_hangs() -> None:
    import asyncio

    go_on = threading.Event()
    registry = _registry(lambda: Finding() if go_on.wait(30) else Finding("failing"))

    async def scenario() -> int:
        report = asyncio.create_task(registry.report_async())
        turns = 0
        while not report.done():
            await asyncio.sleep(0.01)
            turns += 1
        assert not (await report).ready
        return turns

    assert asyncio.run(scenario()) > 20
    go_on.set()


def test_only_a_needed_part_makes_unready(settings: Settings) -> None:
    registry = _registry(lambda: Finding("failing"))
    for role, ready in (("web", False), ("live", True), ("all", False), ("worker", True)):
        settings.PORTAL_ROLE = role
        report = registry.report()
        assert (report.ready, report.status) == (ready, "failing")


def _asked(name: str) -> Finding:
    """What a registered part says now."""
    for source in registry.default._sources.values():
        for part in source.parts:
            if part.name == name:
                return part.check()
    raise LookupError(name)


def _cursor(**fields: Any) -> None:
    Cursor.objects.update_or_create(
        name=NAME,
        defaults={
            "chain_id": 31337,
            "start_block": 0,
            "block_number": 10,
            "head_number": 12,
            "block_timestamp": timezone.now(),
            **fields,
        },
    )


@pytest.mark.django_db
def test_mirror_tells_its_age_and_its_lag(settings: Settings) -> None:
    assert _asked("mirror").detail == "nothing was read yet"
    _cursor()
    found = _asked("mirror")
    assert (found.status, found.facts["blocksBehind"]) == ("ok", 2)
    _cursor(block_timestamp=timezone.now() - timedelta(seconds=settings.CHAIN_STALE_SECONDS + 5))
    found = _asked("mirror")
    assert found.status == "failing"
    assert found.facts["blockAge"] == pytest.approx(settings.CHAIN_STALE_SECONDS + 5, abs=2)


@pytest.mark.django_db
def test_alarm_of_the_mirror_is_told_without_the_node() -> None:
    _cursor(alarm="node-timeout: node=http://10.0.0.7:8545")
    assert _asked("mirror").detail == "node-timeout"


@pytest.mark.django_db
def test_relayer_tells_how_long_the_oldest_act_waits(settings: Settings) -> None:
    assert _asked("relayer").status == "ok"
    act = RelayedAct.objects.create(
        digest="0x" + "1" * 64,
        act="vote",
        signer="0x" + "2" * 40,
        fields={},
        typed_data={},
        signature="0x",
        deadline=timezone.now(),
    )
    assert _asked("relayer").status == "ok"
    late = timezone.now() - timedelta(seconds=settings.ACT_SELF_SEND_SECONDS + 10)
    RelayedAct.objects.filter(pk=act.pk).update(created_at=late)
    found = _asked("relayer")
    assert found.status == "degraded"
    assert found.facts["oldestActAge"] == pytest.approx(70, abs=2)
    RelayedAct.objects.filter(pk=act.pk).update(status=ActStatus.FINAL)
    assert _asked("relayer").status == "ok"
    settings.RELAYER_ENABLED = False
    assert (_asked("relayer").status, _asked("relayer").facts["enabled"]) == ("degraded", False)


def test_one_of_two_nodes_away_is_degraded(settings: Settings, anvil: Node) -> None:
    settings.RPC_URLS = [anvil.url]
    assert _asked("node").status == "ok"
    settings.RPC_URLS = [f"http://127.0.0.1:{free_port()}", anvil.url]
    found = _asked("node")
    assert found.status == "degraded"
    assert (found.facts["answering"], found.facts["configured"]) == (1, 2)
    settings.RPC_URLS = [f"http://127.0.0.1:{free_port()}"]
    assert _asked("node").status == "failing"


def test_node_of_another_chain_does_not_count(settings: Settings, anvil: Node) -> None:
    settings.RPC_URLS = [anvil.url]
    settings.CHAIN_ID = 1
    assert _asked("node").facts["answering"] == 0


@pytest.mark.django_db
def test_relayer_that_runs_low_is_told(settings: Settings, anvil: Node) -> None:
    from contracts.relayer import balance

    settings.RPC_URLS = [anvil.url]
    balance._kept.clear()
    assert _asked("gas").facts["low"] is False
    known = balance.relayer_balance()
    assert known is not None
    before = anvil.rpc("eth_getBalance", known.address, "latest")
    anvil.rpc("anvil_setBalance", known.address, hex(10**16))
    try:
        balance._kept.clear()
        assert (_asked("gas").status, _asked("gas").facts["low"]) == ("degraded", True)
    finally:
        anvil.rpc("anvil_setBalance", known.address, before)
        balance._kept.clear()


def test_queue_or_loop_that_nobody_works_off_is_named(settings: Settings) -> None:
    pulse.beat(pulse.CLOCK)
    for queue in ("default", "relayer", "events"):
        leave_pulse(queue)
    found = _asked("tasks")
    assert (found.status, found.detail) == ("failing", "not heard of: indexer")
    leave_pulse("indexer")
    assert _asked("tasks").status == "ok"
    pulse.impatient(settings.REDIS_URL).hset("pulse", "clock", str(time.time() - 100))
    assert _asked("tasks").detail == "not heard of: clock"


def test_clock_sends_every_queue_its_pulse() -> None:
    entries = [e for e in configured.CELERY_BEAT_SCHEDULE.values() if e["task"] == leave_pulse.name]
    names = {queue.name for queue in configured.CELERY_TASK_QUEUES}
    assert {(e["args"], e["options"]["queue"]) for e in entries} == {((name,), name) for name in names}
    # Over AMQP a message goes to every queue of its key.
    assert {queue.routing_key for queue in configured.CELERY_TASK_QUEUES} == names


def test_content_folder_that_is_gone_is_told(settings: Settings, tmp_path: Path) -> None:
    settings.CONTENT_ROOT = tmp_path
    assert _asked("content").status == "ok"
    settings.CONTENT_ROOT = tmp_path / "gone"
    assert _asked("content").status == "failing"


@pytest.mark.django_db(transaction=True)
def test_api_says_the_same(client: Client) -> None:
    response = client.get("/api/health/ready")
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert response.json()["parts"]["database"]["status"] == "ok"
    assert client.get("/api/health").status_code == 503  # nothing was read from the chain yet
    assert client.get("/api/health/ready?x=1").status_code == 400
