"""The addresses that probes ask, answered before Django and its threads.

When a database hangs, every request thread hangs with it: the answer that says so must not wait for one. Nor
does a probe know the portal's host name or speak TLS. Plain questions are answered here; any other, a
misspelt parameter for example, goes on to the API's own views (``core.health.views``).
"""

from __future__ import annotations

import orjson

from core.health import registry
from core.http.serving import Application, Receive, Scope, Send

LIVE = "/api/health/live"
READY = "/api/health/ready"
HEALTH = "/api/health"

_HEADERS = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
]


class Probes:
    """Answers ``GET`` and ``HEAD`` of the health addresses; hands everything else on.

    Args:
        otherwise: the application behind.
    """

    def __init__(self, otherwise: Application) -> None:
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        plain = scope["method"] in {"GET", "HEAD"} and not scope["query_string"]
        if not plain or scope["path"] not in {LIVE, READY, HEALTH} or not _takes_json(scope):
            await self._otherwise(scope, receive, send)
            return
        status, body = await _answer(scope["path"])
        headers = [*_HEADERS, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def _answer(path: str) -> tuple[int, bytes]:
    if path == LIVE:
        return 200, b'{"status":"ok"}'
    report = await registry.default.report_async()
    return status_of(report, ready=path == READY), orjson.dumps(report.as_json())


def status_of(report: registry.Report, *, ready: bool) -> int:
    """200 or 503: for ``ready`` only what this process needs counts, else every part."""
    good = report.ready if ready else report.status != "failing"
    return 200 if good else 503


def _takes_json(scope: Scope) -> bool:
    accepted = b",".join(value for name, value in scope["headers"] if name == b"accept")
    return not accepted or b"*/*" in accepted or b"application/json" in accepted
