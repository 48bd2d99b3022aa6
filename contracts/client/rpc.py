"""The connection to the chain: JSON-RPC over HTTP, several nodes, one question at a time.

Standard: Ethereum JSON-RPC execution API, JSON-RPC 2.0 (batches included). Quantities are ints, hashes,
addresses and data 0x-hex text as the node gives them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import tenacity
from django.conf import settings

from contracts.client.nodes import Nodes
from contracts.client.questions import Question
from contracts.errors import ChainError, NodeBehind, NodeMalformed, NodeRefused, NodeUnreachable

BATCH_SIZE = 100  # requests in one HTTP body; public nodes refuse larger ones
PATIENCE_SECONDS = 5  # a question waits no longer for a node that asked to be left in peace

BlockTag: TypeAlias = int | str  # a number, or latest, pending, finalized, safe


class Header(NamedTuple):
    """A block's header; ``timestamp`` in Unix seconds, ``bloom`` as an int of 2048 bits."""

    number: int
    hash: str
    parent_hash: str
    timestamp: int
    bloom: int


class Client:
    """Asks the nodes of a chain, one after the other until one answers; each is known by how it has done.

    Args:
        urls: the nodes, in order of preference.
        chain_id: the chain that each must be on; a node of another one is never asked anything else.
        timeout: seconds to connect and to wait for each part of an answer.
        attempts: how often all nodes are tried before giving up.
        clock, sleep: seconds that only ever grow, and how to let some pass.
    """

    def __init__(
        self,
        urls: Sequence[str],
        chain_id: int,
        *,
        timeout: float = 10,
        attempts: int = 4,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if not urls:
            raise NodeUnreachable(reason="no node is configured")
        self.chain_id = chain_id
        self.nodes = Nodes(urls, chain_id, timeout=timeout, clock=clock)
        backoff = tenacity.wait_exponential_jitter(multiplier=0.1, max=2, jitter=0.1)
        self._retrying = tenacity.Retrying(
            stop=lambda state: state.attempt_number >= attempts or self.nodes.wait() > PATIENCE_SECONDS,
            wait=lambda state: max(backoff(state), self.nodes.wait()),
            retry=tenacity.retry_if_exception(lambda error: isinstance(error, ChainError) and error.retry),
            sleep=sleep,
            reraise=True,
        )

    # --- questions ---

    def request(self, method: str, *params: Any) -> Any:
        """Ask one question and answer the node's ``result``.

        Raises:
            ChainError: of the kind that tells what happened, after failover and retries.
        """
        return self._retrying(self.nodes.ask, [(method, params)])[0]

    def batch(self, questions: Iterable[Question]) -> list[Any]:
        """Ask many questions in few HTTP requests; answers in the questions' order. All or an error."""
        waiting = list(questions)
        answers: list[Any] = []
        for start in range(0, len(waiting), BATCH_SIZE):
            answers += self._retrying(self.nodes.ask, waiting[start : start + BATCH_SIZE])
        return answers

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
            NodeBehind: if no node has got as far as the last block.
        """
        asked = {
            "fromBlock": hex(first),
            "toBlock": hex(last),
            "address": list(addresses),
            "topics": [list(topics)],
        }
        # A node that hasn't got so far answers as if nothing had happened there. In one breath, it says so.
        answer, reached = self.batch(
            [("eth_getLogs", (asked,)), ("eth_getBlockByNumber", (hex(last), False))]
        )
        if not isinstance(answer, list):
            raise NodeMalformed(method="eth_getLogs", reason="no list")
        if reached is None:
            raise NodeBehind(block=last)
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
