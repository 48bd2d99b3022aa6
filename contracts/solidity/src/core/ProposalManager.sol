// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {Action, ProposalState} from "../interfaces/GovernanceTypes.sol";
import {IExecutionModule} from "../interfaces/IExecutionModule.sol";
import {IGovernanceCore} from "../interfaces/IGovernanceCore.sol";
import {IProposalManager} from "../interfaces/IProposalManager.sol";
import {IVotingEngine} from "../interfaces/IVotingEngine.sol";
import {IVotingStrategy} from "../interfaces/IVotingStrategy.sol";
import {Activations} from "./proposals/Activations.sol";
import {Cancellations} from "./proposals/Cancellations.sol";
import {Drafts} from "./proposals/Drafts.sol";

/// @title Proposals from the first draft on chain to their execution.
/// @dev Made of parts in proposals/; what is left here is what follows an adopted vote. A function that calls another
///      contract of the deployment has moved its own state before, so that coming back in changes nothing.
contract ProposalManager is Drafts, Activations, Cancellations, Initializable {
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Names the other contracts of the deployment.
    /// @param core GovernanceCore: parameters and strategies.
    /// @param votingEngine VotingEngine: citizens and windows.
    /// @param roleManager RoleManager: administrators.
    /// @param executionModule ExecutionModule: the timelock.
    function initialize(
        address core,
        address votingEngine,
        address roleManager,
        address executionModule
    ) external initializer {
        ManagerStorage storage $ = _storage();
        $.core = core;
        $.votingEngine = votingEngine;
        $.roleManager = roleManager;
        $.executionModule = executionModule;
    }

    // ----------------------------------------------------------- queue, execute

    /// @inheritdoc IProposalManager
    function queueProposal(uint256 proposalId, Action[] calldata actions) external {
        ManagerStorage storage $ = _storage();
        Draft storage draft = _inState(proposalId, ProposalState.SUCCEEDED);
        bytes32 actionsHash = draft.actionsHash;
        if (keccak256(abi.encode(actions)) != actionsHash) revert ProposalManagerActionsChanged(proposalId);
        draft.status = Status.QUEUED;
        (uint48 executionTime, uint48 expiresAt) = IExecutionModule($.executionModule).queueTransaction(
            proposalId,
            draft.proposalType,
            actionsHash
        );
        emit ProposalQueued(proposalId, executionTime, expiresAt);
    }

    /// @inheritdoc IProposalManager
    function executeProposal(uint256 proposalId, Action[] calldata actions) external payable {
        Draft storage draft = _known(proposalId);
        // Delay, expiry, pause and the bounds of the type are the ExecutionModule's to check.
        if (draft.status != Status.QUEUED) revert ProposalManagerUnexpectedState(proposalId, state(proposalId));
        if (keccak256(abi.encode(actions)) != draft.actionsHash) revert ProposalManagerActionsChanged(proposalId);
        draft.status = Status.EXECUTED;
        IExecutionModule(_storage().executionModule).executeTransaction{value: msg.value}(
            proposalId,
            draft.proposalType,
            actions
        );
        emit ProposalExecuted(proposalId, msg.sender);
    }

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IProposalManager
    function getProposal(uint256 proposalId) external view returns (Proposal memory proposal) {
        ManagerStorage storage $ = _storage();
        Draft memory draft = _known(proposalId);
        Terms memory terms = $.terms[proposalId];
        proposal.id = proposalId;
        proposal.proposer = draft.proposer;
        proposal.proposalType = draft.proposalType;
        proposal.state = state(proposalId);
        proposal.createdAt = draft.createdAt;
        proposal.metadataHash = draft.metadataHash;
        proposal.actionsHash = draft.actionsHash;
        proposal.strategy = IGovernanceCore($.core).strategyAt(draft.strategyId);
        proposal.contentHash = _hashContent(
            draft.proposer,
            draft.proposalType,
            draft.metadataHash,
            draft.actionsHash,
            proposal.strategy
        );
        proposal.endorsements = draft.endorsements;
        if (terms.voteStart == 0) return proposal;
        proposal.quorumPercentage = terms.quorumPercentage;
        IVotingEngine engine = IVotingEngine($.votingEngine);
        (proposal.voteStart, proposal.voteEnd, proposal.rulesHash, ) = engine.votingWindow(proposalId);
        (proposal.againstVotes, proposal.forVotes, proposal.abstainVotes) = engine.proposalVotes(proposalId);
        (proposal.executionTime, ) = IExecutionModule($.executionModule).schedule(proposalId);
    }

    /// @inheritdoc IProposalManager
    function quorum(uint256 proposalId) external view returns (uint256) {
        ManagerStorage storage $ = _storage();
        Draft storage draft = _known(proposalId);
        Terms memory terms = $.terms[proposalId];
        if (terms.voteStart == 0) revert ProposalManagerNotActivated(proposalId);
        address strategy = IGovernanceCore($.core).strategyAt(draft.strategyId);
        return _needed(IVotingStrategy(strategy).getPastTotalSupply(terms.voteStart - 1), terms.quorumPercentage);
    }
}
