// SPDX-License-Identifier: Apache-2.0
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

/// @notice Where a proposal stands. PENDING to EXPIRED and TALLYING are derived from time and tally, never stored twice.
///         TALLYING: the vote is over and its ballot box has not published a result yet.
enum ProposalState {
    DRAFT,
    PENDING,
    ACTIVE,
    SUCCEEDED,
    DEFEATED,
    QUEUED,
    EXECUTED,
    CANCELLED,
    EXPIRED,
    TALLYING
}

/// @notice How the ballots of a strategy are weighed; recorded when the strategy is registered and never asked again.
enum Counting {
    ONE_PERSON,
    TOKEN,
    QUADRATIC
}

/// @notice One call that an adopted proposal makes from the ExecutionModule.
struct Action {
    address target;
    uint256 value;
    bytes data;
}

/// @notice The parameters that an adopted PARAMETER proposal can change. Durations are in seconds.
struct GovernanceParams {
    /// How long a vote stays open.
    uint48 votingPeriod;
    /// How long an adopted proposal waits before it can be carried out.
    uint48 executionDelay;
    /// After this time with enough endorsements anyone may open the vote.
    uint48 reviewPeriod;
    /// How long a due proposal may wait before it expires, and an adopted one may wait to be queued.
    uint48 gracePeriod;
    /// Least time between the activation of a vote and its opening.
    uint48 noticePeriod;
    /// How long a change of administrators or guardians by two administrators waits for an objection.
    uint48 officerDelay;
    /// Whole percent (1 to 50) of the power at the snapshot that For and Abstain must reach, rounded up.
    uint16 quorumPercentage;
    /// Permille (1 to 50) of the roll, one second before a draft was made, that must endorse it before anyone may open
    /// its vote; rounded up, never below one endorsement.
    uint16 endorsementPermille;
    /// Units (1 to 5) a proposer needs where people are counted.
    uint8 proposalThreshold;
}

/// @notice The rules that a proposal of one type would be decided under now. Durations are in seconds.
struct Terms {
    uint48 votingPeriod;
    uint48 executionDelay;
    uint48 reviewPeriod;
    uint48 gracePeriod;
    uint48 noticePeriod;
    /// Whole percent of the power at the snapshot that For and Abstain must reach, rounded up.
    uint16 quorumPercentage;
    /// Whole percent of For + Against that For must reach; 50 means more For than Against.
    uint8 passingPercentage;
    /// Permille of the roll that must endorse a draft.
    uint16 endorsementPermille;
}

/// @notice What a strategy is made of, and which types of proposals it may decide.
struct StrategyTerms {
    Counting counting;
    /// Bit n stands for ProposalType n.
    uint8 types;
    /// Base units of the token that a proposer needs (at least 1); 0 where people are counted, whose threshold is the
    /// parameter `proposalThreshold`.
    uint256 threshold;
    /// The ERC-5805 token (CLOCK_MODE `mode=timestamp`) of a token-weighted strategy, else zero.
    address token;
    /// Credits of a citizen in each period of a quadratic strategy, else 0.
    uint32 credits;
    /// Length of a period of a quadratic strategy in seconds, else 0.
    uint48 periodLength;
}

/// @notice An account and the keyed hash of the person behind it, never zero.
struct Member {
    address account;
    bytes32 personKey;
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
