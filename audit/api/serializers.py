"""The audit log in the OpenAPI schema."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.http.schema import Hash


class AuditEntrySerializer(serializers.Serializer[Any]):
    """What an officer or a command did, sealed by the hash of the entry before."""

    sequence = serializers.IntegerField(min_value=1)
    action = serializers.CharField()
    actor = serializers.CharField(help_text="An address, the id of an account, or `command:NAME`.")
    target = serializers.CharField(allow_blank=True)
    details = serializers.DictField()
    transactionHash = Hash(allow_null=True)
    blockNumber = serializers.IntegerField(allow_null=True)
    timestamp = serializers.DateTimeField()
    previousHash = Hash()
    hash = Hash(help_text="docs/api/audit.md says of what.")
