"""The EIP-712 types of what people sign about a proposal, and by which events the chain shows each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import Q

from contracts.acts.errors import FieldInvalid
from contracts.acts.registry import Call, Effect, Pieces, SignedType, Values
from contracts.acts.statements import word_of
from contracts.models import RelayedAct
from contracts.relayer.effects import since_received
from governance.chain import ABOUT_PROPOSAL
from governance.hashes import actions_hash, content_hash


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
    subject=ABOUT_PROPOSAL,
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
    subject=ABOUT_PROPOSAL,
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
    subject=ABOUT_PROPOSAL,
)
