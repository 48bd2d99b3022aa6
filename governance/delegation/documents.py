"""The EIP-712 types of giving one's vote to somebody, and by which event the chain shows them."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Q

from contracts.acts.registry import Call, Effect, Pieces, SignedType, Values
from contracts.acts.statements import word_of
from contracts.addresses import ZERO_ADDRESS, checksum
from contracts.models import RelayedAct
from contracts.relayer.effects import since_received


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
