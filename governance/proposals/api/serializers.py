"""Proposals and votes in the OpenAPI schema. They describe; ``rows`` makes the JSON."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from contracts.api.serializers import SignedActSerializer
from core.http.schema import Address, Hash, HexBytes, Uint256
from governance.proposals.attachments import ENDINGS
from governance.proposals.models import ProposalState, ProposalType

CONFIRMATIONS = ("seen", "confirmed", "final")


class ActionSerializer(serializers.Serializer[Any]):
    """One call that an adopted proposal makes."""

    target = Address(help_text="The contract called.")
    value = Uint256(help_text="Sent along, in wei.")
    data = HexBytes(help_text="Calldata.")  # type: ignore[assignment]


class ProposalSerializer(serializers.Serializer[Any]):
    """A proposal. Deadlines include time spent paused; weights are decimal text."""

    proposalId = Uint256(help_text="Its number on chain.")
    proposer = Address()
    proposalType = serializers.ChoiceField(ProposalType.choices)
    state = serializers.ChoiceField(ProposalState.choices, help_text="At the newest indexed block.")
    title = serializers.CharField(allow_blank=True)
    summary = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True, help_text="Markdown.")
    topic = serializers.CharField(allow_blank=True)
    metadataHash = serializers.CharField(help_text="CIDv1 of the text (raw, sha2-256).")
    contentHash = Hash(help_text="Names the proposal beyond its number.")
    rulesHash = Hash(allow_null=True, help_text="What a ballot signs; null until the vote is set.")
    strategy = Address(help_text="The contract that counts.")
    actions = ActionSerializer(many=True)
    endorsements = serializers.IntegerField(min_value=0, help_text="Of people who are citizens still.")
    endorsementsNeeded = serializers.IntegerField(
        min_value=1, help_text="With so many anyone may set the vote once the review is over."
    )
    quorumPercentage = serializers.IntegerField(allow_null=True, min_value=0, max_value=100)
    passingPercentage = serializers.IntegerField(
        allow_null=True,
        min_value=50,
        max_value=100,
        help_text="Of For and Against together; 50: more For than Against. Null until the vote is set.",
    )
    executionDelay = serializers.IntegerField(
        allow_null=True, min_value=0, help_text="Seconds, sealed with the vote: no later rule changes it."
    )
    gracePeriod = serializers.IntegerField(allow_null=True, min_value=0, help_text="Seconds, sealed too.")
    proposalThreshold = Uint256(allow_null=True, help_text="What a proposer needed, sealed too.")
    snapshotSupply = Uint256(allow_null=True, help_text="The power that the quorum is taken of.")
    voteStart = serializers.DateTimeField(allow_null=True)
    voteEnd = serializers.DateTimeField(allow_null=True)
    startBlock = serializers.IntegerField(allow_null=True, min_value=0, help_text="First block of voting.")
    endBlock = serializers.IntegerField(allow_null=True, min_value=0, help_text="Last block of voting.")
    executionTime = serializers.DateTimeField(allow_null=True, help_text="Can be carried out from then on.")
    expiresAt = serializers.DateTimeField(allow_null=True, help_text="Can be carried out until then.")
    forVotes = Uint256()
    againstVotes = Uint256()
    abstainVotes = Uint256()
    endorsedAt = serializers.DateTimeField(
        allow_null=True, help_text="When it first had the support it needed."
    )
    activatedAt = serializers.DateTimeField(allow_null=True)
    queuedAt = serializers.DateTimeField(allow_null=True)
    executedAt = serializers.DateTimeField(allow_null=True)
    cancelledAt = serializers.DateTimeField(allow_null=True)
    cancelReasonHash = Hash(allow_null=True, help_text="keccak256 of the reason; the chain holds it.")
    cancelReason = serializers.CharField(allow_blank=True, help_text="Empty where it is not known here.")
    createdAt = serializers.DateTimeField()
    updatedAt = serializers.DateTimeField()
    transactionHash = Hash(help_text="The transaction that created it.")
    blockNumber = serializers.IntegerField(min_value=0)
    confirmation = serializers.ChoiceField(CONFIRMATIONS, help_text="How sure the block of its creation is.")


class ChangeSerializer(serializers.Serializer[Any]):
    """What an action changes, in words."""

    name = serializers.CharField(allow_blank=True)
    label = serializers.CharField()  # type: ignore[assignment]
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class ActionInWordsSerializer(ActionSerializer):
    """One call that an adopted proposal makes, decoded."""

    title = serializers.CharField(help_text="What it does, in a sentence.")
    note = serializers.CharField(allow_blank=True)
    call = serializers.CharField(allow_blank=True, help_text="The decoded call.")
    known = serializers.BooleanField(help_text="False where the call can't be put into words: read `data`.")
    changes = ChangeSerializer(many=True)


class ResultSerializer(serializers.Serializer[Any]):
    """How a vote stands. Amounts in the units of the proposal's way of counting, shares in whole percent."""

    forVotes = Uint256()
    againstVotes = Uint256()
    abstainVotes = Uint256()
    totalVotes = Uint256()
    forPercent = serializers.IntegerField()
    againstPercent = serializers.IntegerField()
    abstainPercent = serializers.IntegerField()
    supply = Uint256(allow_null=True, help_text="The power at the snapshot.")
    quorum = Uint256(allow_null=True, help_text="What For and Abstain must reach together.")
    quorumReached = serializers.BooleanField(allow_null=True)
    missing = Uint256(allow_null=True, help_text="What the quorum lacks.")
    passingPercentage = serializers.IntegerField(
        help_text="What For must reach of For and Against; 50: more For than Against."
    )
    shareReached = serializers.BooleanField(help_text="Whether For has that share now.")
    turnoutPercent = serializers.IntegerField(allow_null=True)
    leading = serializers.ChoiceField(("for", "against", "tie", "none"))


class StepSerializer(serializers.Serializer[Any]):
    """One step of a proposal's life."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    status = serializers.ChoiceField(("done", "current", "next", "stopped"))
    start = serializers.DateTimeField(allow_null=True)
    end = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField(allow_blank=True)
    expected = serializers.BooleanField(help_text="The dates follow from today's rules and may still move.")


class AttachmentSerializer(serializers.Serializer[Any]):
    """A file that belongs to a proposal, as its text names it."""

    name = serializers.CharField()
    cid = serializers.CharField(help_text="What `ipfs add --cid-version=1 --raw-leaves` says of the file.")
    size = serializers.IntegerField(help_text="Bytes.")
    mediaType = serializers.ChoiceField(tuple(ENDINGS))


class AttachedFileSerializer(AttachmentSerializer):
    """A file that belongs to a proposal, and where it can be had."""

    url = serializers.CharField()


class CancellationRequestSerializer(serializers.Serializer[Any]):
    """An administrator's wish to cancel, which waits for a second one."""

    administrator = Address()
    reasonHash = Hash()
    reason = serializers.CharField(allow_blank=True)
    expiresAt = serializers.DateTimeField()


class ProposalDetailSerializer(ProposalSerializer):
    """A proposal with its actions in words, its result, its steps."""

    attachments = AttachedFileSerializer(many=True)
    actions = ActionInWordsSerializer(many=True)
    strategyKind = serializers.CharField(help_text="`one-person-one-vote`, `token-weighted` or `quadratic`.")
    result = ResultSerializer()
    steps = StepSerializer(many=True)
    cancellationRequest = CancellationRequestSerializer(allow_null=True)


class SeriesPointSerializer(serializers.Serializer[Any]):
    """The sums at the end of a stretch of time."""

    at = serializers.DateTimeField()
    forVotes = Uint256()
    againstVotes = Uint256()
    abstainVotes = Uint256()


class ResultSeriesSerializer(serializers.Serializer[Any]):
    """How a vote grew."""

    proposalId = Uint256()
    state = serializers.ChoiceField(ProposalState.choices)
    result = ResultSerializer()
    bucket = serializers.ChoiceField(("hour", "day"))
    start = serializers.DateTimeField(allow_null=True)
    end = serializers.DateTimeField(allow_null=True)
    points = SeriesPointSerializer(many=True)


class TimelineEntrySerializer(serializers.Serializer[Any]):
    """One line of a proposal's record."""

    key = serializers.CharField()
    text = serializers.CharField()
    at = serializers.DateTimeField()
    actor = Address(allow_null=True)
    transactionHash = Hash(allow_null=True)
    blockNumber = serializers.IntegerField(allow_null=True)
    confirmation = serializers.ChoiceField(CONFIRMATIONS, allow_null=True)
    reason = serializers.CharField(allow_blank=True, help_text="The public words that go with it.")


class TimelineSerializer(serializers.Serializer[Any]):
    """A proposal's record, newest first."""

    proposalId = Uint256()
    entries = TimelineEntrySerializer(many=True)


class TrialSerializer(serializers.Serializer[Any]):
    """What would happen if a proposal's actions were carried out on top of the newest block."""

    proposalId = Uint256()
    blockNumber = serializers.IntegerField(allow_null=True, help_text="Null if there is nothing to try.")
    succeeds = serializers.BooleanField(allow_null=True)
    failedAction = serializers.IntegerField(allow_null=True, help_text="Place in `actions`, from 0.")
    reason = serializers.CharField(allow_blank=True, help_text="Why it would be refused, in words.")
    error = serializers.CharField(allow_blank=True, help_text="The contract's own error.")


class CancelSerializer(SignedActSerializer):
    """A signed cancellation."""

    reason = serializers.CharField(
        required=False, allow_blank=True, help_text="Public; an administrator must give one."
    )


class ProposeSerializer(SignedActSerializer):
    """A signed proposal; the same fields that were sent for its typed data."""

    proposalType = serializers.ChoiceField(ProposalType.choices)
    title = serializers.CharField()
    summary = serializers.CharField()
    description = serializers.CharField(help_text="Markdown.")
    topic = serializers.CharField(required=False, allow_blank=True)
    strategy = Address(required=False, help_text="The way of counting; one person one vote if none is given.")
    parameters = serializers.DictField(
        child=Uint256(), required=False, help_text="For kind PARAMETER: new values by name."
    )
    actions = ActionSerializer(many=True, required=False, help_text="For the other kinds that do something.")
    draftId = serializers.UUIDField(required=False, help_text="The draft that it was written in.")
    attachments = AttachmentSerializer(many=True, required=False, help_text="Files that are stored here.")
