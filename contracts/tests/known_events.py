"""Classes of events that the apps above registered: what the tests of this app have contracts say."""

from __future__ import annotations

from typing import Any

from contracts.abi import event_class

ProposalCreated: Any = event_class("ProposalManager", "ProposalCreated")
ProposalEndorsed: Any = event_class("ProposalManager", "ProposalEndorsed")
RoleChangeRequested: Any = event_class("RoleManager", "RoleChangeRequested")
Transfer: Any = event_class("CivicToken", "Transfer")
VoteCast: Any = event_class("VotingEngine", "VoteCast")
VoteReasonPublished: Any = event_class("VotingEngine", "VoteReasonPublished")
