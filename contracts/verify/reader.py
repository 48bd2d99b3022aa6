"""The second decoder: all logs of our contracts, read by ``eth_abi`` from the compiled ABI.

It shares nothing with :mod:`contracts.indexer` but the connection and what the apps say that they leave out:
neither the list of topics, nor the event classes' declarations, nor a line of decoding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from eth_abi.codec import ABICodec
from eth_abi.decoding import StringDecoder
from eth_abi.exceptions import DecodingError
from eth_abi.registry import BaseEquals, registry
from eth_utils import keccak

from contracts.abi import Contract, contract_of
from contracts.client.rpc import Client
from contracts.deployment import Deployment
from contracts.errors import LogMalformed, LogsTooMany, NodeBehind, NodeMalformed

SPAN = 2_000  # blocks asked for at once, halved whenever a node finds that too many


class _LenientString(StringDecoder):
    """On chain a string is any bytes; what is no UTF-8, or NUL, is shown as U+FFFD."""

    @staticmethod
    def decoder_fn(data: bytes, handle_string_errors: str = "replace") -> str:
        return data.decode("utf-8", errors="replace").replace("\x00", "�")


def _codec() -> ABICodec:
    ours: Any = registry.copy()  # type: ignore[no-untyped-call]
    ours.unregister_decoder("string")
    string: Any = BaseEquals("string")  # type: ignore[no-untyped-call]
    ours.register_decoder(string, _LenientString, label="string")
    return ABICodec(ours)


class _Event:
    """How one event of one contract is read, from its ABI entry."""

    def __init__(self, contract: Contract, entry: Mapping[str, Any]) -> None:
        self.contract = contract.name
        self.name: str = entry["name"]
        self.wanted: Callable[[Mapping[str, Any]], bool] = contract.only.get(self.name, lambda args: True)
        self.inputs: list[dict[str, Any]] = entry["inputs"]
        self.indexed = [item for item in self.inputs if item["indexed"]]
        self.plain = [item for item in self.inputs if not item["indexed"]]

    def read(self, codec: ABICodec, log: Mapping[str, Any]) -> dict[str, Any]:
        topics = b"".join(bytes.fromhex(topic[2:]) for topic in log["topics"][1:])
        found = dict(_values(codec, self.indexed, topics))
        found |= _values(codec, self.plain, bytes.fromhex(log["data"][2:]))
        return {item["name"]: found[item["name"]] for item in self.inputs}


def _values(codec: ABICodec, items: list[dict[str, Any]], data: bytes) -> dict[str, Any]:
    values = codec.decode([_type(item) for item in items], data)
    return {item["name"]: _shown(item, value) for item, value in zip(items, values, strict=True)}


def _type(item: Mapping[str, Any]) -> str:
    kind: str = item["type"]
    if not kind.startswith("tuple"):
        return kind
    return "(" + ",".join(_type(part) for part in item["components"]) + ")" + kind[len("tuple") :]


def _shown(item: Mapping[str, Any], value: Any) -> Any:
    if item["type"].endswith("]"):
        inner = {**item, "type": item["type"][: item["type"].rindex("[")]}
        return [_shown(inner, one) for one in value]
    if item["type"] == "tuple":
        return {part["name"]: _shown(part, one) for part, one in zip(item["components"], value, strict=True)}
    return "0x" + value.hex() if isinstance(value, bytes) else value


class Reader:
    """Reads events again.

    Args:
        client: the connection.
        deployment: the contracts.
    """

    def __init__(self, client: Client, deployment: Deployment) -> None:
        self._client = client
        self._codec = _codec()
        self._events: dict[str, dict[str, _Event]] = {}
        for name, address in deployment.contracts.items():
            contract = contract_of(name)
            if contract is None:
                continue  # the deployment only names it
            for entry in contract.abi:
                if entry["type"] == "event" and entry["name"] not in contract.unread:
                    event = _Event(contract, entry)
                    self._events.setdefault(address, {})[_topic(entry)] = event

    def events(self, first: int, last: int) -> Iterator[dict[str, Any]]:
        """The events of blocks ``first`` to ``last``, in the order of the chain.

        Raises:
            LogMalformed: if a log isn't what its ABI says.
        """
        times: dict[str, datetime] = {}
        for log in self._logs(first, last):
            event = self._events.get(log["address"].lower(), {}).get(
                log["topics"][0] if log["topics"] else ""
            )
            if event is None:
                continue
            number, index = int(log["blockNumber"], 16), int(log["logIndex"], 16)
            try:
                args = event.read(self._codec, log)
            except (DecodingError, ValueError) as error:
                raise LogMalformed(block=number, log_index=index, reason=str(error)) from error
            if not event.wanted(args):
                continue
            if log["blockHash"] not in times:
                times[log["blockHash"]] = self._time(number, log["blockHash"])
            yield {
                "name": event.name,
                "contractName": event.contract,
                "contract": log["address"].lower(),
                "args": args,
                "position": number * 2**20 + index,
                "blockNumber": number,
                "blockHash": log["blockHash"],
                "logIndex": index,
                "transactionHash": log["transactionHash"],
                "timestamp": times[log["blockHash"]],
            }

    def _logs(self, first: int, last: int) -> Iterator[Mapping[str, Any]]:
        span, start = SPAN, first
        while start <= last:
            end = min(last, start + span - 1)
            asked = {"fromBlock": hex(start), "toBlock": hex(end), "address": sorted(self._events)}
            try:
                answer = self._client.request("eth_getLogs", asked)
            except LogsTooMany:
                if end == start:
                    raise
                span = max(1, (end - start + 1) // 2)
                continue
            if not isinstance(answer, list):
                raise NodeMalformed(method="eth_getLogs", reason="no list")
            yield from answer
            start = end + 1

    def _time(self, number: int, block_hash: str) -> datetime:
        block = self._client.request("eth_getBlockByHash", block_hash, False)
        if block is None or int(block["number"], 16) != number:
            raise NodeBehind(block=number)
        return datetime.fromtimestamp(int(block["timestamp"], 16), UTC)


def _topic(entry: Mapping[str, Any]) -> str:
    signature = f"{entry['name']}({','.join(_type(item) for item in entry['inputs'])})"
    return "0x" + keccak(text=signature).hex()
