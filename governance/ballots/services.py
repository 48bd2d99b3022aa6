"""Counted ballots, their reasons, and votes taken back: many at once, in few queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from contracts.acts.hashes import reason_hash as hash_of_reason
from contracts.addresses import ZERO_HASH
from contracts.deployment import deployment
from contracts.selectors import acts_about, events_about
from core.db.bulk import insert_rows
from core.db.transactions import atomic_with_retry
from core.live.stream import Message
from governance import events as chain
from governance import live
from governance.ballots.models import BallotReason, Support, Vote, WeightReduction
from governance.chain import subject_of
from governance.errors import FieldInvalid
from governance.proposals.models import Proposal
from governance.publishing import fresh_from, publish_on_commit

IN_CHUNK = 500
MAX_REASON = 2_000  # characters

_VOTE_COLUMNS = (
    "event_id",
    "timestamp",
    "proposal_id",
    "voter",
    "support",
    "weight",
    "reason_hash",
    "reason",
    "transaction_hash",
    "block_number",
)
_TALLY = ("against_votes", "for_votes", "abstain_votes")  # in the order of Support


def record_votes(*, events: Sequence[chain.VoteCast]) -> None:
    """Write counted ballots and move the tallies, in one transaction with their events.

    A reason whose words are kept here is shown with its ballot; words that arrive later find it by
    themselves.
    """
    tallies = _Tallies(event.proposal_id for event in events)
    reasons = _reasons(events)
    since = fresh_from()
    messages: list[Message] = []
    rows: list[tuple[Any, ...]] = []
    for event in events:
        proposal_id, voter, support, weight = event.proposal_id, event.voter, event.support, event.weight
        reason_hash = None if event.reason_hash == ZERO_HASH else event.reason_hash
        reason = reasons.get((proposal_id, voter, reason_hash)) if reason_hash and reasons else None
        rows.append(
            (
                event.position,
                event.timestamp,
                proposal_id,
                voter,
                support,
                weight,
                reason_hash,
                reason,
                event.transaction_hash,
                event.block_number,
            )
        )
        tallies.add_person(proposal_id, support)
        sums = tallies.add(proposal_id, support, weight, event.timestamp)
        if event.timestamp >= since:
            messages.append(
                live.vote_cast(
                    proposal_id=proposal_id,
                    voter=voter,
                    support=support,
                    weight=weight,
                    reason=reason,
                    transaction_hash=event.transaction_hash,
                    block_number=event.block_number,
                    timestamp=event.timestamp,
                    tally=live.tally_payload(*sums),
                )
            )
    insert_rows(Vote, _VOTE_COLUMNS, rows)
    tallies.save()
    publish_on_commit(messages)


def record_reasons_published(*, events: Sequence[chain.VoteReasonPublished]) -> None:
    """Put the words that voters published on chain beside their ballots."""
    texts = {(event.proposal_id, event.voter): event.reason for event in events}
    pairs = list(texts)
    for start in range(0, len(pairs), 200):
        where = Q()
        for proposal_id, voter in pairs[start : start + 200]:
            where |= Q(proposal_id=proposal_id, voter=voter)
        changed = []
        for vote in Vote.objects.filter(where):
            words = texts[vote.proposal_id, vote.voter]
            if vote.reason_hash == hash_of_reason(words):
                vote.reason = words
                changed.append(vote)
        Vote.objects.bulk_update(changed, ["reason"], batch_size=200)


def record_weight_reductions(*, events: Sequence[chain.DelegateWeightReduced]) -> None:
    """Write that delegators voted in person.

    Where the delegate had voted, the tally falls by the difference.
    """
    WeightReduction.objects.bulk_create(
        [
            WeightReduction(
                event_id=event.position,
                timestamp=event.timestamp,
                proposal_id=event.proposal_id,
                delegate=event.delegate,
                delegator=event.delegator,
                old_weight=event.old_weight,
                new_weight=event.new_weight,
                counted=event.counted,
            )
            for event in events
        ],
        batch_size=500,
    )
    tallies = _Tallies(event.proposal_id for event in events)
    sides = _sides((event.proposal_id, event.delegate) for event in events if event.counted)
    for event in events:
        if not event.counted:
            tallies.touch(event.proposal_id, event.timestamp)
            continue
        support = sides.get((event.proposal_id, event.delegate))
        if support is None:
            raise ValueError(f"{event.delegate} lost weight in {event.proposal_id} without having voted")
        tallies.add(event.proposal_id, support, event.new_weight - event.old_weight, event.timestamp)
    tallies.save()


@atomic_with_retry
def keep_reason(*, proposal_id: int, voter: str, reason: str) -> BallotReason | None:
    """Keep the words of a ballot's reason under their hash, and show them if the ballot is counted already.

    Answers None for no reason. Keeping the same words twice is harmless; words that were erased stay erased.

    Raises:
        FieldInvalid: for more than 2,000 characters.
    """
    if not reason:
        return None
    if len(reason) > MAX_REASON:
        raise FieldInvalid(field="reason", limit=MAX_REASON)
    current = deployment()
    key = {
        "chain_id": current.chain_id,
        "contract": current.address("VotingEngine"),
        "proposal_id": proposal_id,
        "voter": voter.lower(),
        "reason_hash": hash_of_reason(reason),
    }
    BallotReason.objects.bulk_create([BallotReason(**key, text=reason)], ignore_conflicts=True)
    row = BallotReason.objects.get(**key)
    if row.erased_at is None:
        Vote.objects.filter(
            proposal_id=proposal_id, voter=row.voter, reason_hash=row.reason_hash, reason__isnull=True
        ).update(reason=row.text)
    return row


@atomic_with_retry
def erase_reason(*, proposal_id: int, voter: str, at: datetime | None = None) -> int:
    """Erase the words that ``voter`` gave off chain with a ballot; the hash on chain stays, and says nothing.

    Answers how many texts went. Words that the voter published on chain are not ours to erase.
    """
    current = deployment()
    rows = BallotReason.objects.filter(
        chain_id=current.chain_id,
        contract=current.address("VotingEngine"),
        proposal_id=proposal_id,
        voter=voter.lower(),
        erased_at__isnull=True,
    )
    hashes = list(rows.values_list("reason_hash", flat=True))
    erased = rows.update(text="", erased_at=at or timezone.now())
    published = events_about(subject_of(proposal_id)).filter(event_name="VoteReasonPublished")
    if not any(data["voter"].lower() == voter.lower() for data in published.values_list("data", flat=True)):
        votes = Vote.objects.filter(proposal_id=proposal_id, voter=voter.lower(), reason_hash__in=hashes)
        votes.update(reason=None)
    # The act that carried the ballot was kept as it was asked for, words and all.
    for act in acts_about(subject_of(proposal_id)).filter(act="vote", signer=voter.lower()):
        if act.fields.get("reason"):
            act.fields = {**act.fields, "reason": ""}
            act.save(update_fields=["fields"])
    return erased


class _Tallies:
    """The tallies of some proposals while a batch is counted; read once, written once."""

    def __init__(self, proposal_ids: Iterable[int]) -> None:
        wanted = sorted(set(proposal_ids))
        self._sums: dict[int, list[int]] = {}
        self._people: dict[int, int | None] = {}
        self._updated: dict[int, datetime] = {}
        for start in range(0, len(wanted), IN_CHUNK):
            rows = Proposal.objects.filter(proposal_id__in=wanted[start : start + IN_CHUNK])
            for pk, updated, people, *sums in rows.values_list(
                "proposal_id", "updated_at", "quorum_people", *_TALLY
            ):
                self._sums[pk], self._people[pk], self._updated[pk] = sums, people, updated
        if len(self._sums) != len(wanted):
            raise ValueError(f"ballots for unknown proposals: {sorted(set(wanted) - self._sums.keys())[:5]}")

    def add(self, proposal_id: int, support: int, weight: int, at: datetime) -> list[int]:
        """Add ``weight`` (negative to take back) to one side; answers the three sums so far."""
        sums = self._sums[proposal_id]
        sums[support] += weight
        if sums[support] < 0:
            raise ValueError(f"the tally of {proposal_id} fell below zero")
        self.touch(proposal_id, at)
        return sums

    def add_person(self, proposal_id: int, support: int) -> None:
        """Count a ballot towards a quorum of people, where there is one."""
        people = self._people[proposal_id]
        if people is not None and support != Support.AGAINST:
            self._people[proposal_id] = people + 1

    def touch(self, proposal_id: int, at: datetime) -> None:
        """Note that something happened to the proposal."""
        if at > self._updated[proposal_id]:
            self._updated[proposal_id] = at

    def save(self) -> None:
        """Write the sums."""
        for pk, sums in self._sums.items():
            Proposal.objects.filter(proposal_id=pk).update(
                updated_at=self._updated[pk],
                quorum_people=self._people[pk],
                **dict(zip(_TALLY, sums, strict=True)),
            )


def _reasons(events: Sequence[chain.VoteCast]) -> dict[tuple[int, str, str], str]:
    """The kept words of these ballots, by (proposal, voter, hash)."""
    hashes = sorted({event.reason_hash for event in events} - {ZERO_HASH})
    if not hashes:
        return {}
    current = deployment()
    found: dict[tuple[int, str, str], str] = {}
    for start in range(0, len(hashes), IN_CHUNK):
        rows = BallotReason.objects.filter(
            chain_id=current.chain_id,
            contract=current.address("VotingEngine"),
            reason_hash__in=hashes[start : start + IN_CHUNK],
            erased_at__isnull=True,
        )
        for proposal_id, voter, digest, text in rows.values_list(
            "proposal_id", "voter", "reason_hash", "text"
        ):
            found[proposal_id, voter, digest] = text
    return found


def _sides(ballots: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """What these voters voted, by (proposal, voter)."""
    pairs = sorted(set(ballots))
    found: dict[tuple[int, str], int] = {}
    for start in range(0, len(pairs), 200):
        where = Q()
        for proposal_id, voter in pairs[start : start + 200]:
            where |= Q(proposal_id=proposal_id, voter=voter)
        for proposal_id, voter, support in Vote.objects.filter(where).values_list(
            "proposal_id", "voter", "support"
        ):
            found[proposal_id, voter] = support
    return found
