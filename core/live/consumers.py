"""The socket of ``/ws/events``: greet, then forward. Nothing is read from the client."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http.request import validate_host

from core.live.broadcaster import Broadcaster
from core.live.filters import BadQuery, Filter, parse_query
from core.live.outbox import Outbox

logger = logging.getLogger(__name__)

BAD_QUERY = 4400
TRY_LATER = 1013  # RFC 6455 registry: "Try Again Later"
MAX_SOCKETS = 20_000  # a process; past that its memory, not its clients, would decide who is dropped
MAX_REASON_BYTES = 123  # a close frame carries no more (RFC 6455, 5.5)


class EventsConsumer(AsyncWebsocketConsumer):
    """One client that follows events; see :mod:`core.live.filters` for what it may ask."""

    # What all may see goes by the broadcaster; a channel would cost each socket a subscription in Valkey.
    channel_layer_alias = None

    broadcaster: Broadcaster | None = None
    outbox: Outbox | None = None
    wanted = Filter()

    async def connect(self) -> None:
        """Let the client in, unless its page or its query is wrong, and greet it."""
        if not origin_allowed(dict(self.scope["headers"]), self.scope.get("scheme", "ws")):
            await self.close()
            return
        await self.accept()
        try:
            query = parse_query(self.scope["query_string"])
        except BadQuery as error:
            await self.close(BAD_QUERY, str(error.detail)[:MAX_REASON_BYTES])
            return
        broadcaster = Broadcaster.here()
        if broadcaster.sockets >= MAX_SOCKETS:
            await self.close(TRY_LATER, "Too many connections.")
            return
        self.outbox, self.wanted = Outbox(self.base_send, self._forget), query.filter
        try:
            await broadcaster.join(self, query.filter, query.since)
        except Exception:
            logger.exception("no snapshot for a new socket")
            self._forget()
            await self.close(TRY_LATER, "The present state can't be read.")
            return
        self.broadcaster = broadcaster

    def push(self, text: str) -> None:
        """Send a frame, without waiting."""
        if self.outbox is not None:
            self.outbox.push(text)

    async def disconnect(self, code: int) -> None:
        """Serve the client no more."""
        self._forget()

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        """End without asking the database, which this socket never held."""
        await self.disconnect(message["code"])
        raise StopConsumer()

    def _forget(self) -> None:
        if self.broadcaster is not None:
            self.broadcaster.leave(self, self.wanted)
        if self.outbox is not None:
            self.outbox.close()


class NoSuchSocket(AsyncWebsocketConsumer):
    """Any other address: refused in the handshake (HTTP 403)."""

    channel_layer_alias = None

    async def connect(self) -> None:
        """Refuse."""
        await self.close()


def origin_allowed(headers: dict[bytes, bytes], scheme: str) -> bool:
    """Tell whether a handshake comes from a page that may follow: our own host, or a whitelisted origin.

    A program sends no ``Origin`` and is let in; what is told here is public.
    """
    host = headers.get(b"host", b"").decode("latin-1").lower()
    if not validate_host(_hostname(host), settings.ALLOWED_HOSTS):
        return False
    origin = headers.get(b"origin")
    if origin is None:
        return True
    text = origin.decode("latin-1").lower()
    if text in {
        settings.PUBLIC_URL.rstrip("/").lower(),
        *(value.lower() for value in settings.CORS_ALLOWED_ORIGINS),
    }:
        return True
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(host) and parts.netloc == host


def _hostname(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
