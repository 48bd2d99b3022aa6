"""A live process in a test: real Valkey, the real consumer behind its router."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import orjson
import pytest_asyncio
from asgiref.testing import ApplicationCommunicator
from channels.routing import URLRouter

from core.live.broadcaster import Broadcaster
from core.live.routing import websocket_urlpatterns

HOST = (b"host", b"testserver")
WAIT_SECONDS = 5.0


class Client:
    """A client of ``/ws/events``, at the ASGI end of the server."""

    def __init__(
        self, query: str = "", headers: list[tuple[bytes, bytes]] | None = None, path: str = "/ws/events"
    ) -> None:
        scope = {
            "type": "websocket",
            "path": path,
            "query_string": query.encode(),
            "headers": [HOST] if headers is None else headers,
            "scheme": "ws",
            "subprotocols": [],
        }
        self.application = ApplicationCommunicator(URLRouter(websocket_urlpatterns), scope)

    async def connect(self) -> bool:
        """Shake hands; answers whether the server let us in."""
        await self.application.send_input({"type": "websocket.connect"})
        return bool((await self.output())["type"] == "websocket.accept")

    async def output(self) -> dict[str, Any]:
        """The next ASGI message."""
        return dict(await self.application.receive_output(WAIT_SECONDS))

    async def frame(self) -> dict[str, Any]:
        """The next frame."""
        message = await self.output()
        assert message["type"] == "websocket.send", message
        return dict(orjson.loads(message["text"]))

    async def frames(self, count: int) -> list[dict[str, Any]]:
        """The next frames."""
        return [await self.frame() for _ in range(count)]

    async def nothing(self) -> bool:
        """Whether nothing more is sent."""
        return bool(await self.application.receive_nothing(0.2))

    async def say(self, **message: Any) -> None:
        """Send a frame."""
        await self.application.send_input({"type": "websocket.receive", **message})

    async def leave(self) -> None:
        """Go away."""
        await self.application.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.application.wait(WAIT_SECONDS)


Connect = Callable[..., Awaitable[Client]]


@pytest_asyncio.fixture
async def connect() -> AsyncIterator[Connect]:
    """``await connect("topics=votes")``: a client that is connected; its snapshot is still to be read."""
    clients: list[Client] = []

    async def start(query: str = "") -> Client:
        client = Client(query)
        clients.append(client)
        assert await client.connect()
        return client

    yield start
    for client in clients:
        await client.leave()
    await Broadcaster.here().stop()
