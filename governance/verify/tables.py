"""Tables in which each row is one event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.times import moment
from contracts.verify import Difference, VerifyContext, compare_table
from governance.models import (
    CancellationRequest,
    CancellationWithdrawal,
    DelegationChange,
    Endorsement,
    EndorsementStrike,
    ParameterChange,
    PauseChange,
    Strategy,
    TokenSupplyChange,
)

NOBODY = "0x" + "0" * 40
NO_HASH = "0x" + "0" * 64

Expected = dict[Any, Mapping[str, Any]]


def endorsements(ctx: VerifyContext) -> Iterator[Difference]:
    """Who supports which proposal."""
    expected: Expected = {
        event["position"]: {
            "timestamp": event["timestamp"],
            "proposal_id": event["args"]["proposalId"],
            "endorser": event["args"]["endorser"],
        }
        for event in ctx.named("ProposalEndorsed")
    }
    return compare_table(Endorsement, expected, within=ctx.positions)


def endorsement_strikes(ctx: VerifyContext) -> Iterator[Difference]:
    """Whose endorsements were taken off."""
    expected: Expected = {
        event["position"]: {
            "timestamp": event["timestamp"],
            "proposal_id": event["args"]["proposalId"],
            "endorser": event["args"]["endorser"],
        }
        for event in ctx.named("EndorsementStruck")
    }
    return compare_table(EndorsementStrike, expected, within=ctx.positions)


def cancellation_requests(ctx: VerifyContext) -> Iterator[Difference]:
    """Halves of cancellations."""
    expected: Expected = {
        event["position"]: {
            "timestamp": event["timestamp"],
            "proposal_id": event["args"]["proposalId"],
            "administrator": event["args"]["administrator"],
            "reason_hash": event["args"]["reasonHash"],
            "expires_at": moment(event["args"]["expiresAt"]),
        }
        for event in ctx.named("ProposalCancellationRequested")
    }
    return compare_table(CancellationRequest, expected, within=ctx.positions)


def cancellation_withdrawals(ctx: VerifyContext) -> Iterator[Difference]:
    """Halves of cancellations that were taken back."""
    expected: Expected = {
        event["position"]: {
            "timestamp": event["timestamp"],
            "proposal_id": event["args"]["proposalId"],
            "administrator": event["args"]["administrator"],
        }
        for event in ctx.named("ProposalCancellationWithdrawn")
    }
    return compare_table(CancellationWithdrawal, expected, within=ctx.positions)


def delegations(ctx: VerifyContext) -> Iterator[Difference]:
    """Votes given and taken back; the civic token's own delegations are not ours."""
    expected: Expected = {}
    for event in ctx.named("DelegateChanged"):
        if event["contractName"] != "VotingEngine":
            continue
        args = event["args"]
        expected[event["position"]] = {
            "timestamp": event["timestamp"],
            "delegator": args["delegator"],
            "scope": args["scope"],
            "from_delegate": None if args["fromDelegate"] == NOBODY else args["fromDelegate"],
            "to_delegate": None if args["toDelegate"] == NOBODY else args["toDelegate"],
        }
    return compare_table(DelegationChange, expected, within=ctx.positions)


def parameters(ctx: VerifyContext) -> Iterator[Difference]:
    """Changes of the rules.

    Over the whole history the rules as they stand are asked of the contract as well.
    """
    expected: Expected = {}
    newest: dict[str, int] = {}
    for event in ctx.named("GovernanceParamUpdated"):
        args = event["args"]
        name = bytes.fromhex(args["name"][2:]).split(b"\0")[0].decode("ascii")
        newest[name] = args["newValue"]
        expected[event["position"]] = {
            "timestamp": event["timestamp"],
            "name": name,
            "old_value": args["oldValue"],
            "new_value": args["newValue"],
        }
    yield from compare_table(ParameterChange, expected, within=ctx.positions)
    if ctx.whole and newest:
        stands: Mapping[str, int] = ctx.call("GovernanceCore", "governanceParams")
        for name, value in stands.items():
            if newest.get(name, 0) != value:
                yield Difference(
                    ParameterChange._meta.db_table, name, "new_value", newest.get(name, 0), value
                )


def pauses(ctx: VerifyContext) -> Iterator[Difference]:
    """The emergency brake."""
    expected: Expected = {}
    for event in ctx.named("GovernancePaused", "PauseExtended", "GovernanceUnpaused"):
        args, name = event["args"], event["name"]
        reason, immune = args.get("reasonHash", NO_HASH), args.get("immuneUntil", 0)
        if name == "GovernancePaused":
            kind, by, until = "paused", args["guardian"], moment(args["until"])
        elif name == "PauseExtended":
            kind, by, until = "extended", args["guardian"], moment(args["newUntil"])
        else:
            kind, by, until = "lifted", args["by"], None
        expected[event["position"]] = {
            "timestamp": event["timestamp"],
            "number": args["pauseNumber"],
            "kind": kind,
            "by": by,
            "until": until,
            "reason_hash": None if reason == NO_HASH else reason,
            "immune_until": moment(immune),
        }
    return compare_table(PauseChange, expected, within=ctx.positions)


def strategies(ctx: VerifyContext) -> Iterator[Difference]:
    """Ways of counting."""
    terms = {event["args"]["strategy"]: event["args"] for event in ctx.named("CreditsAllotted")}
    retired = {event["args"]["strategy"]: event["timestamp"] for event in ctx.named("StrategyRetired")}
    expected: Expected = {}
    for event in ctx.named("StrategyRegistered"):
        address = event["args"]["strategy"]
        expected[event["position"]] = {
            "timestamp": event["timestamp"],
            "address": address,
            "kind": event["args"]["kind"][:32],
            "counting": event["args"]["counting"],
            "types": event["args"]["types"],
            "threshold": event["args"]["threshold"],
            "retired_at": retired.get(address),
            "credits": terms[address]["credits"] if address in terms else None,
            "period_length": terms[address]["periodLength"] if address in terms else None,
        }
    return compare_table(Strategy, expected, within=ctx.positions)


def token_supply(ctx: VerifyContext) -> Iterator[Difference]:
    """The number of civic tokens after each that was made or destroyed."""
    expected: Expected = {}
    supply = 0
    for event in ctx.named("Transfer"):
        args = event["args"]
        change = args["value"] * ((args["from"] == NOBODY) - (args["to"] == NOBODY))
        if (args["from"] == NOBODY) == (args["to"] == NOBODY):
            continue
        supply += change
        expected[event["position"]] = {"timestamp": event["timestamp"], "new_supply": supply}
    return compare_table(TokenSupplyChange, expected, within=ctx.positions)
