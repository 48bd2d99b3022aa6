// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Action, ProposalState} from "../../interfaces/GovernanceTypes.sol";
import {IExecutionModule} from "../../interfaces/IExecutionModule.sol";
import {IProposalManager} from "../../interfaces/IProposalManager.sol";
import {ManagerBase} from "./ManagerBase.sol";

/// @title What follows an adopted vote: the queue and the execution.
/// @dev A function that calls another contract of the deployment has moved its own state before, so that coming back in
///      changes nothing.
/// @custom:security-contact security@civicportal.example
abstract contract Outcomes is ManagerBase {
    /// @inheritdoc IProposalManager
    function queueProposal(uint256 proposalId, Action[] calldata actions) external {
        ManagerStorage storage $ = _storage();
        Draft storage draft = _inState(proposalId, ProposalState.SUCCEEDED);
        bytes32 actionsHash = draft.actionsHash;
        if (_isInWords(actionsHash)) revert ProposalManagerNothingToCarryOut(proposalId);
        if (keccak256(abi.encode(actions)) != actionsHash) revert ProposalManagerActionsChanged(proposalId);
        draft.status = Status.QUEUED;
        SealedTerms storage terms = $.terms[proposalId];
        (uint48 executionTime, uint48 expiresAt) = IExecutionModule($.executionModule).queueTransaction(
            proposalId,
            draft.proposalType,
            actionsHash,
            terms.executionDelay,
            terms.gracePeriod
        );
        emit ProposalQueued(proposalId, executionTime, expiresAt);
    }

    /// @inheritdoc IProposalManager
    function executeProposal(uint256 proposalId, Action[] calldata actions) external {
        Draft storage draft = _known(proposalId);
        // Delay, expiry, pause and the bounds of the type are the ExecutionModule's to check.
        if (draft.status != Status.QUEUED) revert ProposalManagerUnexpectedState(proposalId, state(proposalId));
        if (keccak256(abi.encode(actions)) != draft.actionsHash) revert ProposalManagerActionsChanged(proposalId);
        draft.status = Status.EXECUTED;
        IExecutionModule(_storage().executionModule).executeTransaction(proposalId, draft.proposalType, actions);
        emit ProposalExecuted(proposalId, msg.sender);
    }
}
