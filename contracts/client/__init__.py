"""The connection to the chain: JSON-RPC over HTTP, several nodes, one question at a time.

Standard: Ethereum JSON-RPC execution API, JSON-RPC 2.0 (batches included). Quantities are ints, hashes,
addresses and data 0x-hex text as the node gives them.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import urlsplit

import orjson
import tenacity
import urllib3
from django.conf import settings

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
    NodeWrongChain,
)

logger = logging.getLogger(__name__)

BATCH_SIZE = 100  # requests in one HTTP body; public nodes refuse larger ones
# What nodes say when an answer would be too large; there is no common code for it.
_TOO_MANY = (
    "more than",
    "too many",
    "limit exceeded",
    "response size",
    "block range",
    "too large",
    "query timeout",
)

BlockTag: TypeAlias = int | str  # a number, or latest, pending, finalized, safe


class Header(NamedTuple):
    """A block's header; ``timestamp`` in Unix seconds, ``bloom`` as an int of 2048 bits."""

    number: int
    hash: str
    parent_hash: str
    timestamp: int
    bloom: int


class _Endpoint:
    """One node: its address, and whether it has proved to be on our chain."""

    def __init__(self, url: str) -> None:
        self.url = url
        parts = urlsplit(url)
        # Paths and user names of node addresses carry keys: they stay out of errors and logs.
        self.label = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
        self.verified = False


class Client:
    """Asks the first node that answers; a failing one is left for the next, and tried again later.

    Args:
        urls: the nodes, in order of preference.
        chain_id: the chain that each must be on; a node of another one is never asked anything else.
        timeout: seconds to connect and to wait for each part of an answer.
        attempts: how often all nodes are tried before giving up.
    """

    def __init__(self, urls: Sequence[str], chain_id: int, *, timeout: float = 10, attempts: int = 4) -> None:
        if not urls:
            raise NodeUnreachable(reason="no node is configured")
        self.chain_id = chain_id
        self._endpoints = [_Endpoint(url) for url in urls]
        self._preferred = 0
        self._ids = itertools.count(1)
        self._pool = urllib3.PoolManager(
            maxsize=8, timeout=urllib3.Timeout(connect=timeout, read=timeout), retries=False
        )
        self._retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(attempts),
            wait=tenacity.wait_exponential_jitter(multiplier=0.1, max=2, jitter=0.1),
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, ChainError) and error.retry),
            reraise=True,
        )

    # --- questions ---

    def request(self, method: str, *params: Any) -> Any:
        """Ask one question and answer the node's ``result``.

        Raises:
            ChainError: of the kind that tells what happened, after failover and retries.
        """
        return self._retrying(self._ask_any, [(method, params)])[0]

    def batch(self, questions: Iterable[tuple[str, Sequence[Any]]]) -> list[Any]:
        """Ask many questions in few HTTP requests; answers in the questions' order. All or an error."""
        waiting = list(questions)
        answers: list[Any] = []
        for start in range(0, len(waiting), BATCH_SIZE):
            answers += self._retrying(self._ask_any, waiting[start : start + BATCH_SIZE])
        return answers

    def _ask_any(self, questions: list[tuple[str, Sequence[Any]]]) -> list[Any]:
        first_error: ChainError | None = None
        for offset in range(len(self._endpoints)):
            index = (self._preferred + offset) % len(self._endpoints)
            endpoint = self._endpoints[index]
            try:
                self._verify(endpoint)
                answers = self._ask(endpoint, questions)
            except ChainError as error:
                if not error.retry and not isinstance(error, NodeWrongChain):
                    raise
                endpoint.verified = False
                logger.warning("node %s: %s", endpoint.label, error)
                # A node that may recover says more about what to do than one on another chain.
                if first_error is None or (error.retry and not first_error.retry):
                    first_error = error
            else:
                self._preferred = index
                return answers
        if first_error is None:
            raise NodeUnreachable
        raise first_error

    def _verify(self, endpoint: _Endpoint) -> None:
        if endpoint.verified:
            return
        found = quantity(self._ask(endpoint, [("eth_chainId", ())])[0])
        if found != self.chain_id:
            raise NodeWrongChain(node=endpoint.label, expected=self.chain_id, found=found)
        endpoint.verified = True

    def _ask(self, endpoint: _Endpoint, questions: list[tuple[str, Sequence[Any]]]) -> list[Any]:
        calls: list[dict[str, Any]] = [
            {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": list(params)}
            for method, params in questions
        ]
        reply = self._post(endpoint, orjson.dumps(calls if len(calls) > 1 else calls[0]))
        if isinstance(reply, dict):
            if len(calls) > 1 and "error" not in reply:
                raise NodeMalformed(node=endpoint.label, reason="one answer for many questions")
            return [_result(reply, calls[0]["id"], endpoint, calls[0]["method"])]
        if not isinstance(reply, list) or len(reply) != len(calls):
            raise NodeMalformed(node=endpoint.label, reason="no JSON-RPC answer")
        by_id = {item.get("id"): item for item in reply if isinstance(item, dict)}
        return [_result(by_id.get(call["id"]), call["id"], endpoint, call["method"]) for call in calls]

    def _post(self, endpoint: _Endpoint, body: bytes) -> Any:
        try:
            response = self._pool.request(
                "POST", endpoint.url, body=body, headers={"Content-Type": "application/json"}, redirect=False
            )
        except urllib3.exceptions.NewConnectionError as error:
            raise NodeUnreachable(node=endpoint.label, reason="no connection") from error
        except urllib3.exceptions.TimeoutError as error:
            raise NodeTimeout(node=endpoint.label) from error
        except urllib3.exceptions.HTTPError as error:
            raise NodeUnreachable(node=endpoint.label, reason=type(error).__name__) from error
        if response.status == 429:
            raise NodeBusy(node=endpoint.label)
        try:
            return orjson.loads(response.data)
        except orjson.JSONDecodeError as error:
            if response.status >= 500:
                raise NodeInternal(node=endpoint.label, http_status=response.status) from error
            raise NodeMalformed(node=endpoint.label, http_status=response.status) from error

    # --- blocks and logs ---

    def header(self, block: BlockTag) -> Header | None:
        """The header of a block by number or tag; None if the node hasn't got it."""
        return _header(self.request("eth_getBlockByNumber", _tag(block), False))

    def headers(self, blocks: Sequence[BlockTag]) -> list[Header | None]:
        """Many headers at once, in the order asked."""
        return [
            _header(raw) for raw in self.batch(("eth_getBlockByNumber", (_tag(b), False)) for b in blocks)
        ]

    def finalized_number(self) -> int | None:
        """The number of the block that the chain itself calls final; None where it offers no such tag."""
        try:
            header = self.header("finalized")
        except NodeRefused:
            return None
        return None if header is None else header.number

    def logs(
        self, addresses: Sequence[str], topics: Sequence[str], first: int, last: int
    ) -> list[dict[str, Any]]:
        """The logs of these contracts with one of these first topics, in blocks first to last, both included.

        Raises:
            LogsTooMany: if the node wants the range to be smaller.
        """
        asked = {
            "fromBlock": hex(first),
            "toBlock": hex(last),
            "address": list(addresses),
            "topics": [list(topics)],
        }
        answer = self.request("eth_getLogs", asked)
        if not isinstance(answer, list):
            raise NodeMalformed(method="eth_getLogs", reason="no list")
        return answer

    def block_receipts(self, number: int) -> list[dict[str, Any]]:
        """All receipts of a block."""
        answer = self.request("eth_getBlockReceipts", hex(number))
        if not isinstance(answer, list):
            raise NodeMalformed(method="eth_getBlockReceipts", reason="no list")
        return answer

    # --- calls ---

    def call(self, to: str, data: str, block: BlockTag = "latest") -> str:
        """``eth_call``: what the contract at ``to`` answers to ``data``, as 0x-hex.

        Raises:
            CallReverted: with the revert data.
        """
        return _text(self.request("eth_call", {"to": to, "data": data}, _tag(block)), "eth_call")

    def call_many(self, calls: Iterable[tuple[str, str]], block: BlockTag = "latest") -> list[str]:
        """Many ``eth_call`` at one block, each a pair of address and data."""
        tag = _tag(block)
        answers = self.batch(("eth_call", ({"to": to, "data": data}, tag)) for to, data in calls)
        return [_text(answer, "eth_call") for answer in answers]

    def code(self, address: str, block: BlockTag = "latest") -> str:
        """The code at ``address``, ``0x`` if there is none."""
        return _text(self.request("eth_getCode", address, _tag(block)), "eth_getCode")

    def balance(self, address: str, block: BlockTag = "latest") -> int:
        """The balance in wei."""
        return quantity(self.request("eth_getBalance", address, _tag(block)))

    # --- sending ---

    def transaction_count(self, address: str, block: BlockTag = "pending") -> int:
        """The next nonce of ``address``, what waits in the node's pool counted unless a block is named."""
        return quantity(self.request("eth_getTransactionCount", address, _tag(block)))

    def estimate_gas(self, transaction: dict[str, Any], block: BlockTag = "pending") -> int:
        """Gas units that the transaction would use.

        At ``pending``: at ``latest``, checkpoints cost less than they will.

        Raises:
            CallReverted: if it would revert.
        """
        return quantity(self.request("eth_estimateGas", transaction, _tag(block)))

    def gas_price(self) -> int:
        """The node's suggestion in wei for a legacy transaction."""
        return quantity(self.request("eth_gasPrice"))

    def max_priority_fee(self) -> int:
        """The node's suggestion in wei for the tip."""
        return quantity(self.request("eth_maxPriorityFeePerGas"))

    def base_fee(self) -> int:
        """The base fee of the newest block in wei, 0 before EIP-1559."""
        block = self.request("eth_getBlockByNumber", "latest", False)
        if not isinstance(block, dict):
            raise NodeMalformed(method="eth_getBlockByNumber", reason="no block")
        return quantity(block.get("baseFeePerGas", "0x0"))

    def send_raw_transaction(self, raw: str) -> str:
        """Hand a signed transaction to the node; answers its hash. Sending it twice is harmless.

        Raises:
            NodeRefused: with ``rpc_message`` (nonce too low, already known, underpriced, ...).
        """
        return _text(self.request("eth_sendRawTransaction", raw), "eth_sendRawTransaction")

    def receipts(self, hashes: Sequence[str]) -> list[dict[str, Any] | None]:
        """The receipts of transactions, None for one that isn't mined."""
        return self.batch(("eth_getTransactionReceipt", (item,)) for item in hashes)

    def transactions(self, hashes: Sequence[str]) -> list[dict[str, Any] | None]:
        """The transactions themselves, None for one that the node doesn't know."""
        return self.batch(("eth_getTransactionByHash", (item,)) for item in hashes)


def _result(item: Any, call_id: int, endpoint: _Endpoint, method: str) -> Any:
    if not isinstance(item, dict):
        raise NodeMalformed(node=endpoint.label, method=method, reason="no answer")
    error = item.get("error")
    if error is not None:
        raise _refusal(error, endpoint, method)
    if item.get("id") != call_id or "result" not in item:
        raise NodeMalformed(node=endpoint.label, method=method, reason="another question's answer")
    return item["result"]


def _refusal(error: Any, endpoint: _Endpoint, method: str) -> ChainError:
    if not isinstance(error, dict):
        return NodeMalformed(node=endpoint.label, method=method, reason="an error that is none")
    code, message = error.get("code"), str(error.get("message", ""))
    facts = {"node": endpoint.label, "method": method, "rpc_code": code, "rpc_message": message}
    if method in {"eth_call", "eth_estimateGas"} and (code == 3 or "revert" in message.lower()):
        data = error.get("data")
        return CallReverted(revert=data if isinstance(data, str) else "0x", **facts)
    if method == "eth_getLogs" and (code == -32005 or any(words in message.lower() for words in _TOO_MANY)):
        return LogsTooMany(**facts)
    if code == -32005:
        return NodeBusy(**facts)
    if code == -32603:
        return NodeInternal(**facts)
    return NodeRefused(**facts)


def quantity(value: Any) -> int:
    """An int from the node's hexadecimal quantity.

    Raises:
        NodeMalformed: if it is none.
    """
    try:
        return int(value, 16)
    except (TypeError, ValueError):
        raise NodeMalformed(reason=f"no quantity: {str(value)[:80]!r}") from None


def _text(value: Any, method: str) -> str:
    if not isinstance(value, str) or not value.startswith("0x"):
        raise NodeMalformed(method=method, reason="no data")
    return value


def _tag(block: BlockTag) -> str:
    return hex(block) if isinstance(block, int) else block


def _header(raw: Any) -> Header | None:
    if raw is None:
        return None
    try:
        header = Header(
            int(raw["number"], 16),
            raw["hash"].lower(),
            raw["parentHash"].lower(),
            int(raw["timestamp"], 16),
            int(raw.get("logsBloom") or "0x0", 16),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise NodeMalformed(method="eth_getBlockByNumber", reason="no block") from None
    if len(header.hash) != 66 or len(header.parent_hash) != 66:
        raise NodeMalformed(method="eth_getBlockByNumber", reason="no hash")
    return header


@lru_cache(maxsize=4)
def _client(urls: tuple[str, ...], chain_id: int, timeout: float) -> Client:
    return Client(urls, chain_id, timeout=timeout)


def client() -> Client:
    """The process's client for ``settings.RPC_URLS`` and ``settings.CHAIN_ID``; its connections stay open."""
    return _client(tuple(settings.RPC_URLS), settings.CHAIN_ID, settings.RPC_TIMEOUT_SECONDS)
