"""One node: its address, and how to ask it.

Standard: JSON-RPC 2.0, batches included.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import orjson
import urllib3

from contracts.client.health import Health
from contracts.client.questions import Question
from contracts.errors import (
    CallReverted,
    ChainError,
    LogsTooMany,
    NodeBusy,
    NodeInternal,
    NodeMalformed,
    NodeRefused,
    NodeTimeout,
    NodeUnreachable,
)
from core.outgoing_http import TooLong, TooSlow, drain, retry_after

MAX_ANSWER_BYTES = 256 * 1024 * 1024
PARTS = 6  # a whole answer may take this many times as long as one part of it
# There is no common code for any of these; nodes tell in words.
_TOO_MANY_LOGS = (
    "more than",
    "too many",
    "limit exceeded",
    "response size",
    "block range",
    "too large",
    "query timeout",
)
_TOO_FAST = (
    "rate limit",
    "ratelimit",
    "too many requests",
    "request limit",
    "requests per second",
    "request count",
    "compute units",
    "throttl",
    "slow down",
)
_BUSY_CODES = frozenset({-32005, -32029, -32097, 429})
_BUSY_STATUSES = frozenset({429, 503})


class Endpoint:
    """One node.

    Args:
        url: its address.
        name: what it is called where nobody should see its address.
        pool: open connections, shared among all nodes.
    """

    def __init__(self, url: str, name: str, pool: urllib3.PoolManager) -> None:
        self.url = url
        self.name = name
        parts = urlsplit(url)
        # Paths and user names of node addresses carry keys: they stay out of errors and logs.
        self.label = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
        self.verified = False  # that it is on our chain
        self.health = Health()
        self._pool = pool
        self._ids = itertools.count(1)

    def ask(self, questions: Sequence[Question], *, timeout: float) -> list[Any]:
        """The node's ``result`` for each question, in their order.

        Args:
            questions: methods and parameters; several go as one batch.
            timeout: seconds to connect, and to wait for each part of the answer.

        Raises:
            ChainError: of the kind that tells what happened.
        """
        calls: list[dict[str, Any]] = [
            {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}
            for method, params in questions
        ]
        reply = self._post(orjson.dumps(calls if len(calls) > 1 else calls[0]), timeout)
        if isinstance(reply, dict):
            if len(calls) > 1 and "error" not in reply:
                raise NodeMalformed(node=self.label, reason="one answer for many questions")
            return [self._result(reply, calls[0]["id"], calls[0]["method"])]
        if not isinstance(reply, list) or len(reply) != len(calls):
            raise NodeMalformed(node=self.label, reason="no JSON-RPC answer")
        by_id = {item.get("id"): item for item in reply if isinstance(item, dict)}
        return [self._result(by_id.get(call["id"]), call["id"], call["method"]) for call in calls]

    def _post(self, body: bytes, timeout: float) -> Any:
        until = time.monotonic() + PARTS * timeout
        try:
            response = self._pool.request(
                "POST",
                self.url,
                body=body,
                headers={"Content-Type": "application/json"},
                timeout=urllib3.Timeout(connect=timeout, read=timeout),
                redirect=False,
                preload_content=False,
            )
            data = drain(response, limit=MAX_ANSWER_BYTES, until=until)
        except TooLong:
            raise NodeMalformed(node=self.label, reason="endless") from None
        except TooSlow:
            raise NodeTimeout(node=self.label) from None
        except urllib3.exceptions.NewConnectionError as error:
            raise NodeUnreachable(node=self.label, reason="no connection") from error
        except (urllib3.exceptions.TimeoutError, TimeoutError) as error:
            raise NodeTimeout(node=self.label) from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise NodeUnreachable(node=self.label, reason=type(error).__name__) from error
        wait = retry_after(response)
        if response.status == 429 or (response.status in _BUSY_STATUSES and wait is not None):
            raise NodeBusy(node=self.label, **_waiting(wait))
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError as error:
            if response.status >= 500:
                raise NodeInternal(node=self.label, http_status=response.status) from error
            raise NodeMalformed(node=self.label, http_status=response.status) from error

    def _result(self, item: Any, call_id: int, method: str) -> Any:
        if not isinstance(item, dict):
            raise NodeMalformed(node=self.label, method=method, reason="no answer")
        error = item.get("error")
        if error is not None:
            raise self._refusal(error, method)
        if item.get("id") != call_id or "result" not in item:
            raise NodeMalformed(node=self.label, method=method, reason="another question's answer")
        return item["result"]

    def _refusal(self, error: Any, method: str) -> ChainError:
        if not isinstance(error, dict):
            return NodeMalformed(node=self.label, method=method, reason="an error that is none")
        code, message = error.get("code"), str(error.get("message", ""))
        words = message.lower()
        facts = {"node": self.label, "method": method, "rpc_code": code, "rpc_message": message}
        if method in {"eth_call", "eth_estimateGas"} and (code == 3 or "revert" in words):
            data = error.get("data")
            return CallReverted(revert=data if isinstance(data, str) else "0x", **facts)
        if any(hint in words for hint in _TOO_FAST):
            return NodeBusy(**facts, **_waiting(_backoff_in(error)))
        if method == "eth_getLogs" and (code == -32005 or any(hint in words for hint in _TOO_MANY_LOGS)):
            return LogsTooMany(**facts)
        if code in _BUSY_CODES:
            return NodeBusy(**facts, **_waiting(_backoff_in(error)))
        if code == -32603:
            return NodeInternal(**facts)
        return NodeRefused(**facts)


def _backoff_in(error: dict[str, Any]) -> float | None:
    """The seconds that some nodes ask to wait, in the error itself."""
    data = error.get("data")
    rate = data.get("rate") if isinstance(data, dict) else None
    seconds = rate.get("backoff_seconds") if isinstance(rate, dict) else None
    return min(float(seconds), 300.0) if isinstance(seconds, int | float) and seconds >= 0 else None


def _waiting(seconds: float | None) -> dict[str, Any]:
    return {} if seconds is None else {"retry_after": seconds}
