// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Action, ProposalType} from "./GovernanceTypes.sol";

/// @title The timelock: runs adopted proposals after their delay and owns every ProxyAdmin.
interface IExecutionModule {
    event TransactionQueued(uint256 indexed proposalId, bytes32 indexed actionsHash, uint48 executionTime, uint48 expiresAt);
    event TransactionExecuted(uint256 indexed proposalId, bytes32 indexed actionsHash);
    event TransactionCancelled(uint256 indexed proposalId, bytes32 indexed actionsHash);

    function queueTransaction(uint256 proposalId, ProposalType proposalType, bytes32 actionsHash)
        external
        returns (uint48 executionTime, uint48 expiresAt);
    function executeTransaction(uint256 proposalId, ProposalType proposalType, Action[] calldata actions) external payable;
    function cancelTransaction(uint256 proposalId) external;
    /// @notice Reverts with ExecutionModuleTargetNotAllowed when an action leaves the bounds of its type.
    function checkActions(ProposalType proposalType, Action[] calldata actions) external view;
    /// @notice (executionTime, expiresAt), both shifted by time spent paused; zeros if not queued.
    function schedule(uint256 proposalId) external view returns (uint48 executionTime, uint48 expiresAt);
    function isExecuted(uint256 proposalId) external view returns (bool);
}
