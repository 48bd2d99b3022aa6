// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ProxyAdmin} from "@openzeppelin/contracts/proxy/transparent/ProxyAdmin.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {Action, ProposalType} from "../interfaces/GovernanceTypes.sol";
import {IExecutionModule} from "../interfaces/IExecutionModule.sol";
import {IGovernanceCore} from "../interfaces/IGovernanceCore.sol";
import {IProposalManager} from "../interfaces/IProposalManager.sol";
import {IRoleManager} from "../interfaces/IRoleManager.sol";
import {IVotingEngine} from "../interfaces/IVotingEngine.sol";

/// @title The timelock: runs adopted proposals after their delay and owns every ProxyAdmin.
/// @dev Takes whole proposals, from the ProposalManager only, which holds their actions to the hash they were created
///      with. What a proposal may call is bound by its type.
contract ExecutionModule is IExecutionModule, Initializable, ReentrancyGuardTransient {
    /// @dev One slot.
    struct Transaction {
        uint48 executionTime;
        uint48 expiresAt;
        /// Seconds already spent paused when the proposal was queued.
        uint48 pausedBefore;
        ProposalType proposalType;
        bool executed;
        bool cancelled;
    }

    /// @custom:storage-location erc7201:civicportal.storage.ExecutionModule
    struct ExecutionStorage {
        address core;
        address proposalManager;
        address votingEngine;
        address roleManager;
        /// The ProxyAdmin of each proxy of the deployment, zero for other addresses.
        mapping(address proxy => address) adminOf;
        mapping(uint256 proposalId => Transaction) queue;
    }

    bytes32 private constant STORAGE = 0x59fe9e9d3e723fa0b5c90e1fc7c4a589639bc15e57418086cb5ee6b1d4a1b700;
    bytes32 private constant GUARDIAN = keccak256("GUARDIAN");

    /// @notice Most actions of one proposal.
    uint256 public constant MAX_ACTIONS = 16;

    error ExecutionModuleUnauthorized(address caller);
    /// @notice A proposal of this type has no action, needs one, or has more than 16.
    error ExecutionModuleActionCount(ProposalType proposalType, uint256 count);
    /// @notice Action number `index` leaves the bounds of its type, or sends value.
    error ExecutionModuleTargetNotAllowed(ProposalType proposalType, uint256 index);
    error ExecutionModuleAlreadyQueued(uint256 proposalId);
    error ExecutionModuleNotQueued(uint256 proposalId);
    error ExecutionModuleTooEarly(uint256 proposalId, uint48 executionTime);
    error ExecutionModuleExpired(uint256 proposalId, uint48 expiresAt);
    error ExecutionModuleNotExpired(uint256 proposalId, uint48 expiresAt);
    error ExecutionModuleAlreadyExecuted(uint256 proposalId);
    error ExecutionModuleAlreadyCancelled(uint256 proposalId);
    error ExecutionModulePaused();
    /// @notice No action of today's types takes value.
    error ExecutionModuleValueNotTaken(uint256 value);

    modifier onlyManager() {
        if (msg.sender != _storage().proposalManager) revert ExecutionModuleUnauthorized(msg.sender);
        _;
    }

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Names the contracts of the deployment and the proxies this one may upgrade.
    /// @param core GovernanceCore.
    /// @param proposalManager The only source of transactions.
    /// @param votingEngine Holds the pause clock.
    /// @param roleManager Target of ROLE proposals.
    /// @param proxies Every proxy of the deployment. A ProxyAdmin is the first contract its proxy made, so its address
    ///        follows from the proxy's.
    function initialize(
        address core,
        address proposalManager,
        address votingEngine,
        address roleManager,
        address[] calldata proxies
    ) external initializer {
        ExecutionStorage storage $ = _storage();
        $.core = core;
        $.proposalManager = proposalManager;
        $.votingEngine = votingEngine;
        $.roleManager = roleManager;
        for (uint256 i; i < proxies.length; ++i) {
            bytes32 digest = keccak256(abi.encodePacked(bytes2(0xd694), proxies[i], bytes1(0x01)));
            $.adminOf[proxies[i]] = address(uint160(uint256(digest)));
        }
    }

    /// @inheritdoc IExecutionModule
    function queueTransaction(
        uint256 proposalId,
        ProposalType proposalType,
        bytes32 actionsHash
    ) external onlyManager returns (uint48 executionTime, uint48 expiresAt) {
        ExecutionStorage storage $ = _storage();
        if ($.queue[proposalId].executionTime != 0) revert ExecutionModuleAlreadyQueued(proposalId);
        IGovernanceCore core = IGovernanceCore($.core);
        IVotingEngine engine = IVotingEngine($.votingEngine);
        uint48 delay = core.executionDelay();
        if (proposalType == ProposalType.UPGRADE) {
            // Nobody's open vote may be counted by a contract they didn't know when they cast it.
            uint48 longest = engine.longestOpenPeriod();
            if (longest > delay) delay = longest;
        }
        executionTime = uint48(block.timestamp) + delay;
        expiresAt = executionTime + core.gracePeriod();
        $.queue[proposalId] = Transaction({
            executionTime: executionTime,
            expiresAt: expiresAt,
            pausedBefore: uint48(engine.pausedSeconds()),
            proposalType: proposalType,
            executed: false,
            cancelled: false
        });
        emit TransactionQueued(proposalId, actionsHash, executionTime, expiresAt);
    }

    /// @inheritdoc IExecutionModule
    function executeTransaction(
        uint256 proposalId,
        ProposalType proposalType,
        Action[] calldata actions
    ) external payable onlyManager nonReentrant {
        ExecutionStorage storage $ = _storage();
        Transaction memory transaction = $.queue[proposalId];
        if (msg.value != 0) revert ExecutionModuleValueNotTaken(msg.value);
        if (transaction.executionTime == 0 || transaction.proposalType != proposalType) {
            revert ExecutionModuleNotQueued(proposalId);
        }
        if (transaction.executed) revert ExecutionModuleAlreadyExecuted(proposalId);
        (bool isPaused, uint64 secondsPaused, ) = IVotingEngine($.votingEngine).pauseState();
        if (isPaused && proposalType != ProposalType.EMERGENCY) revert ExecutionModulePaused();
        (uint48 executionTime, uint48 expiresAt) = _shifted(transaction, secondsPaused);
        if (block.timestamp < executionTime) revert ExecutionModuleTooEarly(proposalId, executionTime);
        if (block.timestamp >= expiresAt) revert ExecutionModuleExpired(proposalId, expiresAt);
        // The bounds are code, and code may have been upgraded since the proposal was made.
        _checkActions($, proposalType, actions);
        $.queue[proposalId].executed = true;
        for (uint256 i; i < actions.length; ++i) {
            Address.functionCall(actions[i].target, actions[i].data);
        }
        emit TransactionExecuted(proposalId, keccak256(abi.encode(actions)));
    }

    /// @inheritdoc IExecutionModule
    function cancelTransaction(uint256 proposalId) external {
        ExecutionStorage storage $ = _storage();
        Transaction memory transaction = $.queue[proposalId];
        if (transaction.executionTime == 0) revert ExecutionModuleNotQueued(proposalId);
        if (transaction.executed) revert ExecutionModuleAlreadyExecuted(proposalId);
        if (transaction.cancelled) revert ExecutionModuleAlreadyCancelled(proposalId);
        (, uint64 secondsPaused, ) = IVotingEngine($.votingEngine).pauseState();
        (, uint48 expiresAt) = _shifted(transaction, secondsPaused);
        if (block.timestamp < expiresAt) revert ExecutionModuleNotExpired(proposalId, expiresAt);
        $.queue[proposalId].cancelled = true;
        emit TransactionCancelled(proposalId, IProposalManager($.proposalManager).getProposal(proposalId).actionsHash);
    }

    /// @inheritdoc IExecutionModule
    function checkActions(ProposalType proposalType, Action[] calldata actions) external view {
        _checkActions(_storage(), proposalType, actions);
    }

    /// @inheritdoc IExecutionModule
    function schedule(uint256 proposalId) external view returns (uint48 executionTime, uint48 expiresAt) {
        ExecutionStorage storage $ = _storage();
        Transaction memory transaction = $.queue[proposalId];
        if (transaction.executionTime == 0) return (0, 0);
        (, uint64 secondsPaused, ) = IVotingEngine($.votingEngine).pauseState();
        return _shifted(transaction, secondsPaused);
    }

    /// @inheritdoc IExecutionModule
    function isExecuted(uint256 proposalId) external view returns (bool) {
        return _storage().queue[proposalId].executed;
    }

    /// @notice The ProxyAdmin through which `proxy` is upgraded; zero if it isn't part of the deployment.
    function proxyAdminOf(address proxy) external view returns (address) {
        return _storage().adminOf[proxy];
    }

    // ----------------------------------------------------------------- internal

    function _storage() private pure returns (ExecutionStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }

    /// @dev Both times moved by the pauses since queueing; emergencies are carried out in a pause and stand still.
    function _shifted(Transaction memory transaction, uint64 secondsPaused) private pure returns (uint48, uint48) {
        if (transaction.proposalType == ProposalType.EMERGENCY) {
            return (transaction.executionTime, transaction.expiresAt);
        }
        uint48 shift = uint48(secondsPaused) - transaction.pausedBefore;
        return (transaction.executionTime + shift, transaction.expiresAt + shift);
    }

    function _checkActions(
        ExecutionStorage storage $,
        ProposalType proposalType,
        Action[] calldata actions
    ) private view {
        // A resolution about money needs no action; the treasury, once there is one, widens this.
        bool none = proposalType == ProposalType.POLICY || proposalType == ProposalType.BUDGET;
        if (none ? actions.length != 0 : actions.length == 0 || actions.length > MAX_ACTIONS) {
            revert ExecutionModuleActionCount(proposalType, actions.length);
        }
        for (uint256 i; i < actions.length; ++i) {
            Action calldata action = actions[i];
            if (
                action.value != 0 || action.data.length < 4 || !_isAllowed($, proposalType, action.target, action.data)
            ) {
                revert ExecutionModuleTargetNotAllowed(proposalType, i);
            }
        }
    }

    function _isAllowed(
        ExecutionStorage storage $,
        ProposalType proposalType,
        address target,
        bytes calldata data
    ) private view returns (bool) {
        bytes4 selector = bytes4(data);
        if (proposalType == ProposalType.PARAMETER) {
            return
                target == $.core &&
                (selector == IGovernanceCore.updateGovernanceParams.selector ||
                    selector == IGovernanceCore.registerStrategy.selector);
        }
        if (proposalType == ProposalType.ROLE) {
            return
                target == $.roleManager &&
                (selector == IRoleManager.grantRole.selector ||
                    selector == IRoleManager.revokeRole.selector ||
                    selector == IRoleManager.grantTemporaryRole.selector ||
                    selector == IRoleManager.grantRoles.selector ||
                    selector == IRoleManager.revokeRoles.selector ||
                    selector == IRoleManager.identifyOfficer.selector);
        }
        if (proposalType == ProposalType.UPGRADE) {
            if (selector != ProxyAdmin.upgradeAndCall.selector || data.length < 36) return false;
            address admin = $.adminOf[address(uint160(uint256(bytes32(data[4:36]))))];
            return admin != address(0) && target == admin;
        }
        // EMERGENCY
        if (target == $.core) return selector == IGovernanceCore.unpause.selector && data.length == 4;
        return
            target == $.roleManager &&
            selector == IRoleManager.revokeRole.selector &&
            data.length == 68 &&
            bytes32(data[4:36]) == GUARDIAN;
    }
}
