"""HTTP for Django in a fixed pool of threads.

Django's own ASGI handler gives every request a thread of its own, and so a database connection of its own,
opened and closed again: 140 to 256 requests a second where 600 to 700 were possible. Here a request runs from
beginning to end in one of a fixed set of threads, whose connections stay open for ``CONN_MAX_AGE``. Beside
gunicorn and granian: docs/adr/0043.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, ASGIRequest, get_script_prefix
from django.http import (
    FileResponse,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.urls import set_script_prefix

from core.http.deferred import waiting_of

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_STREAM_AHEAD = 4  # pieces of a streamed answer that may wait for a slow reader
# A file up to this size is read where it was found: handing it over piece by piece would cost more.
_SMALL_FILE_BYTES = 512 * 1024


def _read_whole(response: FileResponse) -> HttpResponse:
    content: Iterable[bytes] = response.streaming_content  # type: ignore[assignment]
    whole = HttpResponse(b"".join(content), status=response.status_code, headers=dict(response.items()))
    whole.cookies = response.cookies
    response.close()
    return whole


class PooledHandler(ASGIHandler):
    """Django as an ASGI application whose requests run in ``threads`` threads that live as long as it
    does."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        # The chain of middlewares and views is synchronous: it never leaves the request's thread.
        self.load_middleware(is_async=False)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        if scope["type"] != "http":
            raise ValueError(f"only HTTP is served here, not {scope['type']}")
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        loop = asyncio.get_running_loop()
        with closing(body):
            request, refusal = self.create_request(scope, body)
            if request is None:
                await self.send_response(refusal or HttpResponseBadRequest(), send)
                return
            response = await loop.run_in_executor(self._pool, self._respond, scope, request)
            waiting = waiting_of(response)
            while waiting is not None and (pause := waiting.pause()) is not None:
                await asyncio.sleep(pause)
                await loop.run_in_executor(self._pool, waiting.look)
            if isinstance(response, StreamingHttpResponse):
                await self._send_stream(response, send)
            else:
                await self.send_response(response, send)

    def _respond(self, scope: Scope, request: ASGIRequest) -> HttpResponseBase:
        signals.request_started.send(sender=self.__class__, scope=scope)
        set_script_prefix(get_script_prefix(scope))
        response = self.get_response(request)
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
            if int(response.get("Content-Length", str(_SMALL_FILE_BYTES + 1))) <= _SMALL_FILE_BYTES:
                response = _read_whole(response)
        if not response.streaming:
            response.close()
        return response

    async def _send_stream(self, response: StreamingHttpResponse, send: Send) -> None:
        """Pull the pieces in a pool thread, where a database cursor may be behind them, and send each as it
        comes."""
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[bytes | None] = asyncio.Queue(_STREAM_AHEAD)
        ended = threading.Event()

        def pull() -> None:
            try:
                content: Iterable[bytes] = response.streaming_content  # type: ignore[assignment]
                for piece in content:
                    if ended.is_set():
                        break
                    asyncio.run_coroutine_threadsafe(pieces.put(piece), loop).result()
            finally:
                response.close()
                asyncio.run_coroutine_threadsafe(pieces.put(None), loop)

        head = StreamingHttpResponse(status=response.status_code, headers=dict(response.items()))
        head.cookies = response.cookies
        pulling = loop.run_in_executor(self._pool, pull)
        try:
            head.streaming_content = self._until_none(pieces)
            await self.send_response(head, send)
        finally:
            ended.set()
            while not pulling.done():
                # Make room, so that a pull that waits to put sees the end.
                while not pieces.empty():
                    pieces.get_nowait()
                await asyncio.wait({pulling}, timeout=0.05)
            await pulling

    @staticmethod
    async def _until_none(pieces: "asyncio.Queue[bytes | None]") -> Any:
        while (piece := await pieces.get()) is not None:
            yield piece


async def sockets_only(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer plain HTTP on the process that serves sockets: 426 Upgrade Required (RFC 9110, 15.5.22)."""
    body = b"This address speaks WebSocket.\n"
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"upgrade", b"websocket"),
        # The next request on this connection may be a page's, which another process serves.
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 426, "headers": headers})
    await send({"type": "http.response.body", "body": body})
