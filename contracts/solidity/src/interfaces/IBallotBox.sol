// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Counting} from "./GovernanceTypes.sol";

/// @title Where the ballots of a proposal are counted.
/// @notice The ProposalManager opens a window here and later asks for the result. The VotingEngine is the box of all
///         ways of counting so far; a later way of voting whose tally is published after the vote (sealed ballots)
///         brings a box of its own and answers `tallied` with false until then.
/// @custom:security-contact security@civicportal.example
interface IBallotBox {
    /// @notice A voting window was opened by the ProposalManager.
    event VotingWindowOpened(
        uint256 indexed proposalId,
        bytes32 rulesHash,
        uint48 voteStart,
        uint48 voteEnd,
        address strategy
    );
    /// @notice A vote was called off before it began.
    event VotingWindowClosed(uint256 indexed proposalId);

    /// @notice Opens a voting window.
    /// @dev Requirements: only the ProposalManager; the proposal has no window yet. Emits {VotingWindowOpened}.
    /// @param rulesHash What every ballot signs: all that a voter relies on.
    /// @param voteStart First second in which ballots are taken; the snapshot is the second before.
    /// @param voteEnd First second in which none is taken any more, unless a pause moves it.
    /// @param proposalType A ProposalType as a number.
    /// @param counting How the strategy's ballots are weighed, as recorded when the strategy was registered.
    function openWindow(
        uint256 proposalId,
        bytes32 rulesHash,
        uint48 voteStart,
        uint48 voteEnd,
        address strategy,
        uint8 proposalType,
        Counting counting
    ) external;

    /// @notice Calls a window off.
    /// @dev Requirements: only the ProposalManager; the window exists. Emits {VotingWindowClosed}.
    function closeWindow(uint256 proposalId) external;

    /// @notice What the state of a proposal is derived from.
    /// @dev Requirements: the snapshot has passed. Never reverts because of a strategy: one that doesn't answer
    ///      counts as one whose quorum can't be reached.
    /// @return voteEnd End of the window, shifted by pauses so far.
    /// @return againstVotes Votes against, so far.
    /// @return forVotes Votes for, so far.
    /// @return abstainVotes Abstentions, so far.
    /// @return supply What the quorum is a share of, at the snapshot; the greatest uint256 if the strategy
    ///         fails to say.
    /// @return turnout What counts towards the quorum: the For and Abstain votes, in a quadratic vote the
    ///         people who cast them.
    /// @return tallied False while the vote is over and the numbers above are not final yet.
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
            uint256 turnout,
            bool tallied
        );

    /// @notice The window of a proposal; `voteEnd` is shifted by pauses so far.
    function votingWindow(
        uint256 proposalId
    ) external view returns (uint48 voteStart, uint48 voteEnd, bytes32 rulesHash, address strategy);

    /// @notice Whether the account's ballot was counted in this proposal, in any way.
    function hasVoted(uint256 proposalId, address account) external view returns (bool);

    /// @notice The tally so far; a delegate's ballot counts with what delegators left to it.
    function proposalVotes(
        uint256 proposalId
    ) external view returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes);
}
