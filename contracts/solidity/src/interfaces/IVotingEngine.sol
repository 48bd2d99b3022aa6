// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ballot} from "./GovernanceTypes.sol";

/// @title Citizens, delegations, ballots and tallies; a one-person ballot calls no other contract.
interface IVotingEngine {
    /// @notice `weight` as cast; a later DelegateWeightReduced lowers the effective weight.
    event VoteCast(
        address indexed voter,
        uint256 indexed proposalId,
        uint8 support,
        uint256 weight,
        bytes32 reasonHash
    );
    /// @notice The text of a reason that its author published for good (castVoteWithReason, castVoteWithParams).
    event VoteReasonPublished(address indexed voter, uint256 indexed proposalId, string reason);
    /// @notice A delegator voted in person, so a delegate's weight in this proposal fell. `counted` tells whether the
    ///         delegate had voted already, so that the tally fell too.
    event DelegateWeightReduced(
        address indexed delegate,
        uint256 indexed proposalId,
        address indexed delegator,
        uint256 oldWeight,
        uint256 newWeight,
        bool counted
    );
    /// @notice A ballot of a batch was left out; `code` is the selector of the error it would have reverted with.
    event BallotSkipped(bytes32 indexed digest, address indexed voter, uint256 indexed proposalId, bytes4 code);
    /// @notice `scope` 0 is overall; 1 + ProposalType is for one type. The zero address means oneself overall, and as
    ///         overall for a type; for a type one's own address means oneself.
    event DelegateChanged(
        address indexed delegator,
        uint8 scope,
        address indexed fromDelegate,
        address indexed toDelegate
    );
    /// @notice The units a delegate holds for others (for a type: in proposals of that type) changed, for snapshots from
    ///         this block's time on. A change overall goes for all types, unless one for the type follows it.
    event DelegateVotesChanged(address indexed delegate, uint8 scope, uint256 oldVotes, uint256 newVotes);
    /// @notice A voting window was pushed by the ProposalManager.
    event VotingWindowOpened(
        uint256 indexed proposalId,
        bytes32 rulesHash,
        uint48 voteStart,
        uint48 voteEnd,
        address strategy
    );
    /// @notice A vote was called off before it began.
    event VotingWindowClosed(uint256 indexed proposalId);
    /// @notice The number of citizens changed (grant, revocation, expiry); `since` and `until` are 0 when it ended.
    event CitizenChanged(address indexed account, uint48 since, uint48 until, uint256 oldSupply, uint256 newSupply);

    /// @notice Casts the caller's ballot.
    /// @dev Reverts with VotingEngineNotActive, Paused, InvalidSupport, AlreadyVoted or NoPower. A quadratic ballot must
    ///      say its votes (InvalidParams) and pay for them (CreditsExceeded), see {castVoteWithParams}.
    /// @param support 0 against, 1 for, 2 abstain.
    /// @return weight Units counted.
    function castVote(uint256 proposalId, uint8 support) external returns (uint256 weight);
    /// @notice Publishes the reason for good.
    function castVoteWithReason(
        uint256 proposalId,
        uint8 support,
        string calldata reason
    ) external returns (uint256 weight);
    /// @notice Publishes the reason for good.
    /// @param params For a quadratic vote `abi.encode(uint256 votes)`, 1 to 65,535 votes; empty for any other.
    function castVoteWithParams(
        uint256 proposalId,
        uint8 support,
        string calldata reason,
        bytes calldata params
    ) external returns (uint256 weight);
    /// @notice ECDSA (65 bytes, low s) or ERC-1271.
    function castVoteBySig(Ballot calldata ballot, bytes calldata signature) external returns (uint256 weight);
    /// @notice Many ECDSA ballots for one proposal; a bad one is skipped and named, never reverting the others.
    /// @param packed Per ballot, tightly packed: voter (20 bytes), support (1), deadline (6), reasonHash (32), r (32),
    ///        vs (32, EIP-2098). 123 bytes each; in a quadratic vote 125, the last two the number of votes.
    /// @return counted How many were counted.
    function castVotesBySig(
        uint256 proposalId,
        bytes32 rulesHash,
        bytes calldata packed
    ) external returns (uint256 counted);

    /// @notice Overall delegation to a holder of DELEGATE; zero or oneself takes it back.
    function delegate(address delegatee) external;
    /// @notice The same, signed by `delegator` (EIP-712 `Delegate`; ECDSA or ERC-1271) and sent by anyone.
    /// @param nonce The delegator's next number, see {nonces}.
    /// @param deadline Unix seconds after which the signature is void.
    function delegateBySig(
        address delegator,
        address delegatee,
        uint256 nonce,
        uint48 deadline,
        bytes calldata signature
    ) external;
    /// @notice Delegation for one type of proposals, which comes before the overall one. To oneself keeps the own vote
    ///         in that type; zero takes the arrangement back, so that the overall one holds again.
    /// @param proposalType A ProposalType as a number.
    function delegateFor(uint8 proposalType, address delegatee) external;
    /// @notice The same, signed by `delegator` (EIP-712 `DelegateFor`; ECDSA or ERC-1271) and sent by anyone.
    function delegateForBySig(
        address delegator,
        uint8 proposalType,
        address delegatee,
        uint256 nonce,
        uint48 deadline,
        bytes calldata signature
    ) external;
    /// @notice Whom the account chose for one type of proposals: zero as overall, its own address for itself.
    function delegatesFor(address account, uint8 proposalType) external view returns (address);
    /// @notice Who holds the account's unit now; the zero address means oneself.
    function delegates(address account) external view returns (address);
    /// @notice The next number of a signed delegation, of either kind.
    function nonces(address account) external view returns (uint256);

    /// @notice One-person power at a past `timepoint` (Unix seconds): the own unit unless given away, plus units
    ///         received.
    function getVotingPower(address account, uint256 timepoint) external view returns (uint256);
    /// @notice Power that `account` would cast on this proposal now, taken-back units subtracted; in a quadratic vote the
    ///         most votes that its credits still buy.
    function getBallotPower(uint256 proposalId, address account) external view returns (uint256);
    /// @notice Number of citizens at a past `timepoint` (Unix seconds).
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256);
    /// @notice Whether the account's ballot was counted in this proposal, in any way.
    function hasVoted(uint256 proposalId, address account) external view returns (bool);
    /// @notice Whether the account holds a unit now.
    function isCitizen(address account) external view returns (bool);
    /// @notice (since, until) of the current unit in Unix seconds, zeros if none.
    function citizen(address account) external view returns (uint48 since, uint48 until);
    /// @notice The tally so far; a delegate's ballot counts with what delegators left to it.
    function proposalVotes(
        uint256 proposalId
    ) external view returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes);
    /// @notice (voteStart, voteEnd shifted by pauses so far, rulesHash, strategy).
    function votingWindow(
        uint256 proposalId
    ) external view returns (uint48 voteStart, uint48 voteEnd, bytes32 rulesHash, address strategy);

    /// @notice Whether a pause is on now.
    function paused() external view returns (bool);
    /// @notice Seconds spent paused since deployment, up to now.
    function pausedSeconds() external view returns (uint256);
    /// @notice ERC-6372.
    function clock() external view returns (uint48);
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external view returns (string memory);

    /// @notice Credits that `account` spent in votes under `strategy` that began in `period`.
    function creditsSpent(address strategy, address account, uint256 period) external view returns (uint256);
    /// @notice Whether the account had a unit, given away or not, at a past `timepoint` (Unix seconds).
    function wasCitizen(address account, uint256 timepoint) external view returns (bool);
    /// @notice Who held `account`'s unit at a past `timepoint` in proposals of a type; zero for the account itself.
    function holderAt(address account, uint8 proposalType, uint256 timepoint) external view returns (address);
    /// @notice Who received `account`'s overall unit at a past `timepoint`; the zero address means oneself.
    function delegateAt(address account, uint256 timepoint) external view returns (address);
    /// @notice Whether the account is a citizen now, and its one-person power at a past `timepoint`, in one call.
    function standing(address account, uint256 timepoint) external view returns (bool citizenNow, uint256 power);
    /// @notice What the state of a proposal is derived from: the end of its window (shifted by pauses so far), its
    ///         tally, what the quorum is a share of, and the turnout that counts towards it: the For and Abstain votes,
    ///         in a quadratic vote the people who cast them. Reverts before the snapshot has passed.
    function result(
        uint256 proposalId
    )
        external
        view
        returns (
            uint48 voteEnd,
            uint256 againstVotes,
            uint256 forVotes,
            uint256 abstainVotes,
            uint256 supply,
            uint256 turnout
        );
    /// @notice (paused now, seconds spent paused since deployment, end of the current pause or 0), in one call.
    function pauseState() external view returns (bool isPaused, uint64 secondsPaused, uint48 until);
    /// @notice At least the length, in seconds, of the longest voting window that is still open or to open; 0 if none.
    function longestOpenPeriod() external view returns (uint48);

    // --- only by the other contracts of the deployment ---
    /// @notice Opens a voting window. Only by the ProposalManager.
    function openWindow(
        uint256 proposalId,
        bytes32 rulesHash,
        uint48 voteStart,
        uint48 voteEnd,
        address strategy,
        uint8 proposalType
    ) external;
    /// @notice Calls a window off. Only by the ProposalManager.
    function closeWindow(uint256 proposalId) external;
    /// @notice Gives a unit until `until` (Unix seconds), or moves the end of a running one. Only by the RoleManager.
    function setCitizen(address account, uint48 until) external;
    /// @notice Ends a unit and takes it back from the delegate. Only by the RoleManager.
    function removeCitizen(address account) external;
    /// @notice Begins a pause, or moves the end of the running one, to `until` (Unix seconds). Only by GovernanceCore.
    function setPaused(uint48 until) external;
    /// @notice Ends the pause now. Only by GovernanceCore.
    function clearPaused() external;
}
