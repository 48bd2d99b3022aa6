// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IVotingStrategy} from "./IVotingStrategy.sol";

/// @title A strategy that counts the votes of an ERC-5805 token.
interface ITokenStrategy is IVotingStrategy {
    /// @notice The token; its clock is `mode=timestamp`.
    function token() external view returns (address);
}
