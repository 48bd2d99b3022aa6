"""The front door: bytes pass unchanged, an absent process is a 503."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

from devstack.front_proxy import Door, Target
from devstack.preflight import free_ports

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


async def _ask(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


@contextlib.asynccontextmanager
async def _door(behind: Handler | None) -> AsyncIterator[int]:
    front, port = free_ports(2)
    server = await asyncio.start_server(behind, "127.0.0.1", port) if behind is not None else None
    door = Door(Target("127.0.0.1", port))
    await door.open("127.0.0.1", front)
    try:
        yield front
    finally:
        await door.close()
        if server is not None:
            server.close()


async def test_bytes_pass_unchanged_both_ways() -> None:
    size = 3_000_000

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(await reader.readexactly(size))
        await writer.drain()
        writer.close()

    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    async with _door(echo) as port:
        answer = await _ask(port, b"POST / HTTP/1.1\r\n\r\n" + body)
    assert answer == body


@pytest.mark.parametrize("path", [b"/", b"/ws/events"])
async def test_absent_process_is_a_503_with_retry_after(path: bytes) -> None:
    async with _door(None) as port:
        answer = await _ask(port, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nRetry-After: 2\r\n" in answer


async def test_process_that_dies_before_it_answers_is_a_503() -> None:
    async def die(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    async with _door(die) as port:
        answer = await _ask(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 503 ")


async def test_client_that_leaves_frees_the_connection_behind() -> None:
    left = asyncio.Event()

    async def wait_for_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        left.set()
        writer.close()

    async with _door(wait_for_end) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /ws/events HTTP/1.1\r\n\r\n")
        await writer.drain()
        writer.close()
        await asyncio.wait_for(left.wait(), 10)
