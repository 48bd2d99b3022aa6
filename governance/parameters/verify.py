"""Rules, ways of counting and token supply, counted again from the events alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts.verify.compare import Difference, compare_table
from contracts.verify.context import VerifyContext
from governance.parameters.models import ParameterChange, Strategy, TokenSupplyChange
from governance.proposals.verify_events import NOBODY, Expected


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
