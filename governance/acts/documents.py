"""The EIP-712 types of what people sign about decisions, and by which events the chain shows each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import Q

from contracts.acts.errors import FieldInvalid
from contracts.acts.registry import Call, Effect, Pieces, SignedType, SubjectMember, Values
from contracts.acts.statements import word_of
from contracts.addresses import ZERO_ADDRESS, checksum
from contracts.models import RelayedAct
from contracts.relayer.effects import since_received
from governance.acts.packing import PackedBallots
from governance.hashes import actions_hash, content_hash

SUBJECT: Final = SubjectMember("proposal", "proposalId")
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
    subject=SUBJECT,
    batching=PackedBallots(),
)


def _delegation_statement(values: Values, pieces: Pieces) -> tuple[Any, ...]:
    delegatee = values["delegatee"]
    return ("delegation.back",) if delegatee == ZERO_ADDRESS else ("delegation.give", checksum(delegatee))


def _delegation_effect(act: RelayedAct, values: Values) -> Q:
    """Overall, one's own address takes the vote back; for one kind it keeps it there."""
    delegatee = values["delegatee"].lower()
    typed = "proposalType" in values
    scope = 1 + values["proposalType"] if typed else 0
    to = ZERO_ADDRESS if delegatee == act.signer and not typed else delegatee
    # A delegation may come and go and come again.
    return Q(data__scope=scope, data__toDelegate=to) & since_received(act)


DELEGATE: Final = SignedType(
    primary_type="Delegate",
    members="address delegator,address delegatee,uint256 nonce,uint48 deadline",
    statement=_delegation_statement,
    contract="VotingEngine",
    by_signature=Call("delegateBySig", ("delegator", "delegatee", "nonce", "deadline")),
    plain=Call("delegate", ("delegatee",)),
    effects=(Effect("DelegateChanged", "delegator"),),
    effect=_delegation_effect,
)


def _delegation_for_statement(values: Values, pieces: Pieces) -> tuple[Any, ...]:
    kind, delegatee = word_of(pieces["kinds"], values, "proposalType"), values["delegatee"]
    if delegatee == ZERO_ADDRESS:
        return "delegationFor.general", kind
    if delegatee.lower() == values["delegator"].lower():
        return "delegationFor.keep", kind
    return "delegationFor.give", kind, checksum(delegatee)


DELEGATE_FOR: Final = SignedType(
    primary_type="DelegateFor",
    members="address delegator,uint8 proposalType,address delegatee,uint256 nonce,uint48 deadline",
    statement=_delegation_for_statement,
    contract="VotingEngine",
    by_signature=Call("delegateForBySig", ("delegator", "proposalType", "delegatee", "nonce", "deadline")),
    plain=Call("delegateFor", ("proposalType", "delegatee")),
    effects=(Effect("DelegateChanged", "delegator"),),
    effect=_delegation_effect,
)


def _creation_effect(act: RelayedAct, values: Values) -> Q:
    fingerprint = content_hash(
        act.signer,
        values["proposalType"],
        values["metadataHash"],
        actions_hash(values["actions"]),
        values["strategy"],
    )
    return Q(data__contentHash=fingerprint)


CREATE_PROPOSAL: Final = SignedType(
    primary_type="CreateProposal",
    members=(
        "address proposer,uint8 proposalType,bytes32 metadataHash,Action[] actions,address strategy,"
        "uint48 deadline"
    ),
    structs={"Action": "address target,uint256 value,bytes data"},
    statement=lambda values, pieces: ("proposal", word_of(pieces["kinds"], values, "proposalType")),
    contract="ProposalManager",
    by_signature=Call(
        "createProposalBySig",
        ("proposer", "proposalType", "actions", "metadataHash", "strategy", "deadline"),
    ),
    plain=Call("createProposal", ("proposalType", "actions", "metadataHash", "strategy")),
    effects=(Effect("ProposalCreated", "proposer"),),
    effect=_creation_effect,
)


ENDORSE_PROPOSAL: Final = SignedType(
    primary_type="EndorseProposal",
    members="uint256 proposalId,bytes32 contentHash,address endorser,uint48 deadline",
    statement=lambda values, pieces: ("endorsement", values["proposalId"]),
    contract="ProposalManager",
    by_signature=Call("endorseProposalBySig", ("proposalId", "endorser", "deadline")),
    plain=Call("endorseProposal", ("proposalId",)),
    effects=(Effect("ProposalEndorsed", "endorser"),),
    subject=SUBJECT,
)


def _activation_statement(values: Values, pieces: Pieces) -> tuple[Any, ...]:
    number, start = values["proposalId"], values["voteStart"]
    if not start:
        return "activation", number
    try:
        opens = datetime.fromtimestamp(start, UTC)
    except (OverflowError, ValueError, OSError):
        raise FieldInvalid(field="voteStart") from None
    return "activation.at", number, f"{opens:%Y-%m-%d %H:%M:%S} UTC"


ACTIVATE_PROPOSAL: Final = SignedType(
    primary_type="ActivateProposal",
    members="uint256 proposalId,bytes32 rulesHash,uint48 voteStart,address administrator,uint48 deadline",
    statement=_activation_statement,
    contract="ProposalManager",
    by_signature=Call("activateProposalBySig", ("proposalId", "voteStart", "administrator", "deadline")),
    plain=Call("activateProposal", ("proposalId", "voteStart")),
    effects=(Effect("ProposalActivated", "activatedBy"),),
    effect=lambda act, values: Q(data__rulesHash=values["rulesHash"]),
    subject=SUBJECT,
)


def _cancellation_effect(act: RelayedAct, values: Values) -> Q:
    """The first half of a cancellation can be withdrawn and asked for again."""
    return Q(data__reasonHash=values["reasonHash"]) & since_received(act)


CANCEL_PROPOSAL: Final = SignedType(
    primary_type="CancelProposal",
    members=(
        "uint256 proposalId,bytes32 contentHash,bytes32 reasonHash,address canceller,uint256 nonce,"
        "uint48 deadline"
    ),
    statement=lambda values, pieces: ("cancellation", values["proposalId"]),
    contract="ProposalManager",
    by_signature=Call("cancelProposalBySig", ("proposalId", "reasonHash", "canceller", "nonce", "deadline")),
    plain=Call("cancelProposal", ("proposalId", "reasonHash")),
    effects=(
        Effect("ProposalCancelled", "cancelledBy"),
        Effect("ProposalCancellationRequested", "administrator"),
    ),
    effect=_cancellation_effect,
    subject=SUBJECT,
)
