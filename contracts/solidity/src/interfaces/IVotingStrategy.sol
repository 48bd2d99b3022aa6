// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

/// @title How power is counted in a vote; chosen per proposal, immutable and unproxied.
/// @custom:security-contact security@civicportal.example
interface IVotingStrategy is IERC165 {
    /// @notice `one-person-one-vote`, `token-weighted` or `quadratic`.
    function kind() external view returns (string memory);
    /// @notice Units that `account` casts in a vote whose snapshot is `timepoint` (Unix seconds, in the past).
    function getVotingPower(address account, uint256 timepoint) external view returns (uint256);
    /// @notice What the quorum is a share of: the units, or for quadratic the people, that exist at `timepoint` (Unix
    ///         seconds, in the past).
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256);
}
