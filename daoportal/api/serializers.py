"""Health and problems in the OpenAPI schema."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class LiveSerializer(serializers.Serializer[Any]):
    """The process answers."""

    status = serializers.ChoiceField(("ok",))


class PartSerializer(serializers.Serializer[Any]):
    """One part that the portal stands on."""

    status = serializers.ChoiceField(("ok", "failing"))
    detail = serializers.CharField(allow_blank=True)


class HealthSerializer(serializers.Serializer[Any]):
    """How the parts are."""

    status = serializers.ChoiceField(("ok", "failing"))
    parts = serializers.DictField(child=PartSerializer())


class ProblemKindSerializer(serializers.Serializer[Any]):
    """What a problem's code means."""

    code = serializers.CharField()
    status = serializers.IntegerField()
    title = serializers.CharField()


class ProblemKindsSerializer(serializers.Serializer[Any]):
    """All codes."""

    results = ProblemKindSerializer(many=True)
