"""Acts as calldata: the ``...BySig`` call that anyone may send, and the plain call of one's own wallet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from contracts.acts.types import CONTRACT_OF, message_values
from contracts.addresses import checksum
from contracts.calldata import encode_call
from contracts.deployment import deployment
from contracts.models import RelayedAct
from contracts.signatures import canonical_ecdsa, compact

BALLOT_BYTES: Final = 123  # voter 20, support 1, deadline 6, reasonHash 32, r 32, vs 32
MAX_VOTES: Final = 2**16 - 1  # of a quadratic ballot, whose votes follow in 2 bytes

# Primary type -> (function, what it takes before the signature, in order).
_BY_SIGNATURE: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "Delegate": ("delegateBySig", ("delegator", "delegatee", "nonce", "deadline")),
    "DelegateFor": (
        "delegateForBySig",
        ("delegator", "proposalType", "delegatee", "nonce", "deadline"),
    ),
    "CreateProposal": (
        "createProposalBySig",
        ("proposer", "proposalType", "actions", "metadataHash", "strategy", "deadline"),
    ),
    "EndorseProposal": ("endorseProposalBySig", ("proposalId", "endorser", "deadline")),
    "ActivateProposal": ("activateProposalBySig", ("proposalId", "voteStart", "administrator", "deadline")),
    "CancelProposal": (
        "cancelProposalBySig",
        ("proposalId", "reasonHash", "canceller", "nonce", "deadline"),
    ),
}
_PLAIN: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "Delegate": ("delegate", ("delegatee",)),
    "DelegateFor": ("delegateFor", ("proposalType", "delegatee")),
    "CreateProposal": ("createProposal", ("proposalType", "actions", "metadataHash", "strategy")),
    "EndorseProposal": ("endorseProposal", ("proposalId",)),
    "ActivateProposal": ("activateProposal", ("proposalId", "voteStart")),
    "CancelProposal": ("cancelProposal", ("proposalId", "reasonHash")),
}


def signed_call(document: Mapping[str, Any], signature: str) -> tuple[str, str]:
    """The (contract name, calldata) that carries one signed document to the chain."""
    primary_type = document["primaryType"]
    contract = CONTRACT_OF[primary_type]
    values = message_values(document)
    if primary_type == "Ballot":
        return contract, encode_call(contract, "castVoteBySig", {"ballot": values, "signature": signature})
    function, names = _BY_SIGNATURE[primary_type]
    arguments = {name: values[name] for name in names}
    return contract, encode_call(contract, function, arguments | {"signature": signature})


def plain_call(primary_type: str, values: Mapping[str, Any], reason: str) -> tuple[str, str]:
    """The (contract name, calldata) of the same act without a signature, for the signer's own wallet to send.

    A ballot's reason given this way is published on chain for good.
    """
    contract = CONTRACT_OF[primary_type]
    if primary_type != "Ballot":
        function, names = _PLAIN[primary_type]
        return contract, encode_call(contract, function, {name: values[name] for name in names})
    ballot: dict[str, Any] = {"proposalId": values["proposalId"], "support": values["support"]}
    if values["params"] not in ("0x", b""):
        ballot |= {"reason": reason, "params": values["params"]}
        return contract, encode_call(contract, "castVoteWithParams", ballot)
    if reason:
        return contract, encode_call(contract, "castVoteWithReason", ballot | {"reason": reason})
    return contract, encode_call(contract, "castVote", ballot)


def packed_ballot(document: Mapping[str, Any], signature: str) -> bytes:
    """One ballot in the 123 bytes that ``castVotesBySig`` reads, 125 if it says a number of votes.

    Raises:
        ValueError: the ballot has other params or no plain ECDSA signature, so a batch can't carry it.
    """
    values = message_values(document)
    canonical = canonical_ecdsa(bytes.fromhex(signature[2:]))
    votes = _packed_votes(values["params"])
    if canonical is None or votes is None:
        raise ValueError("only ballots with an ECDSA signature, and votes if any, fit a batch")
    r, vs = compact(canonical)
    return (
        bytes.fromhex(values["voter"][2:])
        + bytes([values["support"]])
        + values["deadline"].to_bytes(6)
        + bytes.fromhex(values["reasonHash"][2:])
        + r
        + vs
        + votes
    )


def batch_call(proposal_id: int, rules_hash: str, ballots: Iterable[bytes]) -> tuple[str, str]:
    """The (contract name, calldata) of many packed ballots for one proposal."""
    arguments = {"proposalId": proposal_id, "rulesHash": rules_hash, "packed": "0x" + b"".join(ballots).hex()}
    return "VotingEngine", encode_call("VotingEngine", "castVotesBySig", arguments)


def fits_batch(row: RelayedAct) -> bool:
    """Whether ``row`` is a ballot of a packed form. (Whether a key signed it is the signature's matter.)"""
    document = row.typed_data
    return document["primaryType"] == "Ballot" and _packed_votes(document["message"]["params"]) is not None


def _packed_votes(params: str) -> bytes | None:
    """The votes that ``params`` ask for, in packed form: nothing without params, None if they don't fit."""
    if params == "0x":
        return b""
    votes = int(params, 16) if len(params) == 66 else 0
    return votes.to_bytes(2) if 0 < votes <= MAX_VOTES else None


def as_transaction(contract: str, data: str) -> dict[str, Any]:
    """A call as a wallet takes it for ``eth_sendTransaction``; ``value`` in wei, hex."""
    current = deployment()
    return {
        "to": checksum(current.contracts[contract]),
        "data": data,
        "value": "0x0",
        "chainId": current.chain_id,
    }
