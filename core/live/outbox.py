"""One socket's way out: written to at once while it keeps up, buffered to a cap when not, then dropped."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Generator
from functools import partial
from typing import Any

logger = logging.getLogger(__name__)

# On top of the 64 KiB that the server's transport holds. The texts are shared by all sockets, so a backlog
# costs a pointer a frame; what the cap bounds is how far behind a client may fall.
MAX_BACKLOG_BYTES = 1024 * 1024

Send = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]


class Outbox:
    """Frames to one socket, in order. ``push`` never waits.

    Args:
        send: the ASGI ``send`` of the socket.
        on_drop: called once when the client is too slow or gone.
    """

    __slots__ = ("_backlog", "_bytes", "_closed", "_on_drop", "_send", "_writer")

    def __init__(self, send: Send, on_drop: Callable[[], None]) -> None:
        self._send = send
        self._on_drop = on_drop
        self._backlog: deque[str] | None = None
        self._bytes = 0
        self._writer: asyncio.Task[None] | None = None
        self._closed = False

    def push(self, text: str) -> None:
        """Send ``text`` now, or after what still waits."""
        if self._closed:
            return
        if self._backlog is not None:
            self._bytes += len(text)
            if self._bytes > MAX_BACKLOG_BYTES:
                self._drop()
            else:
                self._backlog.append(text)
            return
        # A task for every frame and socket costs more than the writing. A server whose transport has room
        # finishes the send without waiting, so its first step is taken here, and a task only made for a
        # socket that must wait.
        sending = self._send({"type": "websocket.send", "text": text})
        try:
            waiting_for = sending.send(None)
        except StopIteration:
            return
        except Exception:  # noqa: BLE001 - each server has its own way of saying that the client is gone
            self._drop()
            return
        self._backlog = deque()
        self._writer = asyncio.create_task(self._write_rest(_Begun(sending, waiting_for)))

    def close(self) -> None:
        """Forget what waits and write no more."""
        self._closed = True
        self._backlog = None
        if self._writer is not None:
            self._writer.cancel()
            self._writer = None

    async def _write_rest(self, begun: Awaitable[None]) -> None:
        try:
            await begun
            while self._backlog:
                text = self._backlog.popleft()
                self._bytes -= len(text)
                await self._send({"type": "websocket.send", "text": text})
        except Exception:  # noqa: BLE001 - as in push
            self._writer = None
            self._drop()
            return
        self._backlog = None
        self._bytes = 0
        self._writer = None

    def _drop(self) -> None:
        self.close()
        # asyncio's close() flushes first, which never ends for a client that stopped reading: break the
        # connection off. ASGI has no word for it, so this knows that uvicorn's `send` belongs to an object
        # with a transport.
        transport = getattr(getattr(self._send, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()
        self._on_drop()


class _Begun:
    """A coroutine that has taken its first step; awaiting this takes the others."""

    __slots__ = ("_coroutine", "_first")

    def __init__(self, coroutine: Coroutine[Any, Any, None], first: Any) -> None:
        self._coroutine = coroutine
        self._first = first

    def __await__(self) -> Generator[Any, Any, None]:
        waiting_for = self._first
        while True:
            try:
                answer = yield waiting_for
            except BaseException as error:  # noqa: BLE001 - a cancellation must reach the coroutine too
                step: Callable[[], Any] = partial(self._coroutine.throw, error)
            else:
                step = partial(self._coroutine.send, answer)
            try:
                waiting_for = step()
            except StopIteration:
                return
