"""Profiles in the OpenAPI schema."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.http.schema import Address
from identity.roles.models import Role


class ProfileMetadataSerializer(serializers.Serializer[Any]):
    """What the person chose to show."""

    displayName = serializers.CharField(allow_blank=True)
    avatar = serializers.CharField(allow_blank=True)
    bio = serializers.CharField(allow_blank=True)


class ProfileSerializer(serializers.Serializer[Any]):
    """What is public of an address; most have no more than what the chain says."""

    address = Address()
    did = serializers.CharField(allow_null=True)
    roles = serializers.ListField(child=serializers.ChoiceField(Role.choices))
    delegatedTo = Address(allow_null=True, help_text="To whom the vote is given; null: it is cast in person.")
    citizenSince = serializers.DateTimeField(allow_null=True)
    joinedAt = serializers.DateTimeField(allow_null=True, help_text="Since when it has an account here.")
    lastActive = serializers.DateTimeField(allow_null=True)
    metadata = ProfileMetadataSerializer()
