"""Delegates, voters and their profiles in the OpenAPI schema."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from contracts.api.serializers import SignedActSerializer
from core.http.schema import Address, Uint256
from governance.proposals.models import ProposalType
from identity.profiles.api.serializers import ProfileSerializer
from identity.profiles.services import LIMITS


class DelegateSerializer(serializers.Serializer[Any]):
    """Somebody who can be given other people's votes, and their record."""

    address = Address()
    name = serializers.CharField()
    statement = serializers.CharField(allow_blank=True)
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    people = serializers.IntegerField(help_text="How many give them their vote now, in everything.")
    peopleByType = serializers.DictField(
        child=serializers.IntegerField(), help_text="How many more do so in one kind of proposals alone."
    )
    share = serializers.FloatField(help_text="Percent of all citizens.")
    decisions = serializers.IntegerField(help_text="Votes opened since they are a delegate.")
    voted = serializers.IntegerField(help_text="Of these, in how many they voted.")
    reasons = serializers.IntegerField(help_text="Of these, with a reason.")


class DelegateListSerializer(serializers.Serializer[Any]):
    """The directory of delegates."""

    results = DelegateSerializer(many=True)


class DelegatorSerializer(serializers.Serializer[Any]):
    """Somebody who gave their vote."""

    address = Address()
    since = serializers.DateTimeField()


class WeightPointSerializer(serializers.Serializer[Any]):
    """For how many people a delegate spoke from a moment on."""

    at = serializers.DateTimeField()
    people = serializers.IntegerField()


class DelegateDetailSerializer(DelegateSerializer):
    """A delegate with those behind them."""

    delegators = DelegatorSerializer(many=True)
    weights = WeightPointSerializer(many=True)


class PowerSerializer(serializers.Serializer[Any]):
    """What a ballot counts in a vote, in numbers and in words."""

    proposalId = Uint256()
    address = Address()
    weight = Uint256()
    canVote = serializers.BooleanField()
    code = serializers.CharField(allow_null=True, help_text="What keeps it from being cast now.")
    whyNot = serializers.CharField(allow_blank=True)
    explanation = serializers.ListField(child=serializers.CharField())
    delegate = Address(
        allow_null=True, help_text="Who votes with this account's vote unless it does so itself."
    )
    delegateStands = serializers.BooleanField(
        help_text="False: the delegate is none any more, and the account votes in person."
    )
    voted = serializers.BooleanField()
    creditsLeft = serializers.IntegerField(allow_null=True, help_text="Where n votes cost n * n credits.")


class DelegationSerializer(serializers.Serializer[Any]):
    """To whom a vote is given."""

    proposalType = serializers.ChoiceField(
        ProposalType.choices,
        allow_null=True,
        help_text="In this kind of proposals alone; null: in all others.",
    )
    delegate = Address(help_text="The account's own: there it votes itself.")
    since = serializers.DateTimeField()
    stands = serializers.BooleanField(help_text="False: the delegate is none any more, and casts nothing.")


class UserSerializer(ProfileSerializer):
    """A profile, and to whom its vote is given."""

    delegations = DelegationSerializer(many=True, help_text="What holds now; the overall one is first.")


class ProfileActSerializer(SignedActSerializer):
    """A signed profile. It replaces the one before: what is empty or not given is removed."""

    signer = Address(required=False, help_text="Whoever the address of the request names.")
    displayName = serializers.CharField(required=False, allow_blank=True, max_length=LIMITS["displayName"])
    bio = serializers.CharField(
        required=False, allow_blank=True, max_length=LIMITS["bio"], help_text="A delegate's statement."
    )
