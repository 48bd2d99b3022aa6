"""Figures about the whole in the OpenAPI schema. They describe; ``details`` makes the JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.http.schema import Hash, Uint256
from governance.pauses.api.serializers import PauseSerializer


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
