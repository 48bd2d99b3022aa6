"""The chain's tables of people, counted again from the events alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contracts import registry
from contracts.times import moment
from contracts.verify import Difference, VerifyContext, compare_table
from identity.chainrole import ROLE_HASHES
from identity.models import CensusChange, Officer, RoleChange, RoleRequest

_NAMES = {value: role.value for role, value in ROLE_HASHES.items()}
_NOBODY = "0x" + "0" * 40

Expected = dict[Any, Mapping[str, Any]]


def role_changes(ctx: VerifyContext) -> Iterator[Difference]:
    """Each grant, revocation and expiry of a role."""
    expected: Expected = {}
    for event in ctx.named("RoleGranted", "RoleRevoked", "RoleExpired"):
        args, name = event["args"], event["name"]
        by, until = None, None
        if name == "RoleGranted":
            by, until = args["grantedBy"], moment(args["newUntil"])
        elif name == "RoleRevoked":
            by = args["revokedBy"]
        else:
            until = moment(args["until"])
        expected[event["position"]] = {
            "timestamp": event["timestamp"],
            "role": _NAMES[args["role"]],
            "account": args["account"],
            "kind": {"RoleGranted": "granted", "RoleRevoked": "revoked", "RoleExpired": "expired"}[name],
            "by": None if by == _NOBODY else by,
            "until": until,
        }
    return compare_table(RoleChange, expected, within=ctx.positions)


def role_requests(ctx: VerifyContext) -> Iterator[Difference]:
    """Each half of a change of roles."""
    expected: Expected = {
        event["position"]: {
            "timestamp": event["timestamp"],
            "request_id": event["args"]["requestId"],
            "role": _NAMES[event["args"]["role"]],
            "administrator": event["args"]["administrator"],
            "accounts": list(event["args"]["accounts"]),
            "until": moment(event["args"]["until"]),
            "grant": event["args"]["grant"],
        }
        for event in ctx.named("RoleChangeRequested")
    }
    return compare_table(RoleRequest, expected, within=ctx.positions)


def officers(ctx: VerifyContext) -> Iterator[Difference]:
    """Each officer's person."""
    expected: Expected = {
        event["position"]: {
            "timestamp": event["timestamp"],
            "account": event["args"]["account"],
            "person_hash": event["args"]["personHash"],
            "by": event["args"]["by"],
        }
        for event in ctx.named("OfficerIdentified")
    }
    return compare_table(Officer, expected, within=ctx.positions)


def census_changes(ctx: VerifyContext) -> Iterator[Difference]:
    """Each change of the roll; over the whole history the number on it is asked of the contract as well."""
    expected: Expected = {}
    supply = 0
    for event in ctx.named("CitizenChanged"):
        args = event["args"]
        supply = args["newSupply"]
        expected[event["position"]] = {
            "timestamp": event["timestamp"],
            "account": args["account"],
            "since": moment(args["since"]),
            "until": moment(args["until"]) if args["since"] else None,
            "old_supply": args["oldSupply"],
            "new_supply": supply,
        }
    yield from compare_table(CensusChange, expected, within=ctx.positions)
    if ctx.whole and expected:
        # A second before the head: the contract answers only for times that are past.
        past = int(ctx.head.timestamp.timestamp()) - 1
        until_then = [e for e in ctx.named("CitizenChanged") if e["timestamp"].timestamp() <= past]
        said = ctx.call("VotingEngine", "getPastTotalSupply", past)
        counted = until_then[-1]["args"]["newSupply"] if until_then else 0
        if said != counted:
            yield Difference(CensusChange._meta.db_table, "supply", "new_supply", counted, said)


def register() -> None:
    """Tell the recount which tables can be counted again here."""
    registry.verifier("role_changes", role_changes, partial=True)
    registry.verifier("role_requests", role_requests, partial=True)
    registry.verifier("officers", officers, partial=True)
    registry.verifier("census_changes", census_changes, partial=True)
