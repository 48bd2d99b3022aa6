"""Health and problems in the OpenAPI schema."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class LiveSerializer(serializers.Serializer[Any]):
    """The process answers."""

    status = serializers.ChoiceField(("ok",))


class PartSerializer(serializers.Serializer[Any]):
    """One part that the portal stands on."""

    status = serializers.ChoiceField(("ok", "degraded", "failing"))
    needed = serializers.BooleanField(help_text="Whether the process that answers can't serve without it.")
    detail = serializers.CharField(allow_blank=True)
    age = serializers.FloatField(allow_null=True, help_text="Seconds since it was asked; null: no answer.")
    facts = serializers.DictField(child=serializers.JSONField(), help_text="Figures; ages in seconds.")


class HealthSerializer(serializers.Serializer[Any]):
    """How the parts are. ``status`` is the worst of them."""

    status = serializers.ChoiceField(("ok", "degraded", "failing"))
    ready = serializers.BooleanField()
    parts = serializers.DictField(child=PartSerializer())


class ProblemKindSerializer(serializers.Serializer[Any]):
    """What a problem's code means."""

    code = serializers.CharField()
    status = serializers.IntegerField()
    title = serializers.CharField()


class ProblemKindsSerializer(serializers.Serializer[Any]):
    """All codes."""

    results = ProblemKindSerializer(many=True)
