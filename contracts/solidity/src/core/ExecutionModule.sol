// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {SlotDerivation} from "@openzeppelin/contracts/utils/SlotDerivation.sol";
import {TransientSlot} from "@openzeppelin/contracts/utils/TransientSlot.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {Action, ProposalType} from "../interfaces/GovernanceTypes.sol";
import {IExecutionModule} from "../interfaces/IExecutionModule.sol";
import {IGovernanceCore} from "../interfaces/IGovernanceCore.sol";
import {IProposalManager} from "../interfaces/IProposalManager.sol";
import {IUpgradeChecked} from "../interfaces/IUpgradeChecked.sol";
import {IVotingEngine} from "../interfaces/IVotingEngine.sol";
import {Targets} from "./execution/Targets.sol";

/// @title The timelock: runs adopted proposals after their delay and owns every ProxyAdmin.
/// @dev Takes whole proposals, from the ProposalManager only, which holds their actions to the hash they were created
///      with. What a proposal may call is bound by its type.
/// @custom:security-contact security@civicportal.example
contract ExecutionModule is Targets, IUpgradeChecked, ERC165, Initializable, ReentrancyGuardTransient {
    using SlotDerivation for bytes32;
    using TransientSlot for *;

    /// @dev ERC-7201 slot of "civicportal.transient.ExecutionModule": the running proposal's number, then its type.
    bytes32 private constant RUNNING = 0xf10652658a85632c51a5ed0e1bd9a1cedabc2cf6be51fb9ba4faf3a0eeffe500;

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
    /// @param proxies Every proxy of the deployment; they need not exist yet.
    /// @param names What each of them has to call itself after an upgrade.
    function initialize(
        address core,
        address proposalManager,
        address votingEngine,
        address roleManager,
        address[] calldata proxies,
        bytes32[] calldata names
    ) external initializer {
        ExecutionStorage storage $ = _storage();
        $.core = core;
        $.proposalManager = proposalManager;
        $.votingEngine = votingEngine;
        $.roleManager = roleManager;
        _initializeTargets(core, roleManager);
        for (uint256 i; i < proxies.length; ++i) {
            _registerProxy(proxies[i], names[i]);
        }
    }

    /// @inheritdoc IExecutionModule
    function queueTransaction(
        uint256 proposalId,
        ProposalType proposalType,
        bytes32 actionsHash,
        uint48 executionDelay,
        uint48 gracePeriod
    ) external onlyManager returns (uint48 executionTime, uint48 expiresAt) {
        ExecutionStorage storage $ = _storage();
        if ($.queue[proposalId].executionTime != 0) revert ExecutionModuleAlreadyQueued(proposalId);
        IVotingEngine engine = IVotingEngine($.votingEngine);
        if (proposalType == ProposalType.UPGRADE) {
            // No vote that is open or announced may be counted by code that its voters didn't know.
            uint48 remaining = engine.remainingVotingTime();
            if (remaining > executionDelay) executionDelay = remaining;
        }
        executionTime = uint48(block.timestamp) + executionDelay;
        expiresAt = executionTime + gracePeriod;
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
    ) external onlyManager nonReentrant {
        _checkDue(proposalId, proposalType);
        // What a type may call may have changed since the proposal was made.
        _checkActions(proposalType, actions);
        _storage().queue[proposalId].executed = true;
        _setRunning(proposalId, proposalType);
        bool upgrades = proposalType == ProposalType.UPGRADE;
        uint256[] memory versions = upgrades ? _versionsBefore(actions) : new uint256[](0);
        for (uint256 i; i < actions.length; ++i) {
            Address.functionCall(actions[i].target, actions[i].data);
        }
        if (upgrades) _checkUpgraded(actions, versions);
        _setRunning(0, ProposalType.POLICY);
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

    // -------------------------------------------------------------------- reads

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

    /// @inheritdoc IExecutionModule
    function running() external view returns (uint256 proposalId, ProposalType proposalType) {
        proposalId = RUNNING.asUint256().tload();
        proposalType = ProposalType(RUNNING.offset(1).asUint256().tload());
    }

    // ---------------------------------------------------------------- self-check

    /// @inheritdoc IUpgradeChecked
    function contractName() external pure returns (bytes32) {
        return "ExecutionModule";
    }

    /// @inheritdoc IUpgradeChecked
    function storageVersion() external pure returns (uint64) {
        return 1;
    }

    /// @notice Reverts unless GovernanceCore still names this contract and the neighbours it knows.
    /// @inheritdoc IUpgradeChecked
    function selfCheck() external view {
        ExecutionStorage storage $ = _storage();
        IGovernanceCore core = IGovernanceCore($.core);
        if (core.executionModule() != address(this)) revert ExecutionModuleBroken("ExecutionModule");
        if (core.proposalManager() != $.proposalManager) revert ExecutionModuleBroken("ProposalManager");
        if (core.votingEngine() != $.votingEngine) revert ExecutionModuleBroken("VotingEngine");
        if (core.roleManager() != $.roleManager) revert ExecutionModuleBroken("RoleManager");
    }

    /// @inheritdoc ERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return
            interfaceId == type(IExecutionModule).interfaceId ||
            interfaceId == type(IUpgradeChecked).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    // ----------------------------------------------------------------- internal

    function _setRunning(uint256 proposalId, ProposalType proposalType) private {
        RUNNING.asUint256().tstore(proposalId);
        RUNNING.offset(1).asUint256().tstore(uint256(proposalType));
    }

    /// @dev Reverts unless the transaction can be carried out at this moment.
    function _checkDue(uint256 proposalId, ProposalType proposalType) private view {
        ExecutionStorage storage $ = _storage();
        Transaction memory transaction = $.queue[proposalId];
        if (transaction.executionTime == 0 || transaction.proposalType != proposalType) {
            revert ExecutionModuleNotQueued(proposalId);
        }
        if (transaction.executed) revert ExecutionModuleAlreadyExecuted(proposalId);
        (bool isPaused, uint64 secondsPaused, ) = IVotingEngine($.votingEngine).pauseState();
        if (isPaused && proposalType != ProposalType.EMERGENCY) revert ExecutionModulePaused();
        (uint48 executionTime, uint48 expiresAt) = _shifted(transaction, secondsPaused);
        if (block.timestamp < executionTime) revert ExecutionModuleTooEarly(proposalId, executionTime);
        if (block.timestamp >= expiresAt) revert ExecutionModuleExpired(proposalId, expiresAt);
    }

    /// @dev Both times moved by the pauses since queueing; emergencies are carried out in a pause and stand still.
    function _shifted(Transaction memory transaction, uint64 secondsPaused) private pure returns (uint48, uint48) {
        if (transaction.proposalType == ProposalType.EMERGENCY) {
            return (transaction.executionTime, transaction.expiresAt);
        }
        uint48 shift = uint48(secondsPaused) - transaction.pausedBefore;
        return (transaction.executionTime + shift, transaction.expiresAt + shift);
    }
}
