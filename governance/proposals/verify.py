"""Proposals: each row against its events, the stored text's bytes and the contract's own answer."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.times import moment
from contracts.verify.compare import Difference, compare_table, raw_values
from contracts.verify.context import ChainEventDict, VerifyContext
from governance.proposals import text
from governance.proposals.models import Proposal

TABLE = Proposal._meta.db_table
TYPES = ("POLICY", "BUDGET", "PARAMETER", "ROLE", "UPGRADE", "EMERGENCY")
STATES = (
    "DRAFT",
    "PENDING",
    "ACTIVE",
    "SUCCEEDED",
    "DEFEATED",
    "QUEUED",
    "EXECUTED",
    "CANCELLED",
    "EXPIRED",
    "TALLYING",
)
OPENED = frozenset(STATES) - {"DRAFT", "PENDING", "CANCELLED"}
CLOSED = OPENED - {"ACTIVE"}
NO_REASON = "0x" + "0" * 64
DRAFT_LIFETIME = timedelta(days=180)
CALLS_AT_ONCE = 100

Span = tuple[datetime, datetime]


@dataclass
class History:
    """What the events say of one proposal."""

    created: ChainEventDict
    endorsed: ChainEventDict | None = None
    activated: ChainEventDict | None = None
    queued: ChainEventDict | None = None
    executed: ChainEventDict | None = None
    cancelled: ChainEventDict | None = None
    last: datetime = field(default=datetime.min.replace(tzinfo=UTC))

    @property
    def number(self) -> int:
        """The proposal's number."""
        return int(self.created["args"]["proposalId"])

    @property
    def emergency(self) -> bool:
        """Whether pauses leave its deadlines alone."""
        return TYPES[self.created["args"]["proposalType"]] == "EMERGENCY"


def proposals(ctx: VerifyContext) -> Iterator[Difference]:
    """Every field of every proposal."""
    histories = _histories(ctx)
    spans = _pauses(ctx)
    answers = _ask(ctx, histories)
    rolls = [(event["timestamp"], event["args"]["newSupply"]) for event in ctx.named("CitizenChanged")]
    priced = {event["args"]["strategy"] for event in ctx.named("CreditsAllotted")}
    expected: dict[Any, Mapping[str, Any]] = {}
    edges: dict[int, tuple[datetime | None, datetime | None]] = {}
    for number, history in histories.items():
        said, terms, result = answers[number]
        supply = result["supply"] if result else None
        people = (result["turnout"] if result else 0) if said["strategy"] in priced else None
        state = STATES[said["state"]]
        closes = _closes(history, spans)
        expected[number] = {
            **_from_events(history),
            **_from_contract(said, terms, supply),
            "state": state,
            "roll": _roll(rolls, history),
            "quorum_people": people,
            **_words(history),
            "updated_at": max(history.last, _since(history, state, closes, spans)),
        }
        edges[number] = (
            _opens(history) if state in OPENED else None,
            closes if state in CLOSED else None,
        )
    yield from compare_table(Proposal, expected, key="proposal_id")
    yield from _blocks(ctx, edges)


def _histories(ctx: VerifyContext) -> dict[int, History]:
    found: dict[int, History] = {}
    for event in ctx.events:
        name, args = event["name"], event["args"]
        if name == "ProposalCreated":
            found[args["proposalId"]] = History(event)
        history = found.get(args.get("proposalId", 0))
        if history is None:
            continue
        if name == "ProposalEndorsementReached":
            history.endorsed = event
        elif name == "ProposalActivated":
            history.activated = event
        elif name == "ProposalQueued":
            history.queued = event
        elif name == "ProposalExecuted":
            history.executed = event
        elif name == "ProposalCancelled":
            history.cancelled = event
        elif name not in {
            "ProposalCreated",
            "ProposalEndorsed",
            "ProposalEndorsementReached",
            "EndorsementStruck",
            "ProposalCancellationRequested",
            "ProposalCancellationWithdrawn",
            "VoteCast",
            "DelegateWeightReduced",
        }:
            continue
        history.last = event["timestamp"]
    return found


def _pauses(ctx: VerifyContext) -> list[Span]:
    spans: list[Span] = []
    for event in ctx.named("GovernancePaused", "PauseExtended", "GovernanceUnpaused"):
        time = event["timestamp"]
        if event["name"] == "GovernancePaused":
            spans.append((time, moment(event["args"]["until"]) or time))
        elif spans and event["name"] == "PauseExtended":
            spans[-1] = (spans[-1][0], moment(event["args"]["newUntil"]) or spans[-1][1])
        elif spans:
            spans[-1] = (spans[-1][0], min(spans[-1][1], time))
    return spans


def _ask(
    ctx: VerifyContext, histories: Mapping[int, History]
) -> dict[int, tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, int] | None]]:
    """(getProposal, sealedTerms, the engine's result from the snapshot on) of each proposal, at the head."""
    now = ctx.head.timestamp
    numbers = list(histories)
    voting = [
        number
        for number, history in histories.items()
        if (opens := _opens(history)) is not None and opens <= now and history.cancelled is None
    ]
    said: dict[int, Mapping[str, Any]] = {}
    terms: dict[int, Mapping[str, Any]] = {}
    results: dict[int, Mapping[str, int]] = {}
    for start in range(0, len(numbers), CALLS_AT_ONCE):
        part = numbers[start : start + CALLS_AT_ONCE]
        calls = [("ProposalManager", "getProposal", (number,)) for number in part]
        said.update(zip(part, ctx.call_many(calls), strict=True))
        calls = [("ProposalManager", "sealedTerms", (number,)) for number in part]
        terms.update(zip(part, ctx.call_many(calls), strict=True))
    for start in range(0, len(voting), CALLS_AT_ONCE):
        part = voting[start : start + CALLS_AT_ONCE]
        calls = [("VotingEngine", "result", (number,)) for number in part]
        results.update(zip(part, ctx.call_many(calls), strict=True))
    return {number: (said[number], terms[number], results.get(number)) for number in numbers}


def _roll(rolls: list[tuple[datetime, int]], history: History) -> int:
    """How many people were on the roll one second before the proposal was made."""
    before = history.created["timestamp"] - timedelta(seconds=1)
    place = bisect_right(rolls, before, key=lambda entry: entry[0])
    return rolls[place - 1][1] if place else 0


def _from_events(history: History) -> dict[str, Any]:
    args = history.created["args"]
    activated = history.activated["args"] if history.activated else {}
    queued = history.queued["args"] if history.queued else {}
    reason = history.cancelled["args"]["reasonHash"] if history.cancelled else NO_REASON
    return {
        "event_id": history.created["position"],
        "actions": [{**call, "value": str(call["value"])} for call in args["actions"]],
        "action_count": len(args["actions"]),
        "created_at": history.created["timestamp"],
        "content_hash": args["contentHash"],
        "vote_start": _opens(history),
        "vote_end": moment(activated["voteEnd"]) if activated else None,
        "execution_time": moment(queued["executionTime"]) if queued else None,
        "expires_at": moment(queued["expiresAt"]) if queued else None,
        "activated_at": _time(history.activated),
        "queued_at": _time(history.queued),
        "executed_at": _time(history.executed),
        "endorsed_at": _time(history.endorsed),
        "cancelled_at": _time(history.cancelled),
        "cancel_reason_hash": None if reason == NO_REASON else reason,
    }


def _from_contract(said: Mapping[str, Any], terms: Mapping[str, Any], supply: int | None) -> dict[str, Any]:
    activated = bool(said["voteStart"])
    return {
        "proposer": said["proposer"],
        "proposal_type": TYPES[said["proposalType"]],
        "metadata_hash": said["metadataHash"],
        "rules_hash": said["rulesHash"] if activated else None,
        "strategy": said["strategy"],
        "endorsements": said["endorsements"],
        "quorum_percentage": terms["quorumPercentage"] if activated else None,
        "passing_percentage": terms["passingPercentage"] if activated else None,
        "execution_delay": terms["executionDelay"] if activated else None,
        "grace_period": terms["gracePeriod"] if activated else None,
        "proposal_threshold": terms["proposalThreshold"] if activated else None,
        "snapshot_supply": supply,
        "for_votes": said["forVotes"],
        "against_votes": said["againstVotes"],
        "abstain_votes": said["abstainVotes"],
    }


def _words(history: History) -> dict[str, str]:
    words = text.load(history.created["args"]["metadataHash"])
    if words is None:
        return {"title": f"Proposal {history.number}", "summary": "", "description": "", "topic": ""}
    return {
        "title": words.title,
        "summary": words.summary,
        "description": words.description,
        "topic": words.topic,
    }


def _opens(history: History) -> datetime | None:
    return moment(history.activated["args"]["voteStart"]) if history.activated else None


def _closes(history: History, spans: list[Span]) -> datetime | None:
    if history.activated is None:
        return None
    args = history.activated["args"]
    opens, end = moment(args["voteStart"]), moment(args["voteEnd"])
    return None if opens is None or end is None else _reached(end, opens, history, spans)


def _since(history: History, state: str, closes: datetime | None, spans: list[Span]) -> datetime:
    """The moment from which ``state`` has held."""
    never = history.created["timestamp"]
    found: datetime | None
    if state == "EXECUTED":
        found = _time(history.executed)
    elif state == "CANCELLED":
        found = _time(history.cancelled)
    elif state == "QUEUED":
        found = _time(history.queued)
    elif state in {"SUCCEEDED", "DEFEATED", "TALLYING"}:
        found = closes
    elif state == "ACTIVE":
        found = _opens(history)
    elif state == "PENDING":
        found = _time(history.activated)
    elif state == "EXPIRED":
        found = _expired(history, spans)
    else:
        found = never
    return found or never


def _expired(history: History, spans: list[Span]) -> datetime | None:
    if history.queued is not None:
        last = moment(history.queued["args"]["expiresAt"])
        return None if last is None else _reached(last, history.queued["timestamp"], history, spans)
    if history.activated is None:
        return history.created["timestamp"] + DRAFT_LIFETIME
    args = history.activated["args"]
    opens, end = moment(args["voteStart"]), moment(args["voteEnd"])
    if opens is None or end is None:
        return None
    return _reached(end + timedelta(seconds=args["gracePeriod"]), opens, history, spans)


def _reached(deadline: datetime, set_at: datetime, history: History, spans: list[Span]) -> datetime:
    """When the clock that stands still in pauses has run from ``set_at`` as long as ``deadline`` asks."""
    left, at = deadline - set_at, set_at
    for begin, end in [] if history.emergency else spans:
        if end <= at:
            continue
        running = max(begin - at, timedelta(0))
        if running >= left:
            break
        left, at = left - running, end
    return at + left


def _time(event: ChainEventDict | None) -> datetime | None:
    return None if event is None else event["timestamp"]


# --- the blocks in which a vote opened and closed ---


def _blocks(
    ctx: VerifyContext, edges: Mapping[int, tuple[datetime | None, datetime | None]]
) -> Iterator[Difference]:
    """``start_block`` is the first block at or after the opening, ``end_block`` the last before the close."""
    rows = list(raw_values(Proposal._base_manager.all(), ("proposal_id", "start_block", "end_block")))
    claims: list[tuple[int, str, Any, datetime | None]] = []
    for raw_number, start, end in rows:
        try:
            number = int(raw_number)
        except (TypeError, ValueError):
            continue  # named already, as a surplus row
        if number in edges:
            claims.append((number, "start_block", start, edges[number][0]))
            claims.append((number, "end_block", end, edges[number][1]))
    times = _times(ctx, claims)
    for number, name, value, edge in claims:
        if edge is None:
            if value is not None:
                yield Difference(TABLE, number, name, value, None)
            continue
        first = value if name == "start_block" or not _is_block(value) else value + 1
        if not _is_edge(first, edge, times):
            found = _bisect(ctx, edge)
            yield Difference(TABLE, number, name, value, found if name == "start_block" else found - 1)


def _times(ctx: VerifyContext, claims: list[tuple[int, str, Any, datetime | None]]) -> dict[int, float]:
    """Block times around each claimed block."""
    wanted: set[int] = set()
    for _number, _name, value, edge in claims:
        if edge is not None and _is_block(value):
            wanted |= {number for number in (value - 1, value, value + 1) if 0 <= number <= ctx.head.number}
    numbers = sorted(wanted)
    times: dict[int, float] = {}
    for start in range(0, len(numbers), CALLS_AT_ONCE):
        part = numbers[start : start + CALLS_AT_ONCE]
        for number, header in zip(part, ctx.client.headers(part), strict=True):
            if header is not None:
                times[number] = header.timestamp
    return times


def _is_edge(first: Any, edge: datetime, times: Mapping[int, float]) -> bool:
    """Whether ``first`` is the first block at or after ``edge``."""
    if not _is_block(first) or first not in times:
        return False
    before = times.get(first - 1)
    return times[first] >= edge.timestamp() and (before is None or before < edge.timestamp())


def _bisect(ctx: VerifyContext, edge: datetime) -> int:
    low, high = ctx.deployment.start_block, ctx.head.number
    while low < high:
        middle = (low + high) // 2
        header = ctx.client.header(middle)
        if header is not None and header.timestamp < edge.timestamp():
            low = middle + 1
        else:
            high = middle
    return low


def _is_block(value: Any) -> bool:
    return type(value) is int and value >= 0
