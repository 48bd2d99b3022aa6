"""Pauses in the OpenAPI schema. They describe; ``details`` makes the JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.http.schema import Address, Hash, Uint256


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
