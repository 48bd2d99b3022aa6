"""Rules, pauses and figures in the OpenAPI schema. They describe; ``details`` makes the JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.http.schema import Address, Hash, Uint256
from governance.models import ProposalType


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


class CountsSerializer(serializers.Serializer[Any]):
    """How many proposals there are."""

    total = serializers.IntegerField()
    byState = serializers.DictField(child=serializers.IntegerField())
    byType = serializers.DictField(child=serializers.IntegerField())
    byTopic = serializers.DictField(child=serializers.IntegerField())


class NextClosingSerializer(serializers.Serializer[Any]):
    """The vote that closes next."""

    proposalId = Uint256()
    title = serializers.CharField(allow_blank=True)
    closesAt = serializers.DateTimeField(allow_null=True)


class PauseSerializer(serializers.Serializer[Any]):
    """The pause that holds."""

    since = serializers.DateTimeField()
    until = serializers.DateTimeField()


class PauseStorySerializer(serializers.Serializer[Any]):
    """A pause, who began it and why, and how it ended."""

    pauseNumber = Uint256()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(help_text="Its limit, or when it was lifted.")
    guardian = Address(allow_null=True)
    joinedBy = Address(allow_null=True, help_text="The second guardian, who made it longer.")
    liftedBy = Address(allow_null=True, help_text="A guardian, or the ExecutionModule for a proposal.")
    immuneUntil = serializers.DateTimeField(allow_null=True)
    reasonHash = Hash(allow_null=True)
    reason = serializers.CharField(allow_blank=True, help_text="Empty where the words are not known here.")


class PausesSerializer(serializers.Serializer[Any]):
    """Every pause, the newest first."""

    immuneUntil = serializers.DateTimeField(
        allow_null=True, help_text="Nobody may pause before, since a proposal lifted a pause."
    )
    pauses = PauseStorySerializer(many=True)


class ChainHeadSerializer(serializers.Serializer[Any]):
    """How far the mirror has read."""

    blockNumber = serializers.IntegerField(help_text="-1 before the first block.")
    blockHash = Hash(allow_null=True)
    timestamp = serializers.DateTimeField(allow_null=True)
    finalized = serializers.IntegerField()
    lag = serializers.IntegerField(help_text="Blocks that the node has and the mirror hasn't.")


class StatsSerializer(serializers.Serializer[Any]):
    """Figures about the whole, at the newest block."""

    citizens = serializers.IntegerField()
    delegates = serializers.IntegerField()
    votes = serializers.IntegerField(help_text="Ballots counted, in all proposals.")
    proposals = CountsSerializer()
    openVotes = serializers.IntegerField()
    nextClosing = NextClosingSerializer(allow_null=True)
    turnoutPercent = serializers.IntegerField(allow_null=True, help_text="Mean over decided votes.")
    paused = PauseSerializer(allow_null=True)
    asOf = serializers.DateTimeField()
    chain = ChainHeadSerializer()
