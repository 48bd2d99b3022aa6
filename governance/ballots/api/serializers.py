"""Votes in the OpenAPI schema. They describe; ``rows`` makes the JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from contracts.acts.calls import MAX_VOTES
from contracts.api.serializers import SignedActSerializer
from core.http.schema import Address, Hash, Uint256
from governance.ballots.models import Support
from governance.proposals.api.serializers import CONFIRMATIONS


class VoteSerializer(serializers.Serializer[Any]):
    """A counted ballot."""

    proposalId = Uint256()
    voter = Address()
    support = serializers.ChoiceField(Support.choices, help_text="0 against, 1 for, 2 abstain.")
    weight = Uint256(help_text="As cast.")
    effectiveWeight = Uint256(help_text="Less what delegators took back by voting themselves.")
    reason = serializers.CharField(allow_null=True, allow_blank=True)
    reasonHash = Hash(allow_null=True, help_text="keccak256 of the reason; the chain holds it.")
    transactionHash = Hash()
    blockNumber = serializers.IntegerField(min_value=0)
    timestamp = serializers.DateTimeField()
    confirmation = serializers.ChoiceField(CONFIRMATIONS)


class BallotParamsSerializer(serializers.Serializer[Any]):
    """What a ballot says beyond its side, where the way of counting asks for it."""

    votes = serializers.IntegerField(
        min_value=1, max_value=MAX_VOTES, help_text="n votes cost n * n credits."
    )


class VoteActSerializer(SignedActSerializer):
    """A signed ballot."""

    support = serializers.ChoiceField(Support.choices, help_text="0 against, 1 for, 2 abstain.")
    reason = serializers.CharField(
        required=False, allow_blank=True, help_text="Its hash is part of what was signed."
    )
    params = BallotParamsSerializer(required=False, help_text="Only where votes cost credits.")
