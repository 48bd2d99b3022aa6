"""Many ballots for one proposal in one transaction, each in the fewest bytes that carry it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Final

from contracts.acts.types import message_values
from contracts.calldata import encode_call
from contracts.models import RelayedAct
from contracts.signatures import canonical_ecdsa, compact, is_ecdsa_of

BALLOT_BYTES: Final = 123  # voter 20, support 1, deadline 6, reasonHash 32, r 32, vs 32
MAX_VOTES: Final = 2**16 - 1  # of a quadratic ballot, whose votes follow in 2 bytes


class PackedBallots:
    """Ballots that a key signed, of one proposal, its rules and form: what ``castVotesBySig`` takes."""

    contract = "VotingEngine"
    skipped = "BallotSkipped(bytes32,address,uint256,bytes4)"

    def key(self, act: RelayedAct) -> Hashable | None:
        """The contract, the proposal, its rules, and whether votes cost something there."""
        message = act.typed_data["message"]
        if _packed_votes(message["params"]) is None or not is_ecdsa_of(act.signer, act.digest, act.signature):
            return None
        engine = act.typed_data["domain"]["verifyingContract"]
        return engine, message["proposalId"], message["rulesHash"], message["params"] != "0x"

    def call(self, acts: Sequence[RelayedAct]) -> tuple[str, str]:
        """The batch, in the order in which the ballots came."""
        message = acts[0].typed_data["message"]
        packed = (packed_ballot(act.typed_data, act.signature) for act in acts)
        return batch_call(int(message["proposalId"]), message["rulesHash"], packed)


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


def _packed_votes(params: str) -> bytes | None:
    """The votes that ``params`` ask for, in packed form: nothing without params, None if they don't fit."""
    if params == "0x":
        return b""
    votes = int(params, 16) if len(params) == 66 else 0
    return votes.to_bytes(2) if 0 < votes <= MAX_VOTES else None
