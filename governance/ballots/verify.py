"""Ballots: every field of each, and words that must have the hash that their voter signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from contracts.acts.hashes import reason_hash
from contracts.verify.compare import Difference, compare_table, raw_values
from contracts.verify.context import VerifyContext
from governance.ballots.models import BallotReason, Vote, WeightReduction

NO_REASON = "0x" + "0" * 64

Expected = dict[Any, Mapping[str, Any]]


def votes(ctx: VerifyContext) -> Iterator[Difference]:
    """Each counted ballot, and the words beside it."""
    expected: Expected = {}
    hashes: dict[int, str | None] = {}
    places: dict[tuple[int, str], int] = {}
    for event in ctx.named("VoteCast"):
        args = event["args"]
        digest = None if args["reasonHash"] == NO_REASON else args["reasonHash"]
        hashes[event["position"]] = digest
        places[args["proposalId"], args["voter"]] = event["position"]
        expected[event["position"]] = {
            "timestamp": event["timestamp"],
            "proposal_id": args["proposalId"],
            "voter": args["voter"],
            "support": args["support"],
            "weight": args["weight"],
            "reason_hash": digest,
            "transaction_hash": event["transactionHash"],
            "block_number": event["blockNumber"],
        }
    yield from compare_table(Vote, expected, within=ctx.positions)
    first, last = ctx.positions
    known = _known_words(ctx, hashes, places)
    rows = Vote._base_manager.filter(event_id__gte=first, event_id__lte=last)
    for position, shown in raw_values(rows, ("event_id", "reason")):
        if position not in hashes:
            continue  # a surplus row, named above
        words = known.get(position)
        if shown is None:
            if words is not None:
                yield Difference(Vote._meta.db_table, position, "reason", None, words)
        elif not isinstance(shown, str) or hashes[position] is None or _hash(shown) != hashes[position]:
            yield Difference(
                Vote._meta.db_table, position, "reason", shown, words or f"words of hash {hashes[position]}"
            )


def weight_reductions(ctx: VerifyContext) -> Iterator[Difference]:
    """Votes taken back from delegates."""
    expected: Expected = {
        event["position"]: {
            "timestamp": event["timestamp"],
            "proposal_id": event["args"]["proposalId"],
            "delegate": event["args"]["delegate"],
            "delegator": event["args"]["delegator"],
            "old_weight": event["args"]["oldWeight"],
            "new_weight": event["args"]["newWeight"],
            "counted": event["args"]["counted"],
        }
        for event in ctx.named("DelegateWeightReduced")
    }
    return compare_table(WeightReduction, expected, within=ctx.positions)


def kept_reasons(ctx: VerifyContext) -> Iterator[Difference]:
    """Words kept here for ballots are their voters' only if they have the hash they are kept under."""
    table = BallotReason._meta.db_table
    rows = raw_values(BallotReason._base_manager.all(), ("id", "reason_hash", "text", "erased_at"))
    for key, digest, text, erased in rows:
        if erased is not None:
            if text != "":
                yield Difference(table, _shown(key), "text", text, "")
        elif _hash(text) != digest:
            yield Difference(table, _shown(key), "text", text, f"words of hash {digest}")


def _shown(key: Any) -> str:
    try:
        return str(UUID(str(key)))
    except ValueError:
        return str(key)


def _known_words(
    ctx: VerifyContext, hashes: Mapping[int, str | None], places: Mapping[tuple[int, str], int]
) -> dict[int, str]:
    """Words that must be shown, by ballot: published on chain, or kept here and not erased."""
    found: dict[int, str] = {}
    current = ctx.deployment
    kept = BallotReason._base_manager.filter(
        chain_id=current.chain_id, contract=current.address("VotingEngine"), erased_at=None
    )
    rows = raw_values(kept, ("proposal_id", "voter", "reason_hash", "text"))
    for proposal_id, voter, digest, text in rows:
        try:
            position = places.get((int(proposal_id), voter))
        except (TypeError, ValueError):
            continue
        if position is not None and hashes[position] == digest == _hash(text):
            found[position] = text
    for event in ctx.named("VoteReasonPublished"):
        args = event["args"]
        position = places.get((args["proposalId"], args["voter"]))
        if position is not None and hashes[position] == _hash(args["reason"]):
            found[position] = args["reason"]
    return found


def _hash(text: Any) -> str | None:
    try:
        return reason_hash(text) if isinstance(text, str) else None
    except UnicodeEncodeError:
        return None
