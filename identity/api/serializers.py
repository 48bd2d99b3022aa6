"""Profiles and roles in the OpenAPI schema. They describe; plain functions make the JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from daoportal.kernel.schema import Address, Hash
from identity.models import Role, RoleChangeKind


class RoleHeldSerializer(serializers.Serializer[Any]):
    """A role that is held now."""

    role = serializers.ChoiceField(Role.choices)
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True, help_text="Null: without an end.")
    by = Address(allow_null=True, help_text="Who gave it.")


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


class RoleChangeSerializer(serializers.Serializer[Any]):
    """A role given, taken or run out."""

    role = serializers.ChoiceField(Role.choices)
    change = serializers.ChoiceField(RoleChangeKind.choices)
    by = Address(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    transactionHash = Hash()
    blockNumber = serializers.IntegerField(min_value=0)
    timestamp = serializers.DateTimeField()


class RolesSerializer(serializers.Serializer[Any]):
    """The roles of an address, now and before."""

    address = Address()
    roles = RoleHeldSerializer(many=True)
    history = RoleChangeSerializer(many=True, help_text="Newest first, 500 at most.")
