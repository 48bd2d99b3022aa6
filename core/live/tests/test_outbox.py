"""A slow client is buffered up to a cap, then dropped; it never holds up the others."""

from __future__ import annotations

import asyncio
from typing import Any

from core.live.outbox import MAX_BACKLOG_BYTES, Outbox


class Transport:
    aborted = False

    def abort(self) -> None:
        self.aborted = True


class Server:
    """The sending end of an ASGI server whose transport can be full, as uvicorn's is."""

    def __init__(self) -> None:
        self.transport = Transport()
        self.writable = asyncio.Event()
        self.writable.set()
        self.sent: list[str] = []
        self.gone = False

    async def send(self, message: dict[str, Any]) -> None:
        await self.writable.wait()
        if self.gone:
            raise ConnectionError
        self.sent.append(message["text"])


def outbox(server: Server) -> tuple[Outbox, list[bool]]:
    dropped: list[bool] = []
    return Outbox(server.send, lambda: dropped.append(True)), dropped


async def turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_frame_is_written_before_push_returns() -> None:
    server = Server()
    box, _ = outbox(server)
    box.push("one")
    box.push("two")
    assert server.sent == ["one", "two"]


async def test_order_is_kept_across_a_stall() -> None:
    server = Server()
    box, dropped = outbox(server)
    box.push("one")
    server.writable.clear()
    for text in ("two", "three", "four"):
        box.push(text)
    await turns()
    assert server.sent == ["one"]
    server.writable.set()
    box.push("five")
    await turns()
    box.push("six")
    assert server.sent == ["one", "two", "three", "four", "five", "six"]
    assert not dropped


async def test_a_client_beyond_the_cap_is_broken_off_once() -> None:
    server = Server()
    box, dropped = outbox(server)
    server.writable.clear()
    text = "x" * 10_000
    for _ in range(MAX_BACKLOG_BYTES // len(text) + 10):
        box.push(text)
    assert dropped == [True]
    assert server.transport.aborted
    server.writable.set()
    await turns()
    assert server.sent == []


async def test_a_client_that_is_gone_is_dropped_at_once_or_when_it_is_found_out() -> None:
    for stalled in (False, True):
        server = Server()
        box, dropped = outbox(server)
        if stalled:
            server.writable.clear()
        else:
            server.gone = True
        box.push("one")
        server.gone = True
        server.writable.set()
        await turns()
        assert dropped == [True]


async def test_a_closed_outbox_writes_no_more() -> None:
    server = Server()
    box, dropped = outbox(server)
    server.writable.clear()
    box.push("one")
    box.close()
    server.writable.set()
    await turns()
    box.push("two")
    assert server.sent == []
    assert not dropped
