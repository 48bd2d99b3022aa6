"""The front door: the first request line decides, bytes pass unchanged, an absent process is a 503."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest

from devstack.door import Door, Target
from devstack.guards import free_ports

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


def _named(name: bytes) -> Handler:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + name + b" " + head.split(b"\r\n")[0])
        await writer.drain()
        writer.close()

    return answer


async def _ask(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


@contextlib.asynccontextmanager
async def _door(web: Handler | None, live: Handler | None) -> AsyncIterator[int]:
    front, *behind = free_ports(3)
    servers = [
        await asyncio.start_server(handler, "127.0.0.1", port)
        for handler, port in zip((web, live), behind, strict=True)
        if handler is not None
    ]
    door = Door(web=Target("127.0.0.1", behind[0]), live=Target("127.0.0.1", behind[1]))
    await door.open("127.0.0.1", front)
    try:
        yield front
    finally:
        await door.close()
        for server in servers:
            server.close()


@pytest.mark.parametrize(
    ("path", "expected"),
    [(b"/", b"web"), (b"/proposals?page=2", b"web"), (b"/ws/events?since=4", b"live"), (b"/wsx", b"web")],
)
async def test_first_request_line_decides_which_process_answers(path: bytes, expected: bytes) -> None:
    async with _door(_named(b"web"), _named(b"live")) as port:
        answer = await _ask(port, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.endswith(expected + b" GET " + path + b" HTTP/1.1")


async def test_bytes_pass_unchanged_both_ways() -> None:
    size = 3_000_000

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(await reader.readexactly(size))
        await writer.drain()
        writer.close()

    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    async with _door(echo, None) as port:
        answer = await _ask(port, b"POST / HTTP/1.1\r\n\r\n" + body)
    assert answer == body


@pytest.mark.parametrize("path", [b"/", b"/ws/events"])
async def test_absent_process_is_a_503_with_retry_after(path: bytes) -> None:
    async with _door(None, None) as port:
        answer = await _ask(port, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nRetry-After: 2\r\n" in answer


async def test_process_that_dies_before_it_answers_is_a_503() -> None:
    async def die(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    async with _door(die, None) as port:
        answer = await _ask(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 503 ")


@pytest.mark.parametrize("request_line", [b"nonsense\n", b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n"])
async def test_what_is_no_request_is_refused(request_line: bytes) -> None:
    async with _door(_named(b"web"), None) as port:
        answer = await _ask(port, request_line)
    assert answer.startswith(b"HTTP/1.1 400 ")


async def test_client_that_leaves_frees_the_connection_behind() -> None:
    left = asyncio.Event()

    async def wait_for_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        left.set()
        writer.close()

    async with _door(None, wait_for_end) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /ws/events HTTP/1.1\r\n\r\n")
        await writer.drain()
        writer.close()
        await asyncio.wait_for(left.wait(), 10)
