"""The documents that people sign: EIP-712 types and domains, complete for ``eth_signTypedData_v4``.

Types come from what the apps registered and never from a client: what is hashed on the server is what the
contract hashes. Each begins with a sentence in plain words, which follows from the other members.
Integers in a document's message are decimal strings, because JSON numbers lose what lies above 2**53.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias

from eth_account.messages import encode_typed_data
from eth_hash.auto import keccak

from contracts.acts.errors import FieldInvalid, FieldMissing
from contracts.acts.registry import STATEMENT, Member, type_of
from contracts.acts.statements import statements_of
from contracts.addresses import checksum
from contracts.deployment import Deployment

DOMAIN_TYPE: Final = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]
DOMAIN_VERSION: Final = "1"
_HEX: Final = re.compile(r"0x([0-9a-fA-F]{2})*\Z")


def type_string(primary_type: str) -> str:
    """The EIP-712 ``encodeType`` of ``primary_type``, as the contract spells it before hashing."""
    return "".join(
        f"{name}({','.join(' '.join((member['type'], member['name'])) for member in members)})"
        for name, members in _types_of(primary_type).items()
    )


def domain(name: str, verifying_contract: str, chain_id: int) -> dict[str, Any]:
    """The EIP-712 domain of one contract of a deployment."""
    return {
        "name": name,
        "version": DOMAIN_VERSION,
        "chainId": chain_id,
        "verifyingContract": checksum(verifying_contract),
    }


def typed_data(primary_type: str, message: Mapping[str, Any], *, deployment: Deployment) -> dict[str, Any]:
    """The whole document for ``eth_signTypedData_v4``.

    Args:
        primary_type: the name of a registered type.
        message: every member by name but the statement, which is made here: ints, 0x-hex text or bytes,
            addresses in any case; ``string`` as it is; a struct as a mapping.
        deployment: the contracts it is signed for, in whose language it speaks.

    Raises:
        FieldMissing, FieldInvalid: a member is absent, unknown, of another type or out of its type's range.
    """
    kind = type_of(primary_type)
    parts = _types_of(primary_type)
    members = [member for member in parts[primary_type] if member["name"] != STATEMENT]
    plain = _plain_struct(members, message, parts)
    statement = statements_of(deployment).of(primary_type, _values(members, plain, parts))
    return {
        "types": {
            "EIP712Domain": list(DOMAIN_TYPE),
            **{name: [dict(each) for each in held] for name, held in parts.items()},
        },
        "primaryType": primary_type,
        "domain": domain(kind.domain_name, deployment.address(kind.contract), deployment.chain_id),
        "message": {STATEMENT: statement, **plain},
    }


def digest_of(document: Mapping[str, Any]) -> str:
    """The 32 bytes that are signed, as 0x-hex: ``keccak256(0x1901 || domain separator || struct hash)``."""
    signable = encode_typed_data(full_message=dict(document))
    return "0x" + keccak(b"\x19" + signable.version + signable.header + signable.body).hex()


def message_values(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document's message with integers as ``int``: the values for calldata."""
    parts = _types_of(document["primaryType"])
    return _values(parts[document["primaryType"]], document["message"], parts)


@lru_cache(maxsize=128)
def _types_of(primary_type: str) -> dict[str, list[Member]]:
    """The type and the structs that it holds, in the order in which EIP-712 spells them."""
    kind = type_of(primary_type)
    members = _members(f"string {STATEMENT},{kind.members}")
    return {primary_type: members, **{name: _members(kind.structs[name]) for name in sorted(kind.structs)}}


def _members(text: str) -> list[Member]:
    return [dict(zip(("type", "name"), member.split(), strict=True)) for member in text.split(",")]


Parts: TypeAlias = Mapping[str, Sequence[Member]]


def _values(members: Sequence[Member], message: Mapping[str, Any], parts: Parts) -> dict[str, Any]:
    return {member["name"]: _value(member["type"], message[member["name"]], parts) for member in members}


def _value(kind: str, value: Any, parts: Parts) -> Any:
    if kind.endswith("[]"):
        return [_values(parts[kind.removesuffix("[]")], item, parts) for item in value]
    return int(value) if kind.startswith("uint") else value


def _plain_struct(members: Sequence[Member], message: object, parts: Parts) -> dict[str, Any]:
    names = [member["name"] for member in members]
    if not isinstance(message, Mapping):
        raise FieldInvalid(field=names[0])
    for name in message:
        if name not in names:
            raise FieldInvalid(field=name)
    return {member["name"]: _plain(member["name"], member["type"], message, parts) for member in members}


def _plain(name: str, kind: str, message: Mapping[str, Any], parts: Parts) -> Any:
    """One member in its document form."""
    if name not in message or message[name] is None:
        raise FieldMissing(field=name)
    value = message[name]
    if kind.endswith("[]"):
        return _list(name, parts[kind.removesuffix("[]")], value, parts)
    if kind.startswith("uint"):
        return _uint(name, int(kind.removeprefix("uint")), value)
    if kind == "string":
        if not isinstance(value, str):
            raise FieldInvalid(field=name)
        return value
    return _octets(name, kind, value)


def _octets(name: str, kind: str, value: Any) -> str:
    """An address, or bytes of a fixed or any length."""
    if isinstance(value, bytes):
        value = "0x" + value.hex()
    if not isinstance(value, str) or not _HEX.match(value):
        raise FieldInvalid(field=name)
    text = value.lower()
    if kind == "bytes":
        return text
    width = 20 if kind == "address" else int(kind.removeprefix("bytes"))
    if len(value) != 2 + 2 * width:
        raise FieldInvalid(field=name)
    return checksum(value) if kind == "address" else value


def _list(name: str, members: Sequence[Member], value: Any, parts: Parts) -> list[dict[str, Any]]:
    """A list of structs, as JSON has them: their integers may be decimal text."""
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        raise FieldInvalid(field=name)
    numbers = [member["name"] for member in members if member["type"].startswith("uint")]
    try:
        return [
            _plain_struct(members, {**item, **{number: int(item[number]) for number in numbers}}, parts)
            for item in value
        ]
    except (TypeError, ValueError, KeyError):
        raise FieldInvalid(field=name) from None


def _uint(name: str, bits: int, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldInvalid(field=name)
    if not 0 <= value < 2**bits:
        raise FieldInvalid(field=name)
    return str(value)
