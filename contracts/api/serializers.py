"""Acts and events in the OpenAPI schema. They describe; plain functions make the JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.utils.module_loading import import_string
from rest_framework import serializers

from contracts.acts.registry import act_names
from contracts.models import ActStatus
from contracts.subjects import subject_api_fields
from core.http.schema import Address, Hash, HexBytes

DEADLINE_HELP = "Unix time in seconds after which the signature is void; at most seven days ahead."


class SummaryRowSerializer(serializers.Serializer[Any]):
    """One line of what is to be signed, in plain words."""

    label = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField(allow_blank=True)


class TransactionSerializer(serializers.Serializer[Any]):
    """A transaction as `eth_sendTransaction` takes it, but for its sender."""

    to = Address()
    data = HexBytes()  # type: ignore[assignment]
    value = serializers.CharField(help_text="Wei in hexadecimal.")
    chainId = serializers.IntegerField()


S = TypeVar("S", bound=type[serializers.Serializer[Any]])


def about_subject(**options: Any) -> Callable[[S], S]:
    """Class decorator: add a field for each kind of subject that the API says, under its own name."""

    def decorate(cls: S) -> S:
        for _kind, field in subject_api_fields():
            cls._declared_fields[field.name] = import_string(field.serializer)(**options)
        return cls

    return decorate


@about_subject(required=False)
class TypedDataRequestSerializer(serializers.Serializer[Any]):
    """What is to be signed: the act, who signs, and the act's own fields beside them."""

    act = serializers.CharField(help_text=", ".join(f"`{name}`" for name in act_names()))
    signer = Address()
    deadline = serializers.IntegerField(
        required=False, help_text=f"{DEADLINE_HELP} Default: 24 hours from now."
    )


@about_subject(allow_null=True)
class TypedDataSerializer(serializers.Serializer[Any]):
    """The document to sign, its digest, and what it says in plain words."""

    act = serializers.CharField()
    typedData = serializers.DictField(help_text="The whole document for `eth_signTypedData_v4` (EIP-712).")
    digest = Hash()
    deadline = serializers.IntegerField(help_text=DEADLINE_HELP)
    summary = SummaryRowSerializer(many=True)


class SignedActSerializer(serializers.Serializer[Any]):
    """What every signed act carries."""

    signer = Address()
    deadline = serializers.IntegerField(help_text="As in the document that was signed.")
    signature = HexBytes(
        help_text="Of the typed data: 65 or 64 bytes (EIP-2098), or what an ERC-1271 wallet takes."
    )


@about_subject(required=False)
class ActSubmitSerializer(SignedActSerializer):
    """Any signed act: its name, and its own fields beside them, just as they were sent for the typed data."""

    act = serializers.CharField()


class ActErrorSerializer(serializers.Serializer[Any]):
    """Why an act failed."""

    code = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)


class ActAcceptedSerializer(serializers.Serializer[Any]):
    """An act that was received."""

    digest = Hash(help_text="Its identity: the same act again is the same act.")
    status = serializers.ChoiceField(ActStatus.choices)
    url = serializers.CharField(help_text="Where to ask for it.")
    promise = serializers.CharField(
        allow_null=True,
        help_text="The portal's signed receipt (JWS, Ed25519); null if nothing is left to be done.",
    )
    transactionHash = Hash(required=False, allow_null=True)
    blockNumber = serializers.IntegerField(required=False, allow_null=True)
    error = ActErrorSerializer(required=False, allow_null=True)


@about_subject(allow_null=True)
class ActSerializer(serializers.Serializer[Any]):
    """Where an act stands."""

    digest = Hash()
    act = serializers.CharField()
    signer = Address()
    status = serializers.ChoiceField(ActStatus.choices, help_text="It may be sent again until it is final.")
    transactionHash = Hash(allow_null=True)
    blockNumber = serializers.IntegerField(allow_null=True)
    deadline = serializers.DateTimeField()
    error = ActErrorSerializer(allow_null=True)
    transaction = TransactionSerializer(
        allow_null=True, help_text="Once it has waited for a minute: the call with which anyone can send it."
    )


@about_subject(allow_null=True)
class EventSerializer(serializers.Serializer[Any]):
    """One event of one of the contracts."""

    eventName = serializers.CharField()
    contract = Address()
    data = serializers.DictField(help_text="The event's arguments; uint256 as decimal text.")  # type: ignore[assignment]
    transactionHash = Hash()
    blockNumber = serializers.IntegerField(min_value=0)
    blockHash = Hash()
    logIndex = serializers.IntegerField(min_value=0)
    timestamp = serializers.DateTimeField()
    confirmation = serializers.ChoiceField(("seen", "confirmed", "final"))
