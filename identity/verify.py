"""The chain's tables of people, counted again from the events alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from contracts import registry
from contracts.acts.hashes import reason_hash
from contracts.addresses import ZERO_ADDRESS, ZERO_HASH
from contracts.times import moment
from contracts.verify.compare import Difference, compare_table, raw_values
from contracts.verify.context import VerifyContext
from identity.census.models import CensusChange, CitizenMove, PersonKey
from identity.reasons.models import Reason
from identity.roles.hashes import ROLE_HASHES
from identity.roles.models import RequestStep, RoleChange, RoleRequest

_NAMES = {value: role.value for role, value in ROLE_HASHES.items()}
_NOTHING = (None, ZERO_ADDRESS, ZERO_HASH)

Expected = dict[Any, Mapping[str, Any]]


def role_changes(ctx: VerifyContext) -> Iterator[Difference]:
    """Each grant, revocation and expiry of a role."""
    expected: Expected = {}
    for event in ctx.named("RoleGranted", "RoleRevoked", "RoleExpired"):
        args, name = event["args"], event["name"]
        by, until, reason = None, None, None
        if name == "RoleGranted":
            by, until = args["grantedBy"], moment(args["newUntil"])
        elif name == "RoleRevoked":
            by, reason = args["revokedBy"], args["reasonHash"]
        else:
            until = moment(args["until"])
        expected[event["position"]] = {
            "timestamp": event["timestamp"],
            "role": _NAMES[args["role"]],
            "account": args["account"],
            "kind": {"RoleGranted": "granted", "RoleRevoked": "revoked", "RoleExpired": "expired"}[name],
            "by": _given(by),
            "until": until,
            "reason_hash": _given(reason),
        }
    return compare_table(RoleChange, expected, within=ctx.positions)


def role_requests(ctx: VerifyContext) -> Iterator[Difference]:
    """Each half of what two administrators decide."""
    expected: Expected = {}
    for event in ctx.named("RoleChangeRequested", "PersonCorrectionRequested", "CitizenMoveRequested"):
        args = event["args"]
        half: dict[str, Any] = {
            "timestamp": event["timestamp"],
            "request_id": args["requestId"],
            "administrator": args["administrator"],
            "expires_at": moment(args["expiresAt"]),
            "person_keys": [],
            "until": None,
            "until_seconds": 0,
            "reason_hash": None,
            "grant": False,
        }
        if event["name"] == "RoleChangeRequested":
            half |= {
                "kind": "role",
                "role": _NAMES[args["role"]],
                "accounts": list(args["accounts"]),
                "person_keys": list(args["personKeys"]),
                "until": moment(args["until"]),
                "until_seconds": args["until"],
                "reason_hash": _given(args["reasonHash"]),
                "grant": args["grant"],
            }
        elif event["name"] == "PersonCorrectionRequested":
            half |= {
                "kind": "person",
                "role": "",
                "accounts": [args["account"]],
                "person_keys": [args["personKey"]],
            }
        else:
            half |= {
                "kind": "move",
                "role": "CITIZEN",
                "accounts": [args["oldAccount"], args["newAccount"]],
            }
        expected[event["position"]] = half
    return compare_table(RoleRequest, expected, within=ctx.positions)


# Of each step: what it is called in the table, and which argument says by whom.
_STEPS = {
    "RoleChangeCompleted": ("completed", "second"),
    "RoleChangeWithdrawn": ("withdrawn", "by"),
    "RoleChangeApproved": ("approved", "guardian"),
    "OfficerChangeScheduled": ("scheduled", ""),
    "OfficerChangeObjected": ("objected", "guardian"),
    "OfficerChangeCarriedOut": ("carried_out", "by"),
}


def request_steps(ctx: VerifyContext) -> Iterator[Difference]:
    """What became of each request."""
    expected: Expected = {}
    for event in ctx.named(*_STEPS):
        args = event["args"]
        kind, by = _STEPS[event["name"]]
        expected[event["position"]] = {
            "timestamp": event["timestamp"],
            "request_id": args["requestId"],
            "kind": kind,
            "by": args[by] if by else None,
            "effective_at": moment(args.get("effectiveAt", 0)),
            "expires_at": moment(args.get("expiresAt", 0)),
            "reason_hash": _given(args.get("reasonHash")),
        }
    return compare_table(RequestStep, expected, within=ctx.positions)


def person_keys(ctx: VerifyContext) -> Iterator[Difference]:
    """Each account's person."""
    expected: Expected = {
        event["position"]: {
            "timestamp": event["timestamp"],
            "account": event["args"]["account"],
            "old_key": _given(event["args"]["oldPersonKey"]),
            "person_key": _given(event["args"]["newPersonKey"]),
            "by": event["args"]["by"],
        }
        for event in ctx.named("PersonIdentified")
    }
    return compare_table(PersonKey, expected, within=ctx.positions)


def citizen_moves(ctx: VerifyContext) -> Iterator[Difference]:
    """Each move of a citizen to a new account."""
    expected: Expected = {
        event["position"]: {
            "timestamp": event["timestamp"],
            "old_account": event["args"]["oldAccount"],
            "new_account": event["args"]["newAccount"],
            "person_key": _given(event["args"]["personKey"]),
            "by": event["args"]["by"],
        }
        for event in ctx.named("CitizenMoved")
    }
    return compare_table(CitizenMove, expected, within=ctx.positions)


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


def kept_reasons(ctx: VerifyContext) -> Iterator[Difference]:
    """Words kept here for officers' reasons are theirs only if they have the hash they are kept under."""
    table = Reason._meta.db_table
    for key, digest, text in raw_values(Reason._base_manager.all(), ("id", "reason_hash", "text")):
        if reason_hash(str(text)) != digest:
            yield Difference(table, str(UUID(str(key))), "text", text, f"words of hash {digest}")


def _given(value: str | None) -> str | None:
    return None if value in _NOTHING else value


def register() -> None:
    """Tell the recount which tables can be counted again here."""
    registry.verifier("role_changes", role_changes, partial=True)
    registry.verifier("role_requests", role_requests, partial=True)
    registry.verifier("request_steps", request_steps, partial=True)
    registry.verifier("person_keys", person_keys, partial=True)
    registry.verifier("citizen_moves", citizen_moves, partial=True)
    registry.verifier("census_changes", census_changes, partial=True)
    registry.verifier("reasons", kept_reasons)
