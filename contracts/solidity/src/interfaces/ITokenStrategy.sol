// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IVotingStrategy} from "./IVotingStrategy.sol";

/// @title A strategy that counts the votes of an ERC-5805 token.
/// @notice WARNING: the token's code says how many votes an account has and how many there are; it is trusted with the
///         proposals of this strategy, and with nothing else.
/// @custom:security-contact security@civicportal.example
interface ITokenStrategy is IVotingStrategy {
    /// @notice The token's clock is not `mode=timestamp`.
    error TokenWeightedStrategyClockUnfit(address token);

    /// @notice The token; its clock is `mode=timestamp`.
    function token() external view returns (address);
}
