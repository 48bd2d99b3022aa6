"""A contract of a few dozen bytes that emits whatever log it is told to, set at any address by
``anvil_setCode``.

The indexer must bear what the real contracts would never say; this says it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from eth_abi import encode

from contracts.client.rpc import Client
from contracts.decoded import Decoded
from contracts.indexer.decode import canonical, topic_of

SENDER = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"  # Anvil's account 0
_GAS = hex(2_000_000)


def runtime_code() -> str:
    """EVM code: calldata is the number of topics, four topic words, then the data of one log."""
    # mem[0:] = calldata[160:]; jump to the LOG of that many topics
    code = bytearray.fromhex("60a0360360a0600037")  # size = calldatasize - 160; calldatacopy(0, 160, size)
    entries: list[int] = []
    for count in range(1, 5):
        code += bytes.fromhex(f"60003560{count:02x}1460")  # calldataload(0) == count
        entries.append(len(code))
        code += bytes.fromhex("0057")
    code += bytes.fromhex("00")
    for count, entry in zip(range(1, 5), entries, strict=True):
        code[entry] = len(code)
        code += bytes.fromhex("5b")
        for topic in range(count, 0, -1):
            code += bytes.fromhex(f"60{32 * topic:02x}35")
        code += bytes.fromhex("60a036036000") + bytes([0xA0 + count]) + bytes.fromhex("00")
    return "0x" + code.hex()


def install(client: Client, addresses: Sequence[str]) -> None:
    """Put the emitter at these addresses."""
    for address in addresses:
        client.request("anvil_setCode", address, runtime_code())


def calldata(cls: type[Decoded], arguments: Sequence[Any]) -> str:
    """The calldata that makes the emitter emit this event."""
    topics, data = log_of(cls, arguments)
    padded = topics + ["0x" + "0" * 64] * (4 - len(topics))
    return "0x" + f"{len(topics):064x}" + "".join(topic[2:] for topic in padded) + data[2:]


def log_of(cls: type[Decoded], arguments: Sequence[Any]) -> tuple[list[str], str]:
    """Topics and data of the event, encoded by ``eth_abi``."""
    kinds = _split(canonical(cls).partition("(")[2][:-1])
    declared = [part.split() for part in cls.declaration[:-1].partition("(")[2].split(",")]
    values = [
        _octets(value) if kind.startswith("bytes") else value
        for kind, value in zip(kinds, arguments, strict=True)
    ]
    indexed = [len(words) == 3 for words in declared]
    topics = [topic_of(cls)]
    topics += ["0x" + encode([k], [v]).hex() for k, v, i in zip(kinds, values, indexed, strict=True) if i]
    rest = [(k, v) for k, v, i in zip(kinds, values, indexed, strict=True) if not i]
    data = encode([k for k, _ in rest], [v for _, v in rest])
    return topics, "0x" + data.hex()


def _octets(value: Any) -> Any:
    """0x-hex as bytes, in lists too."""
    if isinstance(value, str):
        return bytes.fromhex(value[2:])
    return [_octets(item) for item in value] if isinstance(value, list | tuple) else value


def _split(kinds: str) -> list[str]:
    found, depth = [""], 0
    for letter in kinds:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    return found


def emit(client: Client, address: str, cls: type[Decoded], *arguments: Any) -> str:
    """Send a transaction that emits the event at ``address``.

    Answers its hash. Mining is the caller's affair.
    """
    transaction = {"from": SENDER, "to": address, "data": calldata(cls, arguments), "gas": _GAS}
    return str(client.request("eth_sendTransaction", transaction))
