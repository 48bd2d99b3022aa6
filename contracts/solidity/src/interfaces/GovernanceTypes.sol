// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What a proposal is about; each type bounds the contracts its actions may call.
enum ProposalType {
    POLICY,
    BUDGET,
    PARAMETER,
    ROLE,
    UPGRADE,
    EMERGENCY
}

/// @notice Where a proposal stands. PENDING to EXPIRED are derived from time and tally, never stored twice.
enum ProposalState {
    DRAFT,
    PENDING,
    ACTIVE,
    SUCCEEDED,
    DEFEATED,
    QUEUED,
    EXECUTED,
    CANCELLED,
    EXPIRED
}

/// @notice One call that an adopted proposal makes from the ExecutionModule.
struct Action {
    address target;
    uint256 value;
    bytes data;
}

/// @notice The rules every decision is made under. Durations are in seconds.
struct GovernanceParams {
    /// How long a vote stays open.
    uint48 votingPeriod;
    /// How long an adopted proposal waits before it can be carried out.
    uint48 executionDelay;
    /// After this time with enough endorsements anyone may open the vote.
    uint48 reviewPeriod;
    /// How long a due proposal may wait before it expires, and an adopted one may wait to be queued.
    uint48 gracePeriod;
    /// Whole percent (1 to 100) of the power at the snapshot that For and Abstain must reach, rounded up.
    uint16 quorumPercentage;
    /// Power the proposer needs, in units of the proposal's strategy.
    uint256 proposalThreshold;
    /// Endorsements needed before anyone may open the vote.
    uint32 endorsements;
}

/// @notice A signed ballot, the same for a single one and for a batch (EIP-712 type `Ballot`).
struct Ballot {
    uint256 proposalId;
    bytes32 rulesHash;
    address voter;
    /// 0 against, 1 for, 2 abstain.
    uint8 support;
    /// For a quadratic vote `abi.encode(uint256 votes)`; empty for one person one vote and for token weighted.
    bytes params;
    /// keccak256 of the reason's UTF-8 text, zero when none is given.
    bytes32 reasonHash;
    /// Unix time in seconds after which the signature is void.
    uint48 deadline;
}
