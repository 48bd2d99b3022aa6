// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IVotingStrategy} from "./IVotingStrategy.sol";

/// @title A strategy that the VotingEngine counts from its own storage.
/// @custom:security-contact security@civicportal.example
interface IOnePersonStrategy is IVotingStrategy {
    /// @notice The engine whose citizens are counted.
    function votingEngine() external view returns (address);
}
