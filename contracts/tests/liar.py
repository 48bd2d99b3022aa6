"""A node that lies: everything a real node says passes through the hands of the test."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
import urllib3

# (method, params, result) -> what to answer instead; may raise Refuse or Say.
JSON = {"Content-Type": "application/json"}
Twist = Callable[[str, list[Any], Any], Any]


class Say(Exception):
    """Answer with this status, these bytes and headers.

    ``says`` is the length that is announced; where it isn't the body's, the connection is cut. ``pieces`` are
    sent instead of a body, one after the other.
    """

    def __init__(
        self,
        body: bytes = b"",
        status: int = 200,
        *,
        headers: dict[str, str] | None = None,
        says: int | None = None,
        pieces: Iterable[bytes] | None = None,
    ) -> None:
        self.body, self.status, self.headers = body, status, headers or {}
        self.says = len(body) if says is None else says
        self.pieces = pieces


class Refuse(Exception):
    """Answer with a JSON-RPC error."""

    def __init__(self, code: int, message: str) -> None:
        self.error = {"code": code, "message": message}


def reordering(url: str) -> AbstractContextManager[str]:
    """A node that answers a batch from its end, as JSON-RPC allows."""
    return liar(url, lambda _method, _params, result: result, backwards=True)


@contextmanager
def liar(url: str, twist: Twist, *, backwards: bool = False) -> Iterator[str]:
    """The address of a node that answers what ``url`` does, twisted."""
    pool = urllib3.PoolManager()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer: two would wait for one another

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = orjson.loads(pool.request("POST", url, body=body, headers=JSON).data)
            asked = orjson.loads(body)
            said = Say()
            try:
                if isinstance(asked, list):
                    told = [self._twisted(one, two) for one, two in zip(asked, answer, strict=True)]
                    said = Say(orjson.dumps(told[::-1] if backwards else told))
                else:
                    said = Say(orjson.dumps(self._twisted(asked, answer)))
            except Say as other:
                said = other
            with suppress(BrokenPipeError, ConnectionResetError):
                self._send(said)

        def _send(self, said: Say) -> None:
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            if said.pieces is not None:
                self.send_header("Connection", "close")
                self.end_headers()
                self.close_connection = True
                for piece in said.pieces:
                    self.wfile.write(piece)
                    self.wfile.flush()
                return
            self.send_header("Content-Length", str(said.says))
            self.end_headers()
            self.wfile.write(said.body)
            self.close_connection = said.says != len(said.body)

        def _twisted(self, asked: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
            try:
                return {**answer, "result": twist(asked["method"], asked["params"], answer.get("result"))}
            except Refuse as refused:
                return {"jsonrpc": "2.0", "id": asked["id"], "error": refused.error}

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
