"""HTTP in a fixed pool of threads: streams keep their order, the sockets' process serves no pages."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from core.http.serving import PooledHandler, sockets_only

SEEN: list[str] = []


def _thread(request: HttpRequest) -> HttpResponse:
    SEEN.append(threading.current_thread().name)
    return HttpResponse(f"{request.method} {request.path}")


def _stream(request: HttpRequest) -> StreamingHttpResponse:
    def pieces() -> Iterator[bytes]:
        SEEN.append(threading.current_thread().name)
        for number in range(200):
            yield b"%d\n" % number

    return StreamingHttpResponse(pieces())


def _broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("no")


urlpatterns = [path("thread", _thread), path("stream", _stream), path("broken", _broken)]


async def _get(application: Any, target: str) -> tuple[int, bytes, dict[bytes, bytes]]:
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": target,
        "raw_path": target.encode(),
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "scheme": "http",
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await application(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], body, dict(sent[0]["headers"])


@pytest.fixture
def handler() -> Iterator[PooledHandler]:
    SEEN.clear()
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[], DEBUG=False):
        yield PooledHandler(threads=2)


async def test_requests_share_the_fixed_threads(handler: PooledHandler) -> None:
    answers = await asyncio.gather(*(_get(handler, "/thread") for _ in range(30)))
    assert {status for status, _, _ in answers} == {200}
    assert len(set(SEEN)) <= 2
    assert all(name.startswith("request") for name in SEEN)


async def test_stream_arrives_whole_and_runs_in_a_request_thread(handler: PooledHandler) -> None:
    status, body, _ = await _get(handler, "/stream")
    assert status == 200
    assert body == b"".join(b"%d\n" % number for number in range(200))
    assert SEEN[0].startswith("request")


async def test_client_that_leaves_a_stream_frees_its_thread(handler: PooledHandler) -> None:
    class Gone(Exception):
        pass

    class Leaving:
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            async def send_once(message: Mapping[str, Any]) -> None:
                if message["type"] == "http.response.body":
                    raise Gone
                await send(message)

            await handler(scope, receive, send_once)

    for _ in range(4):
        with pytest.raises(Gone):
            await _get(Leaving(), "/stream")
    assert (await asyncio.wait_for(_get(handler, "/thread"), 10))[0] == 200


async def test_error_in_a_view_is_a_500(handler: PooledHandler) -> None:
    assert (await _get(handler, "/broken"))[0] == 500


async def test_sockets_process_serves_no_pages() -> None:
    status, _, headers = await _get(sockets_only, "/ws/events")
    assert status == 426
    assert headers[b"connection"] == b"close"
