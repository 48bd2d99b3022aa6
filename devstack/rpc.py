"""A few JSON-RPC calls to the stack's own Anvil, with the standard library alone."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit


class RpcError(Exception):
    """The node is away, or answered with an error."""


class Rpc:
    """One keep-alive connection to a node. Not for several threads at once.

    Args:
        url: ``http://host:port``.
        timeout: seconds for one call.
    """

    def __init__(self, url: str, *, timeout: float = 30.0) -> None:
        parts = urlsplit(url)
        self.url = url
        self._connection = http.client.HTTPConnection(
            parts.hostname or "127.0.0.1", parts.port, timeout=timeout
        )
        self._id = 0

    def call(self, method: str, *params: Any) -> Any:
        """Return the ``result`` of one call.

        Raises:
            RpcError: no answer, or an error object.
        """
        self._id += 1
        body = json.dumps({"jsonrpc": "2.0", "id": self._id, "method": method, "params": list(params)})
        try:
            self._connection.request("POST", "/", body, {"Content-Type": "application/json"})
            answer = json.loads(self._connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise RpcError(f"{method}: {error}") from error
        if "error" in answer:
            raise RpcError(f"{method}: {answer['error'].get('message', answer['error'])}")
        return answer["result"]

    def close(self) -> None:
        """Drop the connection; the next call opens another."""
        self._connection.close()
