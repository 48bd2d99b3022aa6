// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title What every proxied contract answers after an upgrade, so that an implementation put in the wrong place, or one
///        that has lost its storage, undoes the upgrade.
/// @custom:security-contact security@civicportal.example
interface IUpgradeChecked {
    /// @notice The contract's name as a short string in bytes32, such as "VotingEngine"; never changes.
    function contractName() external pure returns (bytes32);
    /// @notice Number of the storage layout; an upgrade never lowers it.
    function storageVersion() external pure returns (uint64);
    /// @notice Reverts unless the contract still finds its neighbours and its own state.
    function selfCheck() external view;
}
