"""Logs to events, straight from the hexadecimal words of the ABI.

web3's own ``process_log`` reads some 2,000 to 3,000 logs a second; slicing the words reads a hundred times as
many. It is checked against ``eth_abi`` by tests, and against web3's decoder, on every log, by
``verify_chain``.

Standard: Contract ABI Specification (strict mode: padding, ranges and lengths are checked, nothing is
ignored).
"""

from __future__ import annotations

from binascii import Error as NotHex
from binascii import unhexlify
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeAlias

from eth_hash.auto import keccak

from contracts.abi import Condition, contracts
from contracts.decoded import Action, Decoded
from contracts.errors import LogMalformed, LogWrongContract
from contracts.models import LOG_INDEX_BITS

_NEVER = datetime.fromtimestamp(0, UTC)
WORD = 64  # hexadecimal digits
_ZEROS = "0" * WORD
_TOPIC = 66  # characters of a topic, 0x included
_STRUCTS = {"Action": "(address,uint256,bytes)"}
_DYNAMIC = {"string", "bytes", "address[]", "bytes32[]", "Action[]"}

RawLog: TypeAlias = Mapping[str, Any]
Reader: TypeAlias = Callable[[str, int, int], Any]


class Malformed(ValueError):
    """A word isn't what its type allows."""


class Plan(NamedTuple):
    """How the logs of one event are read."""

    cls: type[Decoded]
    topics: list[int]  # their lengths in characters, the first topic's included
    digits: int  # of the topics and the data's head
    dynamic: bool
    # For each argument, in declaration order: its reader and where its word begins in topics + data.
    readers: tuple[tuple[Reader, int], ...]
    only: Condition | None = None  # which of them are kept


# --- readers: (digits, where the word begins, where the data begins) -> value ---


def _uint(bits: int) -> Reader:
    limit = 1 << bits

    def read(digits: str, at: int, base: int) -> int:
        value = int(digits[at : at + WORD], 16)
        if value >= limit:
            raise Malformed(f"uint{bits} out of range")
        return value

    return read


def _bytes_n(width: int) -> Reader:
    end = 2 * width
    padding = _ZEROS[end:]

    def read(digits: str, at: int, base: int) -> str:
        if padding and digits[at + end : at + WORD] != padding:
            raise Malformed(f"bytes{width} with more than {width} bytes")
        return "0x" + digits[at : at + end]

    return read


def _address(digits: str, at: int, base: int) -> str:
    if digits[at : at + 24] != "000000000000000000000000":
        raise Malformed("address with more than 20 bytes")
    return "0x" + digits[at + 24 : at + WORD]


def _bool(digits: str, at: int, base: int) -> bool:
    value = int(digits[at : at + WORD], 16)
    if value > 1:
        raise Malformed("bool that is neither")
    return value == 1


def _follow(digits: str, at: int, base: int) -> int:
    """Where the tail begins that the offset word at ``at`` points to."""
    start = base + 2 * int(digits[at : at + WORD], 16)
    if start + WORD > len(digits):
        raise Malformed("offset beyond the data")
    return start


def _octets(digits: str, at: int, base: int) -> str:
    start = _follow(digits, at, base)
    end = start + WORD + 2 * int(digits[start : start + WORD], 16)
    padded = end + (start - end) % WORD
    if padded > len(digits):
        raise Malformed("bytes beyond the data")
    if digits[end:padded].strip("0"):
        raise Malformed("padding that isn't zero")
    return digits[start + WORD : end]


def _bytes(digits: str, at: int, base: int) -> str:
    return "0x" + _octets(digits, at, base)


def _string(digits: str, at: int, base: int) -> str:
    """Solidity doesn't check that a string is UTF-8, and no database text holds NUL.

    Anyone may publish such a reason; replacing what can't be kept keeps the mirror going.
    """
    return clean_text(unhexlify(_octets(digits, at, base)))


def clean_text(raw: bytes) -> str:
    """Bytes from the chain as text: what is no UTF-8, and NUL, as U+FFFD."""
    return raw.decode("utf-8", errors="replace").replace("\0", "�")


def _items(digits: str, at: int, base: int) -> tuple[int, int]:
    """Where an array's first item begins, and how many there are."""
    start = _follow(digits, at, base)
    count = int(digits[start : start + WORD], 16)
    if start + WORD + count * WORD > len(digits):
        raise Malformed("array beyond the data")
    return start + WORD, count


def _addresses(digits: str, at: int, base: int) -> tuple[str, ...]:
    first, count = _items(digits, at, base)
    return tuple(_address(digits, first + WORD * i, base) for i in range(count))


def _words(digits: str, at: int, base: int) -> tuple[str, ...]:
    first, count = _items(digits, at, base)
    return tuple("0x" + digits[first + WORD * i : first + WORD * (i + 1)] for i in range(count))


def _actions(digits: str, at: int, base: int) -> tuple[Action, ...]:
    first, count = _items(digits, at, base)
    found = []
    for i in range(count):
        item = _follow(digits, first + WORD * i, first)
        if item + 3 * WORD > len(digits):
            raise Malformed("struct beyond the data")
        found.append(
            Action(
                _address(digits, item, item),
                int(digits[item + WORD : item + 2 * WORD], 16),
                _bytes(digits, item + 2 * WORD, item),
            )
        )
    return tuple(found)


_READERS: dict[str, Reader] = {
    "address": _address,
    "bool": _bool,
    "bytes": _bytes,
    "string": _string,
    "address[]": _addresses,
    "bytes32[]": _words,
    "Action[]": _actions,
    **{f"uint{bits}": _uint(bits) for bits in range(8, 257, 8)},
    **{f"bytes{width}": _bytes_n(width) for width in range(1, 33)},
}


def canonical(cls: type[Decoded]) -> str:
    """The event's signature as it is hashed: ``Transfer(address,address,uint256)``."""
    kinds = []
    for kind, _name in cls.arguments:
        bare = kind.removesuffix("[]")
        kinds.append(_STRUCTS.get(bare, bare) + kind[len(bare) :])
    return f"{cls.name}({','.join(kinds)})"


def topic_of(cls: type[Decoded]) -> str:
    """The first topic of the event's logs."""
    return "0x" + keccak(canonical(cls).encode()).hex()


def plan_of(cls: type[Decoded]) -> Plan:
    """How the event's logs are read, from its declaration."""
    parameters = [part.split() for part in cls.declaration[:-1].partition("(")[2].split(",")]
    indexed = [len(words) == 3 for words in parameters]
    topics = 1 + sum(indexed)
    readers = []
    next_topic, next_word = 1, topics
    for words, is_indexed in zip(parameters, indexed, strict=True):
        if is_indexed:
            place, next_topic = next_topic, next_topic + 1
        else:
            place, next_word = next_word, next_word + 1
        readers.append((_READERS[words[0]], place * WORD))
    dynamic = any(words[0] in _DYNAMIC for words in parameters)
    return Plan(cls, [_TOPIC] * topics, next_word * WORD, dynamic, tuple(readers))


class Decoder:
    """Reads the logs of one deployment.

    Args:
        addresses: addresses (lower case) by the contracts' names.
    """

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._plans: dict[str, dict[str, Plan]] = {}
        for contract in contracts():
            address = addresses.get(contract.name)
            if address is None:
                continue
            for cls in contract.events.values():
                plan = plan_of(cls)._replace(only=contract.only.get(cls.name))
                self._plans.setdefault(address, {})[topic_of(cls)] = plan
        self.addresses = sorted(self._plans)
        self.topics = sorted({topic for plans in self._plans.values() for topic in plans})

    def decode(self, logs: Iterable[RawLog], times: Mapping[str, datetime]) -> list[Decoded]:
        """The events of ``logs``, in their order, but for those that their contract's app leaves out.

        Args:
            logs: as ``eth_getLogs`` gives them.
            times: each block's time by its hash.

        Raises:
            LogMalformed: if a log isn't what its event's declaration says.
            LogWrongContract: if a log is of another contract, or its event of another than its contract's.
        """
        events: list[Decoded] = []
        plans = self._plans
        block_hash, number, base, timestamp = "", 0, 0, _NEVER
        for log in logs:
            try:
                if log["blockHash"] != block_hash:
                    block_hash = log["blockHash"]
                    number = int(log["blockNumber"], 16)
                    base = number << LOG_INDEX_BITS
                    timestamp = times[block_hash]
                index = int(log["logIndex"], 16)
                topics = log["topics"]
                address = log["address"]
                if address not in plans:
                    address = address.lower()
                plan = plans[address][topics[0]]
                cls, lengths, wanted, dynamic, readers, only = plan
                if list(map(len, topics)) != lengths:
                    raise Malformed("topics of the wrong number or length")
                digits = _digits(topics, log["data"])
                data_at = len(topics) * WORD
                if len(digits) != wanted and (len(digits) < wanted or not dynamic):
                    raise Malformed(f"{len(digits) // 2} bytes")
                event = cls(
                    base + index,
                    number,
                    block_hash,
                    index,
                    log["transactionHash"],
                    address,
                    timestamp,
                    *[read(digits, at, data_at) for read, at in readers],
                )
            except LookupError as error:
                raise _stranger(log, plans) from error
            except (ValueError, TypeError, AttributeError) as error:
                raise LogMalformed(reason=str(error), **_place(log)) from error
            if only is not None and not only(event.as_json()):
                continue
            events.append(event)
        return events


def _digits(topics: list[str], data: str) -> str:
    """The digits of all topics and of the data, in lower case."""
    if data[:2] != "0x":
        raise Malformed("data that isn't hexadecimal")
    try:
        # int() lets underscores and spaces pass; this doesn't.
        return unhexlify(("".join(topics) + data).replace("0x", "")).hex()
    except NotHex:
        raise Malformed("topics or data that aren't hexadecimal") from None


def _place(log: RawLog) -> dict[str, Any]:
    get = log.get if isinstance(log, Mapping) else {}.get
    return {"block": get("blockNumber"), "log_index": get("logIndex"), "transaction": get("transactionHash")}


def _stranger(log: RawLog, plans: Mapping[str, Any]) -> LogMalformed | LogWrongContract:
    """Why a look-up failed: a field that isn't there, or a contract or an event that wasn't asked for."""
    try:
        address, topics = log["address"].lower(), log["topics"]
        if address not in plans or topics[0] not in plans[address]:
            return LogWrongContract(contract=address, topic=topics[0], **_place(log))
    except (LookupError, TypeError, AttributeError):
        pass
    return LogMalformed(reason="a field is missing", **_place(log))
