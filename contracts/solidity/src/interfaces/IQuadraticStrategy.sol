// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IVotingStrategy} from "./IVotingStrategy.sol";

/// @title A strategy in which n votes of one person cost n^2 credits, the same number for every citizen and period.
/// @custom:security-contact security@civicportal.example
interface IQuadraticStrategy is IVotingStrategy {
    /// @notice Without credits nobody could cast a vote.
    error QuadraticStrategyNoCredits();
    /// @notice A period lasts from one day to about ten years.
    error QuadraticStrategyPeriodOutOfBounds(uint48 periodLength, uint48 min, uint48 max);

    /// @notice The engine whose citizens vote; it keeps what they spent.
    function votingEngine() external view returns (address);
    /// @notice Credits of a citizen in each period; what is left at a period's end is lost.
    function credits() external view returns (uint32);
    /// @notice Length of a period in seconds; periods are counted from Unix time 0.
    function periodLength() external view returns (uint48);
    /// @notice Number of the period that `timepoint` (Unix seconds) lies in. Ballots are paid from that of voteStart.
    function periodOf(uint256 timepoint) external view returns (uint48);
    /// @notice Credits that `account` has not spent in `period`; a citizen of that time may spend them.
    function creditsLeft(address account, uint256 period) external view returns (uint256);
}
