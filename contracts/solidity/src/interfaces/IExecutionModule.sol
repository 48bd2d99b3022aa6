// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Action, ProposalType} from "./GovernanceTypes.sol";

/// @title The timelock: runs adopted proposals after their delay and owns every ProxyAdmin.
/// @notice WARNING: an adopted UPGRADE can replace every rule of the deployment, this contract's included. What stands
///         against it is the count it needs, its delay, and that it can't take away the way back to another UPGRADE.
/// @custom:security-contact security@civicportal.example
interface IExecutionModule {
    // ------------------------------------------------------------------- events

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
    /// @notice From now on proposals of this type may (`allowed`), or may not, call this function of this contract.
    event TargetAllowed(ProposalType indexed proposalType, address indexed target, bytes4 selector, bool allowed);
    /// @notice From now on UPGRADE proposals may replace the code behind this proxy through its ProxyAdmin.
    event ProxyRegistered(address indexed proxy, address admin, bytes32 contractName);

    // ------------------------------------------------------------------- errors

    /// @notice The caller is neither the ProposalManager nor, for the table of targets, this contract itself.
    error ExecutionModuleUnauthorized(address caller);
    /// @notice A proposal of this type needs an action, takes none, or takes no more than 16.
    error ExecutionModuleActionCount(ProposalType proposalType, uint256 count);
    /// @notice Action number `index` calls what its type may not, or sends value.
    error ExecutionModuleTargetNotAllowed(ProposalType proposalType, uint256 index);
    /// @notice The actions of a ROLE proposal together carry more bytes than surely run in one transaction.
    error ExecutionModuleTooMuchData(uint256 size, uint256 max);
    /// @notice Queued before.
    error ExecutionModuleAlreadyQueued(uint256 proposalId);
    /// @notice Never queued, or as another type.
    error ExecutionModuleNotQueued(uint256 proposalId);
    /// @notice Its delay has not passed.
    error ExecutionModuleTooEarly(uint256 proposalId, uint48 executionTime);
    /// @notice Its time to be carried out has passed.
    error ExecutionModuleExpired(uint256 proposalId, uint48 expiresAt);
    /// @notice Only an expired transaction can be cleared away.
    error ExecutionModuleNotExpired(uint256 proposalId, uint48 expiresAt);
    /// @notice Its actions have run.
    error ExecutionModuleAlreadyExecuted(uint256 proposalId);
    /// @notice It was cleared away.
    error ExecutionModuleAlreadyCancelled(uint256 proposalId);
    /// @notice In a pause only an EMERGENCY is carried out.
    error ExecutionModulePaused();
    /// @notice What UPGRADE proposals may call here and on ProxyAdmins is fixed, so that no entry of the table can shut
    ///         the way back; and POLICY calls nothing.
    error ExecutionModuleTargetReserved(ProposalType proposalType, address target);
    /// @notice The proxy's admin is not owned by this contract, or the proxy does not name itself.
    error ExecutionModuleProxyUnfit(address proxy);
    /// @notice After the upgrade the contract behind this proxy has another name, an older storage, or failed its own
    ///         check; the whole proposal is undone.
    error ExecutionModuleSelfCheckFailed(address proxy);
    /// @notice A self-check after an upgrade found this part of the contract's state or of its neighbours wrong.
    error ExecutionModuleBroken(bytes32 what);

    // -------------------------------------------------------------- transactions

    /// @notice Takes in an adopted proposal with the delay and grace sealed at its activation.
    /// @dev Requirements:
    /// - the caller is the ProposalManager;
    /// - the proposal was not queued before.
    ///
    /// Emits {TransactionQueued}. An UPGRADE waits at least until the last vote that is open or pending now is over.
    function queueTransaction(
        uint256 proposalId,
        ProposalType proposalType,
        bytes32 actionsHash,
        uint48 executionDelay,
        uint48 gracePeriod
    ) external returns (uint48 executionTime, uint48 expiresAt);
    /// @notice Runs all actions or none.
    /// @dev Requirements:
    /// - the caller is the ProposalManager;
    /// - the time is in [executionTime, expiresAt);
    /// - no pause is on, unless the proposal is an EMERGENCY;
    /// - the actions keep to what their type may call now;
    /// - every proxy that an UPGRADE touched passes its check.
    ///
    /// Emits {TransactionExecuted}.
    function executeTransaction(uint256 proposalId, ProposalType proposalType, Action[] calldata actions) external;
    /// @notice Anyone clears away a transaction that has expired.
    /// @dev Emits {TransactionCancelled}.
    function cancelTransaction(uint256 proposalId) external;
    /// @notice (executionTime, expiresAt), both shifted by time spent paused; zeros if not queued.
    function schedule(uint256 proposalId) external view returns (uint48 executionTime, uint48 expiresAt);
    /// @notice Whether the proposal's actions have run.
    function isExecuted(uint256 proposalId) external view returns (bool);
    /// @notice The proposal whose actions run at this moment; (0, POLICY) when none.
    function running() external view returns (uint256 proposalId, ProposalType proposalType);

    // ------------------------------------------------------------------- targets

    /// @notice Reverts when the actions leave the bounds of their type.
    /// @dev Requirements:
    /// - PARAMETER, ROLE, UPGRADE and EMERGENCY have 1 to 16 actions, BUDGET up to 16, POLICY none;
    /// - each sends no value and calls an allowed function of an allowed contract;
    /// - in an UPGRADE a proxy is upgraded through its own ProxyAdmin;
    /// - an EMERGENCY lifts no pause that has not begun, and grants and revokes no role but GUARDIAN;
    /// - the data of a ROLE proposal is small enough to run in one transaction.
    function checkActions(ProposalType proposalType, Action[] calldata actions) external view;
    /// @notice Whether proposals of this type may call this function of this contract.
    function isAllowed(ProposalType proposalType, address target, bytes4 selector) external view returns (bool);
    /// @notice The ProxyAdmin through which `proxy` is upgraded; zero if it isn't part of the deployment.
    function proxyAdminOf(address proxy) external view returns (address);
    /// @notice Lets proposals of a type call a function, or ends that. Only through an executed UPGRADE proposal.
    /// @dev Requirements:
    /// - the caller is this contract;
    /// - the type is not POLICY, the target neither this contract nor a ProxyAdmin.
    ///
    /// Emits {TargetAllowed}, also when nothing changes.
    function setTarget(ProposalType proposalType, address target, bytes4 selector, bool allowed) external;
    /// @notice Takes a new proxy under the rule of UPGRADE proposals. Only through an executed UPGRADE proposal.
    /// @dev Requirements:
    /// - the caller is this contract;
    /// - the first contract that the proxy made is a ProxyAdmin that this contract owns;
    /// - the proxy answers `contractName()`, the name it has to keep.
    ///
    /// Emits {TargetAllowed} and {ProxyRegistered}, also when nothing changes.
    function registerProxy(address proxy) external;
}
