"""The EIP-712 type of a ballot, and by which event the chain shows it."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Q

from contracts.acts.registry import Call, Effect, Pieces, SignedType, Values
from contracts.acts.statements import word_of
from contracts.models import RelayedAct
from governance.ballots.packing import PackedBallots
from governance.chain import ABOUT_PROPOSAL

_SIDES: Final = ("against", "for", "abstain")


def _ballot_statement(values: Values, pieces: Pieces) -> tuple[Any, ...]:
    side = word_of(_SIDES, values, "support")
    number, params = values["proposalId"], values["params"]
    if params == "0x":
        return f"ballot.{side}", number
    votes = int(params, 16)
    return f"vote.{side}" if votes == 1 else f"votes.{side}", votes, number


def _plain_ballot(values: Values, reason: str) -> tuple[str, dict[str, Any]]:
    """Three functions, by what the ballot says; a reason given this way is public on chain for good."""
    ballot: dict[str, Any] = {"proposalId": values["proposalId"], "support": values["support"]}
    if values["params"] not in ("0x", b""):
        return "castVoteWithParams", {**ballot, "reason": reason, "params": values["params"]}
    if reason:
        return "castVoteWithReason", {**ballot, "reason": reason}
    return "castVote", ballot


def _ballot_effect(act: RelayedAct, values: Values) -> Q:
    return Q(data__support=values["support"], data__reasonHash=values["reasonHash"])


BALLOT: Final = SignedType(
    primary_type="Ballot",
    members=(
        "uint256 proposalId,bytes32 rulesHash,address voter,uint8 support,bytes params,bytes32 reasonHash,"
        "uint48 deadline"
    ),
    statement=_ballot_statement,
    contract="VotingEngine",
    by_signature=Call("castVoteBySig", struct="ballot"),
    plain=_plain_ballot,
    effects=(Effect("VoteCast", "voter"),),
    effect=_ballot_effect,
    subject=ABOUT_PROPOSAL,
    batching=PackedBallots(),
)
