"""One class for each event of the contracts: what happened on chain, with its place in the chain.

Each class states the event as Solidity declares it; :mod:`contracts.indexer.decode` reads that declaration,
so that the two can't drift apart, and a test holds it against the compiled ABI. Field order is the
declaration's order.
"""

from __future__ import annotations

from contracts.decoded import Action as Action
from contracts.decoded import Decoded as Decoded
from contracts.decoded import event
from contracts.decoded import event_classes as event_classes

MAX_UINT48 = 2**48 - 1  # a role or a unit without an end


# --- ProposalManager ---


@event(
    "ProposalManager",
    "ProposalCreated(uint256 indexed proposalId,address indexed proposer,uint8 proposalType,address strategy,"
    "bytes32 metadataHash,bytes32 contentHash,Action[] actions)",
)
class ProposalCreated(Decoded):
    proposal_id: int
    proposer: str
    proposal_type: int
    strategy: str
    metadata_hash: str
    content_hash: str
    actions: tuple[Action, ...]


@event(
    "ProposalManager",
    "ProposalEndorsed(uint256 indexed proposalId,address indexed endorser,uint32 oldEndorsements,"
    "uint32 newEndorsements)",
)
class ProposalEndorsed(Decoded):
    proposal_id: int
    endorser: str
    old_endorsements: int
    new_endorsements: int


@event(
    "ProposalManager",
    "ProposalActivated(uint256 indexed proposalId,address indexed activatedBy,bytes32 rulesHash,"
    "uint48 voteStart,"
    "uint48 voteEnd,uint16 quorumPercentage)",
)
class ProposalActivated(Decoded):
    proposal_id: int
    activated_by: str
    rules_hash: str
    vote_start: int
    vote_end: int
    quorum_percentage: int


@event("ProposalManager", "ProposalQueued(uint256 indexed proposalId,uint48 executionTime,uint48 expiresAt)")
class ProposalQueued(Decoded):
    proposal_id: int
    execution_time: int
    expires_at: int


@event("ProposalManager", "ProposalExecuted(uint256 indexed proposalId,address indexed executedBy)")
class ProposalExecuted(Decoded):
    proposal_id: int
    executed_by: str


@event(
    "ProposalManager",
    "ProposalCancellationRequested(uint256 indexed proposalId,address indexed administrator)",
)
class ProposalCancellationRequested(Decoded):
    proposal_id: int
    administrator: str


@event("ProposalManager", "ProposalCancelled(uint256 indexed proposalId,address indexed cancelledBy)")
class ProposalCancelled(Decoded):
    proposal_id: int
    cancelled_by: str


# --- VotingEngine ---


@event(
    "VotingEngine",
    "VoteCast(address indexed voter,uint256 indexed proposalId,uint8 support,uint256 weight,"
    "bytes32 reasonHash)",
)
class VoteCast(Decoded):
    voter: str
    proposal_id: int
    support: int
    weight: int
    reason_hash: str


@event("VotingEngine", "VoteReasonPublished(address indexed voter,uint256 indexed proposalId,string reason)")
class VoteReasonPublished(Decoded):
    voter: str
    proposal_id: int
    reason: str


@event(
    "VotingEngine",
    "DelegateWeightReduced(address indexed delegate,uint256 indexed proposalId,address indexed delegator,"
    "uint256 oldWeight,uint256 newWeight,bool counted)",
)
class DelegateWeightReduced(Decoded):
    delegate: str
    proposal_id: int
    delegator: str
    old_weight: int
    new_weight: int
    counted: bool


@event(
    "VotingEngine",
    "BallotSkipped(bytes32 indexed digest,address indexed voter,uint256 indexed proposalId,bytes4 code)",
)
class BallotSkipped(Decoded):
    digest: str
    voter: str
    proposal_id: int
    code: str


@event(
    "VotingEngine",
    "DelegateChanged(address indexed delegator,uint8 scope,address indexed fromDelegate,"
    "address indexed toDelegate)",
)
class DelegateChanged(Decoded):
    delegator: str
    scope: int
    from_delegate: str
    to_delegate: str


@event(
    "VotingEngine",
    "DelegateVotesChanged(address indexed delegate,uint8 scope,uint256 oldVotes,uint256 newVotes)",
)
class DelegateVotesChanged(Decoded):
    delegate: str
    scope: int
    old_votes: int
    new_votes: int


@event(
    "VotingEngine",
    "VotingWindowOpened(uint256 indexed proposalId,bytes32 rulesHash,uint48 voteStart,uint48 voteEnd,"
    "address strategy)",
)
class VotingWindowOpened(Decoded):
    proposal_id: int
    rules_hash: str
    vote_start: int
    vote_end: int
    strategy: str


@event("VotingEngine", "VotingWindowClosed(uint256 indexed proposalId)")
class VotingWindowClosed(Decoded):
    proposal_id: int


@event(
    "VotingEngine",
    "CitizenChanged(address indexed account,uint48 since,uint48 until,uint256 oldSupply,uint256 newSupply)",
)
class CitizenChanged(Decoded):
    account: str
    since: int
    until: int
    old_supply: int
    new_supply: int


# --- GovernanceCore ---


@event("GovernanceCore", "GovernanceParamUpdated(bytes32 indexed name,uint256 oldValue,uint256 newValue)")
class GovernanceParamUpdated(Decoded):
    """``parameter`` is the Solidity argument ``name``: a short string in bytes32, as 0x-hex."""

    parameter: str
    old_value: int
    new_value: int


@event("GovernanceCore", "StrategyRegistered(address indexed strategy,string kind)")
class StrategyRegistered(Decoded):
    strategy: str
    kind: str


@event(
    "GovernanceCore",
    "CreditsAllotted(address indexed strategy,uint256 credits,uint256 periodLength)",
)
class CreditsAllotted(Decoded):
    """The terms of a quadratic strategy that was registered just before; ``period_length`` in seconds."""

    strategy: str
    credits: int
    period_length: int


@event(
    "GovernanceCore",
    "ContractRegistered(bytes32 indexed name,address indexed oldAddress,address indexed newAddress)",
)
class ContractRegistered(Decoded):
    """``registered`` is the Solidity argument ``name``: a short string in bytes32, as 0x-hex."""

    registered: str
    old_address: str
    new_address: str


@event("GovernanceCore", "GovernancePaused(address indexed guardian,uint48 until)")
class GovernancePaused(Decoded):
    guardian: str
    until: int


@event("GovernanceCore", "PauseChangeRequested(address indexed guardian,bool lift)")
class PauseChangeRequested(Decoded):
    guardian: str
    lift: bool


@event("GovernanceCore", "PauseExtended(address indexed guardian,uint48 oldUntil,uint48 newUntil)")
class PauseExtended(Decoded):
    guardian: str
    old_until: int
    new_until: int


@event("GovernanceCore", "GovernanceUnpaused(address indexed by)")
class GovernanceUnpaused(Decoded):
    by: str


# --- RoleManager ---


@event(
    "RoleManager",
    "RoleGranted(bytes32 indexed role,address indexed account,address indexed grantedBy,"
    "uint48 oldUntil,uint48 newUntil)",
)
class RoleGranted(Decoded):
    role: str
    account: str
    granted_by: str
    old_until: int
    new_until: int


@event(
    "RoleManager",
    "RoleRevoked(bytes32 indexed role,address indexed account,address indexed revokedBy,uint48 oldUntil)",
)
class RoleRevoked(Decoded):
    role: str
    account: str
    revoked_by: str
    old_until: int


@event("RoleManager", "RoleExpired(bytes32 indexed role,address indexed account,uint48 until)")
class RoleExpired(Decoded):
    role: str
    account: str
    until: int


@event(
    "RoleManager",
    "RoleChangeRequested(bytes32 indexed requestId,bytes32 indexed role,address indexed administrator,"
    "address[] accounts,uint48 until,bool grant)",
)
class RoleChangeRequested(Decoded):
    request_id: str
    role: str
    administrator: str
    accounts: tuple[str, ...]
    until: int
    grant: bool


@event("RoleManager", "OfficerIdentified(address indexed account,bytes32 personHash,address indexed by)")
class OfficerIdentified(Decoded):
    account: str
    person_hash: str
    by: str


# --- ExecutionModule ---


@event(
    "ExecutionModule",
    "TransactionQueued(uint256 indexed proposalId,bytes32 indexed actionsHash,uint48 executionTime,"
    "uint48 expiresAt)",
)
class TransactionQueued(Decoded):
    proposal_id: int
    actions_hash: str
    execution_time: int
    expires_at: int


@event("ExecutionModule", "TransactionExecuted(uint256 indexed proposalId,bytes32 indexed actionsHash)")
class TransactionExecuted(Decoded):
    proposal_id: int
    actions_hash: str


@event("ExecutionModule", "TransactionCancelled(uint256 indexed proposalId,bytes32 indexed actionsHash)")
class TransactionCancelled(Decoded):
    proposal_id: int
    actions_hash: str


# --- CivicToken ---


@event("CivicToken", "Transfer(address indexed from,address indexed to,uint256 value)")
class Transfer(Decoded):
    """Civic tokens made (``sender`` is the zero address) or destroyed (``recipient`` is).

    Others aren't kept.
    """

    sender: str
    recipient: str
    value: int
