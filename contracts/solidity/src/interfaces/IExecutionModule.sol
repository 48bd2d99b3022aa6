// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Action, ProposalType} from "./GovernanceTypes.sol";

/// @title The timelock: runs adopted proposals after their delay and owns every ProxyAdmin.
interface IExecutionModule {
    /// @notice A whole proposal was taken in: executable from `executionTime` until just before `expiresAt` (Unix
    ///         seconds), both shifted by later pauses. `actionsHash` is keccak256(abi.encode(actions)).
    event TransactionQueued(
        uint256 indexed proposalId,
        bytes32 indexed actionsHash,
        uint48 executionTime,
        uint48 expiresAt
    );
    /// @notice All actions of the proposal ran.
    event TransactionExecuted(uint256 indexed proposalId, bytes32 indexed actionsHash);
    /// @notice An expired transaction was cleared away; it could not have run any more.
    event TransactionCancelled(uint256 indexed proposalId, bytes32 indexed actionsHash);

    /// @notice Takes in an adopted proposal. Only by the ProposalManager, once a proposal.
    /// @dev The delay is executionDelay, for an UPGRADE at least the length of the longest vote still open.
    function queueTransaction(
        uint256 proposalId,
        ProposalType proposalType,
        bytes32 actionsHash
    ) external returns (uint48 executionTime, uint48 expiresAt);
    /// @notice Runs all actions or none. Only by the ProposalManager, in [executionTime, expiresAt), and not in a pause
    ///         unless the proposal is an EMERGENCY. Takes no value.
    function executeTransaction(
        uint256 proposalId,
        ProposalType proposalType,
        Action[] calldata actions
    ) external payable;
    /// @notice Anyone clears away a transaction that has expired.
    function cancelTransaction(uint256 proposalId) external;
    /// @notice Reverts with ExecutionModuleTargetNotAllowed when an action leaves the bounds of its type.
    function checkActions(ProposalType proposalType, Action[] calldata actions) external view;
    /// @notice (executionTime, expiresAt), both shifted by time spent paused; zeros if not queued.
    function schedule(uint256 proposalId) external view returns (uint48 executionTime, uint48 expiresAt);
    /// @notice Whether the proposal's actions have run.
    function isExecuted(uint256 proposalId) external view returns (bool);
}
