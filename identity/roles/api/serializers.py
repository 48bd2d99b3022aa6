"""Profiles and roles in the OpenAPI schema. They describe; plain functions make the JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.http.schema import Address, Hash
from identity.roles.models import RequestKind, RequestStatus, Role, RoleChangeKind


class RoleHeldSerializer(serializers.Serializer[Any]):
    """A role that is held now."""

    role = serializers.ChoiceField(Role.choices)
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True, help_text="Null: without an end.")
    by = Address(allow_null=True, help_text="Who gave it.")


class RoleChangeSerializer(serializers.Serializer[Any]):
    """A role given, taken or run out."""

    role = serializers.ChoiceField(Role.choices)
    change = serializers.ChoiceField(RoleChangeKind.choices)
    by = Address(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)
    reasonHash = Hash(allow_null=True, help_text="keccak256 of the reason; the chain holds it.")
    reason = serializers.CharField(allow_blank=True, help_text="Empty where it is not known here.")
    transactionHash = Hash()
    blockNumber = serializers.IntegerField(min_value=0)
    timestamp = serializers.DateTimeField()


class RolesSerializer(serializers.Serializer[Any]):
    """The roles of an address, now and before."""

    address = Address()
    movedTo = Address(allow_null=True, help_text="Where the citizen's place on the roll went.")
    roles = RoleHeldSerializer(many=True)
    history = RoleChangeSerializer(many=True, help_text="Newest first, 500 at most.")


class RoleRequestSerializer(serializers.Serializer[Any]):
    """What one administrator asked for, and what became of it. It takes effect with a second person alone."""

    requestId = Hash(help_text="The same request made again has the same id.")
    kind = serializers.ChoiceField(RequestKind.choices)
    role = serializers.ChoiceField(Role.choices, allow_null=True)
    grant = serializers.BooleanField(help_text="Whether the role is given, else taken.")
    accounts = serializers.ListField(child=Address(), help_text="Of a move: the old and the new one.")
    until = serializers.DateTimeField(allow_null=True, help_text="Null: without an end.")
    administrator = Address(help_text="Who asked.")
    reasonHash = Hash(allow_null=True, help_text="keccak256 of the reason; the chain holds it.")
    reason = serializers.CharField(allow_blank=True, help_text="Empty where it is not known here.")
    timestamp = serializers.DateTimeField()
    status = serializers.ChoiceField(RequestStatus.choices)
    statusAt = serializers.DateTimeField(help_text="Since when that holds.")
    statusBy = Address(allow_null=True)
    secondedBy = Address(allow_null=True, help_text="The administrator who agreed.")
    approvedBy = Address(allow_null=True, help_text="The guardian who let a large change of the roll pass.")
    effectiveAt = serializers.DateTimeField(
        allow_null=True,
        help_text="From when on a change of officers can be carried out; objections until then.",
    )
    expiresAt = serializers.DateTimeField()
    objectionHash = Hash(allow_null=True, help_text="Of the reason of the guardian who objected.")
    objection = serializers.CharField(allow_blank=True)
    transactionHash = Hash()
    blockNumber = serializers.IntegerField(min_value=0)
