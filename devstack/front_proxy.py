"""The front door: a port that stays open while the process behind it is started again.

Each connection is spliced, byte for byte. While nobody listens behind, the door answers 503 with Retry-After
(RFC 9110, 10.2.3).
"""

import asyncio
import contextlib
from dataclasses import dataclass

_FIRST_BYTES_SECONDS = 30.0
_CHUNK = 64 * 1024

_BODY = b"The portal is starting again. Please try in a moment.\n"
_UNAVAILABLE = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Cache-Control: no-store\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a process of the stack listens."""

    host: str
    port: int


class Door:
    """Listens on one address and splices to another.

    Args:
        web: the process behind.
    """

    def __init__(self, web: Target) -> None:
        self._web = web
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
        except (OSError, TimeoutError):
            pass  # the client went away, or said nothing
        except asyncio.CancelledError:
            pass  # the door closes
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await asyncio.wait_for(reader.read(_CHUNK), _FIRST_BYTES_SECONDS)
        if not first:
            return
        try:
            inner_reader, inner_writer = await asyncio.open_connection(
                self._web.host, self._web.port, limit=_CHUNK
            )
        except OSError:
            writer.write(_UNAVAILABLE)
            await writer.drain()
            return
        inner_writer.write(first)
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
    upstream = asyncio.create_task(_copy(reader, inner_writer, copied=True))
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


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, copied: bool = False) -> bool:
    """Copy until the source ends or breaks off. Tells whether anything was, or had been, ``copied``."""
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
