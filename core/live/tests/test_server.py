"""The socket behind the server that serves it, with clients on real connections."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
from collections.abc import AsyncIterator

import orjson
import pytest
import pytest_asyncio
import uvicorn
from asgiref.sync import sync_to_async
from channels.routing import URLRouter
from websockets.asyncio.client import connect

from core.live import stream
from core.live.broadcaster import Broadcaster
from core.live.routing import websocket_urlpatterns
from core.live.tests.messages import block

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 30


@pytest_asyncio.fixture
async def port() -> AsyncIterator[int]:
    """The port of a server that runs in the test's own loop, as the `live` process does in its."""
    config = uvicorn.Config(
        URLRouter(websocket_urlpatterns),
        port=0,
        log_level="warning",
        lifespan="off",
        ws_per_message_deflate=False,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    await Broadcaster.here().stop()
    server.should_exit = True
    await serving


async def say(size: int, count: int) -> None:
    messages = [block(n, padding="x" * size) for n in range(count)]
    await sync_to_async(stream.publish)(messages)


async def test_a_client_hears_over_a_real_connection(port: int) -> None:
    async with connect(f"ws://127.0.0.1:{port}/ws/events?topics=chain", compression=None) as client:
        snapshot = orjson.loads(await client.recv())
        assert snapshot["event"] == "snapshot"
        await say(10, 3)
        frames = [orjson.loads(await client.recv()) for _ in range(3)]
        assert [frame["data"]["number"] for frame in frames] == [0, 1, 2]
        assert isinstance(frames[0]["id"], str)


async def test_a_bad_query_is_told_in_the_close_frame(port: int) -> None:
    async with connect(f"ws://127.0.0.1:{port}/ws/events?topics=nonsense") as client:
        await client.wait_closed()
        assert (client.close_code, client.close_reason) == (4400, "Unknown topic: nonsense.")


async def test_a_client_that_stops_reading_is_dropped_and_holds_up_nobody(port: int) -> None:
    stalled = await asyncio.to_thread(_shake_hands, port)
    async with connect(f"ws://127.0.0.1:{port}/ws/events", compression=None, max_queue=None) as client:
        await client.recv()
        broadcaster = Broadcaster.here()
        while broadcaster.sockets < 2:
            await asyncio.sleep(0.01)
        count = 400
        async with asyncio.timeout(PATIENCE_SECONDS):
            await say(30_000, count)
            heard = 0
            while heard < count:
                heard += orjson.loads(await client.recv())["event"] == "chain:block"
            while broadcaster.sockets > 1:
                await asyncio.sleep(0.01)
    # Broken off, not left to linger until the client cares to read.
    await asyncio.to_thread(_read_to_the_end, stalled)


def _shake_hands(port: int) -> socket.socket:
    """A client with a small window that says hello and never reads again."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(PATIENCE_SECONDS)
    client.connect(("127.0.0.1", port))
    key = base64.b64encode(os.urandom(16)).decode()
    client.sendall(
        f"GET /ws/events HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    assert client.recv(12).startswith(b"HTTP/1.1 101")
    return client


def _read_to_the_end(client: socket.socket) -> None:
    try:
        while client.recv(65_536):
            pass
    except ConnectionError:
        pass
    client.close()
