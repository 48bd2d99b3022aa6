"""Delegations, counted again from the events alone."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.verify.compare import Difference, compare_table
from contracts.verify.context import VerifyContext
from governance.delegation.models import DelegationChange
from governance.proposals.verify_events import NOBODY, Expected


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
