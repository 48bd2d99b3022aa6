"""One class for each event that is read: what happened on chain, with its place in the chain.

Written by ``make events`` from events.toml and the compiled ABI. Integers are as Solidity has them:
tokens in base units, times in Unix seconds.
"""

from __future__ import annotations

from typing import Final

from contracts.decoded import Action, Decoded, event

# --- ProposalManager ---


@event(
    "ProposalManager",
    "ProposalCreated(uint256 indexed proposalId,address indexed proposer,uint8 proposalType,"
    "address strategy,bytes32 metadataHash,bytes32 contentHash,Action[] actions)",
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
    "ProposalEndorsementReached(uint256 indexed proposalId,uint32 endorsements,uint32 needed)",
)
class ProposalEndorsementReached(Decoded):
    proposal_id: int
    endorsements: int
    needed: int


@event(
    "ProposalManager",
    "EndorsementStruck(uint256 indexed proposalId,address indexed endorser,uint32 oldEndorsements,"
    "uint32 newEndorsements)",
)
class EndorsementStruck(Decoded):
    """An endorsement no longer counts: whoever gave it is no citizen any more."""

    proposal_id: int
    endorser: str
    old_endorsements: int
    new_endorsements: int


@event(
    "ProposalManager",
    "ProposalActivated(uint256 indexed proposalId,address indexed activatedBy,bytes32 rulesHash,"
    "uint48 voteStart,uint48 voteEnd,uint16 quorumPercentage,uint8 passingPercentage,uint48 executionDelay,"
    "uint48 gracePeriod,uint256 proposalThreshold)",
)
class ProposalActivated(Decoded):
    """The terms sealed for a vote: percentages whole, durations in seconds, the threshold in units."""

    proposal_id: int
    activated_by: str
    rules_hash: str
    vote_start: int
    vote_end: int
    quorum_percentage: int
    passing_percentage: int
    execution_delay: int
    grace_period: int
    proposal_threshold: int


@event(
    "ProposalManager",
    "ProposalQueued(uint256 indexed proposalId,uint48 executionTime,uint48 expiresAt)",
)
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
    "ProposalCancellationRequested(uint256 indexed proposalId,address indexed administrator,"
    "bytes32 reasonHash,uint48 expiresAt)",
)
class ProposalCancellationRequested(Decoded):
    proposal_id: int
    administrator: str
    reason_hash: str
    expires_at: int


@event(
    "ProposalManager",
    "ProposalCancellationWithdrawn(uint256 indexed proposalId,address indexed administrator)",
)
class ProposalCancellationWithdrawn(Decoded):
    proposal_id: int
    administrator: str


@event(
    "ProposalManager",
    "ProposalCancelled(uint256 indexed proposalId,address indexed cancelledBy,bytes32 reasonHash)",
)
class ProposalCancelled(Decoded):
    proposal_id: int
    cancelled_by: str
    reason_hash: str


@event("ProposalManager", "NonceUsed(address indexed account,uint256 nonce)")
class ManagerNonceUsed(Decoded):
    """A number of signed acts of the ProposalManager was used up, or voided by its person."""

    account: str
    nonce: int


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


@event(
    "VotingEngine",
    "VoteReasonPublished(address indexed voter,uint256 indexed proposalId,string reason)",
)
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


@event("VotingEngine", "NonceUsed(address indexed account,uint256 nonce)")
class EngineNonceUsed(Decoded):
    """A number of signed delegations was used up, or voided by its person."""

    account: str
    nonce: int


# --- GovernanceCore ---


@event("GovernanceCore", "GovernanceParamUpdated(bytes32 indexed name,uint256 oldValue,uint256 newValue)")
class GovernanceParamUpdated(Decoded):
    """``parameter`` is the Solidity argument ``name``: a short string in bytes32, as 0x-hex."""

    parameter: str
    old_value: int
    new_value: int


@event("GovernanceCore", "GovernanceParamUnchanged(bytes32 indexed name,uint256 value)")
class GovernanceParamUnchanged(Decoded):
    """A proposal asked for a value that held already."""

    parameter: str
    value: int


@event(
    "GovernanceCore",
    "StrategyRegistered(address indexed strategy,string kind,uint8 counting,uint8 types,uint256 threshold)",
)
class StrategyRegistered(Decoded):
    """``types``: bit n stands for proposal type n; ``threshold`` in the token's base units, 0 for people."""

    strategy: str
    kind: str
    counting: int
    types: int
    threshold: int


@event("GovernanceCore", "StrategyUnchanged(address indexed strategy)")
class StrategyUnchanged(Decoded):
    """A proposal asked for a strategy that was there, or gone, already."""

    strategy: str


@event("GovernanceCore", "StrategyRetired(address indexed strategy)")
class StrategyRetired(Decoded):
    strategy: str


@event("GovernanceCore", "CreditsAllotted(address indexed strategy,uint256 credits,uint256 periodLength)")
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


@event(
    "GovernanceCore",
    "GovernancePaused(uint256 indexed pauseNumber,address indexed guardian,uint48 until,bytes32 reasonHash)",
)
class GovernancePaused(Decoded):
    pause_number: int
    guardian: str
    until: int
    reason_hash: str


@event(
    "GovernanceCore",
    "PauseChangeRequested(uint256 indexed pauseNumber,address indexed guardian,bool lift,uint48 expiresAt)",
)
class PauseChangeRequested(Decoded):
    pause_number: int
    guardian: str
    lift: bool
    expires_at: int


@event(
    "GovernanceCore",
    "PauseRequestWithdrawn(uint256 indexed pauseNumber,address indexed guardian,bool lift)",
)
class PauseRequestWithdrawn(Decoded):
    pause_number: int
    guardian: str
    lift: bool


@event(
    "GovernanceCore",
    "PauseExtended(uint256 indexed pauseNumber,address indexed guardian,uint48 oldUntil,uint48 newUntil)",
)
class PauseExtended(Decoded):
    """A second guardian joined the pause, or two guardians extended it."""

    pause_number: int
    guardian: str
    old_until: int
    new_until: int


@event(
    "GovernanceCore",
    "GovernanceUnpaused(uint256 indexed pauseNumber,address indexed by,uint48 immuneUntil)",
)
class GovernanceUnpaused(Decoded):
    """``immune_until``: until when nobody may pause again (Unix seconds); 0 unless a proposal lifted it."""

    pause_number: int
    by: str
    immune_until: int


@event("GovernanceCore", "UnpauseNotNeeded(uint256 indexed pauseNumber)")
class UnpauseNotNeeded(Decoded):
    """A proposal was to lift a pause that was over already."""

    pause_number: int


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


@event(
    "ExecutionModule",
    "TargetAllowed(uint8 indexed proposalType,address indexed target,bytes4 selector,bool allowed)",
)
class TargetAllowed(Decoded):
    """Whether proposals of a type may call a function (its selector) of a contract."""

    proposal_type: int
    target: str
    selector: str
    allowed: bool


@event("ExecutionModule", "ProxyRegistered(address indexed proxy,address admin,bytes32 contractName)")
class ProxyRegistered(Decoded):
    """A contract that proposals may upgrade; ``contract_label`` is a short string in bytes32, as 0x-hex."""

    proxy: str
    admin: str
    contract_label: str


# --- CivicToken ---


@event("CivicToken", "Transfer(address indexed from,address indexed to,uint256 value)")
class Transfer(Decoded):
    """Civic tokens made (``sender`` is the zero address) or destroyed (``recipient`` is).

    Others aren't kept."""

    sender: str
    recipient: str
    value: int


# What each contract says of it.
PROPOSAL_MANAGER: Final = (
    ProposalCreated,
    ProposalEndorsed,
    ProposalEndorsementReached,
    EndorsementStruck,
    ProposalActivated,
    ProposalQueued,
    ProposalExecuted,
    ProposalCancellationRequested,
    ProposalCancellationWithdrawn,
    ProposalCancelled,
    ManagerNonceUsed,
)
VOTING_ENGINE: Final = (
    VoteCast,
    VoteReasonPublished,
    DelegateWeightReduced,
    BallotSkipped,
    DelegateChanged,
    DelegateVotesChanged,
    VotingWindowOpened,
    VotingWindowClosed,
    EngineNonceUsed,
)
GOVERNANCE_CORE: Final = (
    GovernanceParamUpdated,
    GovernanceParamUnchanged,
    StrategyRegistered,
    StrategyUnchanged,
    StrategyRetired,
    CreditsAllotted,
    ContractRegistered,
    GovernancePaused,
    PauseChangeRequested,
    PauseRequestWithdrawn,
    PauseExtended,
    GovernanceUnpaused,
    UnpauseNotNeeded,
)
EXECUTION_MODULE: Final = (
    TransactionQueued,
    TransactionExecuted,
    TransactionCancelled,
    TargetAllowed,
    ProxyRegistered,
)
CIVIC_TOKEN: Final = (Transfer,)
