"""Calls of contracts in words and back, by the committed ABI.

In Python a struct is a dict by the fields' names, an address lower-case 0x-hex, bytes 0x-hex, an integer an
int. Standard: Contract ABI Specification.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from django.utils.translation import gettext_lazy as _
from eth_abi.abi import decode, encode
from eth_abi.exceptions import DecodingError, EncodingError
from eth_hash.auto import keccak

from contracts.abi import abi_of
from contracts.deployment import deployment
from contracts.errors import ArtifactMissing, NodeMalformed
from core.errors import DomainError

Parameter: TypeAlias = Mapping[str, Any]
SELECTOR_BYTES = 4


class CallUnknown(DomainError):
    """The contract has no such function, or not with these arguments."""

    code = "call-unknown"
    status = 400
    message = _("The contract has no such function.")


@dataclass(frozen=True, slots=True)
class DecodedCall:
    """One call of one of our contracts: ``args`` by the parameters' names, in their order."""

    contract_name: str
    function: str
    args: dict[str, Any]


def decode_call(target: str, data: str) -> DecodedCall | None:
    """What ``data`` (0x-hex) asks of the contract at ``target``.

    None if that is none of ours or nothing it knows.
    """
    name = deployment().name_of(target)
    return None if name is None else decode_call_of(name, data)


def decode_call_of(contract_name: str, data: str) -> DecodedCall | None:
    """What ``data`` (0x-hex) asks of a contract of this name, wherever it stands.

    None if that is nothing it knows.
    """
    if len(data) < 2 + 2 * SELECTOR_BYTES:
        return None
    try:
        raw = bytes.fromhex(data[2:])
        entry = _by_selector(contract_name).get(raw[:SELECTOR_BYTES])
        if entry is None:
            return None
        args = decode_arguments(entry["inputs"], raw[SELECTOR_BYTES:])
        return DecodedCall(contract_name, entry["name"], args)
    except (ArtifactMissing, ValueError, DecodingError, OverflowError):
        return None


def encode_call(contract_name: str, function: str, args: Mapping[str, Any] | Sequence[Any] = ()) -> str:
    """The calldata (0x-hex) of a call, with arguments by name or in order.

    Raises:
        CallUnknown: if the contract has no such function, or it doesn't take these arguments.
    """
    entry = _function(contract_name, function, args)
    return "0x" + (selector(entry) + encode_arguments(entry["inputs"], args, function)).hex()


def decode_result(
    contract_name: str, function: str, data: str, args: Mapping[str, Any] | Sequence[Any] = ()
) -> Any:
    """What a view function answered: its one value, or a dict of its values by name (by place where unnamed).

    Raises:
        NodeMalformed: if ``data`` isn't what the function answers.
    """
    outputs = _function(contract_name, function, args)["outputs"]
    try:
        values = decode_arguments(outputs, bytes.fromhex(data[2:]))
    except (ValueError, DecodingError) as error:
        raise NodeMalformed(method="eth_call", contract=contract_name, function=function) from error
    return next(iter(values.values())) if len(outputs) == 1 else values


def selector(entry: Parameter) -> bytes:
    """The first four bytes of a call of the function, or of an error's data."""
    return keccak(f"{entry['name']}({','.join(map(kind_of, entry['inputs']))})".encode())[:SELECTOR_BYTES]


def kind_of(parameter: Parameter) -> str:
    """The parameter's canonical type; a struct as the list of its fields' types."""
    kind: str = parameter["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(map(kind_of, parameter['components']))}){kind.removeprefix('tuple')}"


def encode_arguments(
    parameters: Sequence[Parameter], args: Mapping[str, Any] | Sequence[Any], name: str
) -> bytes:
    """ABI encoding of the arguments.

    Raises:
        CallUnknown: if they don't fit the parameters.
    """
    try:
        values = [_to_abi(p, value) for p, value in _pairs(parameters, args)]
        return encode([kind_of(p) for p in parameters], values)
    except (EncodingError, KeyError, TypeError, ValueError) as error:
        raise CallUnknown(f"{name} doesn't take these arguments", function=name, reason=str(error)) from error


def decode_arguments(parameters: Sequence[Parameter], data: bytes) -> dict[str, Any]:
    """The values in ABI-encoded ``data``, by the parameters' names (by place where unnamed)."""
    values = decode([kind_of(p) for p in parameters], data)
    return {
        p["name"] or str(place): _from_abi(p, value)
        for place, (p, value) in enumerate(zip(parameters, values, strict=True))
    }


def functions(contract_name: str) -> Iterator[Parameter]:
    """The ABI entries of a contract's functions."""
    return (entry for entry in abi_of(contract_name) if entry["type"] == "function")


@lru_cache(maxsize=64)
def _by_selector(contract_name: str) -> dict[bytes, Parameter]:
    return {selector(entry): entry for entry in functions(contract_name)}


def _function(contract_name: str, function: str, args: Mapping[str, Any] | Sequence[Any]) -> Parameter:
    for entry in functions(contract_name):
        if entry["name"] != function or len(entry["inputs"]) != len(args):
            continue
        if not isinstance(args, Mapping) or all(parameter["name"] in args for parameter in entry["inputs"]):
            return entry
    raise CallUnknown(
        f"{contract_name} has no function {function} with these arguments",
        contract=contract_name,
        function=function,
    )


def _pairs(
    parameters: Sequence[Parameter], args: Mapping[str, Any] | Sequence[Any]
) -> Iterator[tuple[Parameter, Any]]:
    if isinstance(args, Mapping):
        return ((parameter, args[parameter["name"]]) for parameter in parameters)
    return zip(parameters, args, strict=True)


def _to_abi(parameter: Parameter, value: Any) -> Any:
    kind: str = parameter["type"]
    if kind.endswith("]"):
        item = {**parameter, "type": kind[: kind.rindex("[")]}
        return [_to_abi(item, one) for one in value]
    if kind == "tuple":
        return tuple(_to_abi(p, one) for p, one in _pairs(parameter["components"], value))
    if kind.startswith("bytes") and isinstance(value, str):
        return bytes.fromhex(value.removeprefix("0x"))
    if kind == "address":
        return value.lower()
    if kind.startswith("uint") and isinstance(value, str):
        return int(value)  # JSON carries uint256 as decimal text
    return value


def _from_abi(parameter: Parameter, value: Any) -> Any:
    kind: str = parameter["type"]
    if kind.endswith("]"):
        item = {**parameter, "type": kind[: kind.rindex("[")]}
        return [_from_abi(item, one) for one in value]
    if kind == "tuple":
        return {p["name"]: _from_abi(p, one) for p, one in zip(parameter["components"], value, strict=True)}
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return value
