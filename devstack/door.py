"""The front door: one port for two processes.

Each connection is spliced, byte for byte, to ``live`` when its first request is for ``/ws/`` and to ``web``
otherwise. Browsers and clients open a connection of their own for a WebSocket, so the first request line is
enough. While the process behind is starting again the door answers 503 with Retry-After (RFC 9110, 10.2.3).
"""

import asyncio
import contextlib
from dataclasses import dataclass

_FIRST_LINE_LIMIT = 8 * 1024
_FIRST_LINE_SECONDS = 30.0
_CHUNK = 64 * 1024
_SOCKETS_PATH = b"/ws/"

_BODY = b"The portal is starting again. Please try in a moment.\n"
_UNAVAILABLE = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Cache-Control: no-store\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
)
_BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a process of the stack listens."""

    host: str
    port: int


class Door:
    """Listens on one address and splices to two.

    Args:
        web: serves HTTP.
        live: serves what begins with ``/ws/``.
    """

    def __init__(self, *, web: Target, live: Target) -> None:
        self._web = web
        self._live = live
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def open(self, host: str, port: int) -> None:
        """Begin to listen.

        Raises:
            OSError: the address is taken or forbidden.
        """
        self._server = await asyncio.start_server(self._accept, host, port, limit=_CHUNK, backlog=4096)

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            pass  # the client went away, or said nothing
        except asyncio.CancelledError:
            pass  # the door closes
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await asyncio.wait_for(reader.readuntil(b"\n"), _FIRST_LINE_SECONDS)
        except asyncio.LimitOverrunError:
            line = b""
        parts = line.split(b" ")
        if len(line) > _FIRST_LINE_LIMIT or len(parts) != 3:
            writer.write(_BAD_REQUEST)
            await writer.drain()
            return
        target = self._live if parts[1].startswith(_SOCKETS_PATH) else self._web
        try:
            inner_reader, inner_writer = await asyncio.open_connection(target.host, target.port, limit=_CHUNK)
        except OSError:
            writer.write(_UNAVAILABLE)
            await writer.drain()
            return
        inner_writer.write(line)
        try:
            await _splice(reader, writer, inner_reader, inner_writer)
        finally:
            inner_writer.close()


async def _splice(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    inner_reader: asyncio.StreamReader,
    inner_writer: asyncio.StreamWriter,
) -> None:
    """Copy both ways. The process behind decides when the connection ends; a client that stops sending may
    still read."""
    upstream = asyncio.create_task(_copy(reader, inner_writer))
    try:
        answered = await _copy(inner_reader, writer)
        if not answered:
            # It died between accepting the request and answering it.
            writer.write(_UNAVAILABLE)
            await writer.drain()
    finally:
        upstream.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await upstream


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> bool:
    """Copy until the source ends or breaks off. Tells whether anything was copied."""
    copied = False
    with contextlib.suppress(ConnectionResetError):
        while data := await source.read(_CHUNK):
            copied = True
            sink.write(data)
            # drain() waits only above the high-water mark: a slow reader holds back its own sender and nobody
            # else.
            await sink.drain()
    if copied:
        with contextlib.suppress(OSError, NotImplementedError):
            sink.write_eof()
    return copied
