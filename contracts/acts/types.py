"""The documents that people sign: EIP-712 types and domains, complete for ``eth_signTypedData_v4``.

Types come from here and never from a client: what is hashed on the server is what the contract hashes.
Integers in a document's message are decimal strings, because JSON numbers lose what lies above 2**53.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from eth_account.messages import encode_typed_data
from eth_hash.auto import keccak

from contracts.acts.errors import FieldInvalid, FieldMissing
from contracts.addresses import checksum

DOMAIN_TYPE: Final = [
    {"name": "name", "type": "string"},
    {"name": "version", "type": "string"},
    {"name": "chainId", "type": "uint256"},
    {"name": "verifyingContract", "type": "address"},
]
DOMAIN_VERSION: Final = "1"


def _members(text: str) -> list[dict[str, str]]:
    return [dict(zip(("type", "name"), member.split(), strict=True)) for member in text.split(",")]


# Primary type -> its members in the order that the contract hashes them.
TYPES: Final[dict[str, list[dict[str, str]]]] = {
    "Ballot": _members(
        "uint256 proposalId,bytes32 rulesHash,address voter,uint8 support,bytes params,bytes32 reasonHash,"
        "uint48 deadline"
    ),
    "Delegate": _members("address delegator,address delegatee,uint256 nonce,uint48 deadline"),
    "DelegateFor": _members(
        "address delegator,uint8 proposalType,address delegatee,uint256 nonce,uint48 deadline"
    ),
    "CreateProposal": _members(
        "address proposer,uint8 proposalType,bytes32 metadataHash,bytes32 actionsHash,address strategy,"
        "uint48 deadline"
    ),
    "EndorseProposal": _members("uint256 proposalId,bytes32 contentHash,address endorser,uint48 deadline"),
    "ActivateProposal": _members(
        "uint256 proposalId,bytes32 rulesHash,uint48 voteStart,address administrator,uint48 deadline"
    ),
    "CancelProposal": _members("uint256 proposalId,bytes32 contentHash,address canceller,uint48 deadline"),
    "Profile": _members("address account,string displayName,string bio,uint48 deadline"),
}

# Primary type -> the contract that takes it, for whose domain it is signed.
CONTRACT_OF: Final[dict[str, str]] = {
    "Ballot": "VotingEngine",
    "Delegate": "VotingEngine",
    "DelegateFor": "VotingEngine",
    "CreateProposal": "ProposalManager",
    "EndorseProposal": "ProposalManager",
    "ActivateProposal": "ProposalManager",
    "CancelProposal": "ProposalManager",
}

# Types of what never goes on chain -> the contract whose address their domain names. The domain bears the
# type's own name and no contract has such a function, so the signature is worth nothing there.
OFF_CHAIN: Final[dict[str, str]] = {"Profile": "GovernanceCore"}

_HEX: Final = re.compile(r"0x([0-9a-fA-F]{2})*\Z")


def type_string(primary_type: str) -> str:
    """The EIP-712 ``encodeType`` of ``primary_type``, as the contract spells it before hashing."""
    members = ",".join(f"{member['type']} {member['name']}" for member in TYPES[primary_type])
    return f"{primary_type}({members})"


def domain(name: str, verifying_contract: str, chain_id: int) -> dict[str, Any]:
    """The EIP-712 domain of one contract of a deployment."""
    return {
        "name": name,
        "version": DOMAIN_VERSION,
        "chainId": chain_id,
        "verifyingContract": checksum(verifying_contract),
    }


def typed_data(
    primary_type: str, message: Mapping[str, Any], *, chain_id: int, contracts: Mapping[str, str]
) -> dict[str, Any]:
    """The whole document for ``eth_signTypedData_v4``.

    Args:
        primary_type: a key of :data:`TYPES`.
        message: every member by name: ints, 0x-hex text or bytes, addresses in any case; ``string`` as it is.
        chain_id: the chain's id.
        contracts: contract name -> address of the deployment.

    Raises:
        FieldMissing, FieldInvalid: a member is absent, unknown, of another type or out of its type's range.
    """
    members = TYPES[primary_type]
    names = [member["name"] for member in members]
    for name in message:
        if name not in names:
            raise FieldInvalid(field=name)
    contract_name = OFF_CHAIN.get(primary_type) or CONTRACT_OF[primary_type]
    domain_name = primary_type if primary_type in OFF_CHAIN else contract_name
    return {
        "types": {"EIP712Domain": list(DOMAIN_TYPE), primary_type: [dict(member) for member in members]},
        "primaryType": primary_type,
        "domain": domain(domain_name, contracts[contract_name], chain_id),
        "message": {member["name"]: _plain(member["name"], member["type"], message) for member in members},
    }


def digest_of(document: Mapping[str, Any]) -> str:
    """The 32 bytes that are signed, as 0x-hex: ``keccak256(0x1901 || domain separator || struct hash)``."""
    signable = encode_typed_data(full_message=dict(document))
    return "0x" + keccak(b"\x19" + signable.version + signable.header + signable.body).hex()


def message_values(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document's message with integers as ``int``: the values for calldata."""
    types = {member["name"]: member["type"] for member in TYPES[document["primaryType"]]}
    return {
        name: int(value) if types[name].startswith("uint") else value
        for name, value in document["message"].items()
    }


def _plain(name: str, kind: str, message: Mapping[str, Any]) -> str:
    """One member in its document form."""
    if name not in message or message[name] is None:
        raise FieldMissing(field=name)
    value = message[name]
    if kind.startswith("uint"):
        return _uint(name, int(kind.removeprefix("uint")), value)
    if kind == "string":
        if not isinstance(value, str):
            raise FieldInvalid(field=name)
        return value
    if isinstance(value, bytes):
        value = "0x" + value.hex()
    if not isinstance(value, str) or not _HEX.match(value):
        raise FieldInvalid(field=name)
    value = value.lower()
    if kind == "bytes":
        return value
    width = 20 if kind == "address" else int(kind.removeprefix("bytes"))
    if len(value) != 2 + 2 * width:
        raise FieldInvalid(field=name)
    return checksum(value) if kind == "address" else value


def _uint(name: str, bits: int, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        raise FieldInvalid(field=name)
    if not 0 <= value < 2**bits:
        raise FieldInvalid(field=name)
    return str(value)
