"""Pauses, counted again from the events alone."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.times import moment
from contracts.verify.compare import Difference, compare_table
from contracts.verify.context import VerifyContext
from governance.pauses.models import PauseChange
from governance.proposals.verify_events import NO_HASH, Expected


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
