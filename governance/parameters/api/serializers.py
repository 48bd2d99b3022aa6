"""Rules and ways of counting in the OpenAPI schema. They describe; ``details`` makes the JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.http.schema import Address, Uint256
from governance.proposals.models import ProposalType


class ParameterSerializer(serializers.Serializer[Any]):
    """One rule."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    help = serializers.CharField(allow_blank=True)
    value = Uint256()
    unit = serializers.ChoiceField(("seconds", "percent", "permille", "count"))
    text = serializers.CharField(help_text="The value in words.")
    minimum = Uint256(help_text="Fixed for this deployment.")
    maximum = Uint256()
    since = serializers.DateTimeField()


class StrategySerializer(serializers.Serializer[Any]):
    """A way of counting, and what it may decide."""

    address = Address()
    kind = serializers.CharField()
    types = serializers.ListField(child=serializers.ChoiceField(ProposalType.choices))
    threshold = Uint256(help_text="What a proposer needs of its token; 0 where people are counted.")
    retired = serializers.BooleanField(help_text="No new proposal may choose it.")


class TermsSerializer(serializers.Serializer[Any]):
    """What a proposal of one kind would be decided under now. Durations in seconds."""

    proposalType = serializers.ChoiceField(ProposalType.choices)
    reviewPeriod = serializers.IntegerField()
    noticePeriod = serializers.IntegerField()
    votingPeriod = serializers.IntegerField()
    executionDelay = serializers.IntegerField()
    gracePeriod = serializers.IntegerField()
    quorumPercentage = serializers.IntegerField()
    passingPercentage = serializers.IntegerField(help_text="Of For and Against; 50: a majority.")
    endorsementPermille = serializers.IntegerField()


class ParametersSerializer(serializers.Serializer[Any]):
    """The rules every decision is made under. Durations in seconds; nothing before the deployment is read."""

    votingPeriod = Uint256(required=False)
    executionDelay = Uint256(required=False)
    reviewPeriod = Uint256(required=False)
    gracePeriod = Uint256(required=False)
    noticePeriod = Uint256(required=False)
    officerDelay = Uint256(required=False)
    quorumPercentage = Uint256(required=False)
    endorsementPermille = Uint256(required=False)
    proposalThreshold = Uint256(required=False)
    parameters = ParameterSerializer(many=True)
    terms = TermsSerializer(many=True)
    strategies = StrategySerializer(many=True)
