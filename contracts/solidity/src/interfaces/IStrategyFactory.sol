// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Counting, StrategyTerms} from "./GovernanceTypes.sol";

/// @title Makes every strategy of a deployment out of parameters, so that no foreign code ever counts votes.
/// @custom:security-contact security@civicportal.example
interface IStrategyFactory {
    /// @notice A term that this way of counting has no use for is not zero.
    error StrategyFactoryTermNotUsed(Counting counting);

    /// @notice The engine whose citizens the strategies count.
    function votingEngine() external view returns (address);
    /// @notice Makes a strategy. Anyone may call; a strategy decides nothing before GovernanceCore admits it, and
    ///         GovernanceCore admits only what it had made itself.
    /// @dev Requirements: every term that `terms.counting` has no use for is zero, and the strategy takes the others.
    function make(StrategyTerms calldata terms) external returns (address strategy);
}
