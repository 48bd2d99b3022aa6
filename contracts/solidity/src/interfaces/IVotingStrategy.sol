// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title How power is counted in a vote; chosen per proposal, immutable and unproxied.
interface IVotingStrategy {
    /// @notice `one-person-one-vote` or `token-weighted`.
    function kind() external view returns (string memory);
    function getVotingPower(address account, uint256 timepoint) external view returns (uint256);
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256);
}
