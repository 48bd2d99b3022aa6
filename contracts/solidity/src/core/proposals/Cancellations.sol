// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ProposalState} from "../../interfaces/GovernanceTypes.sol";
import {IProposalManager} from "../../interfaces/IProposalManager.sol";
import {IRoleManager} from "../../interfaces/IRoleManager.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {ManagerBase} from "./ManagerBase.sol";

/// @title Calling a proposal off before its vote opens: by its proposer, or by two administrators.
abstract contract Cancellations is ManagerBase {
    bytes32 private constant CANCEL_TYPEHASH = keccak256(
        "CancelProposal(uint256 proposalId,bytes32 contentHash,address canceller,uint48 deadline)"
    );

    /// @notice How long a wish to cancel waits for its second administrator. In seconds.
    uint48 public constant CANCEL_REQUEST_LIFETIME = 7 days;

    /// @inheritdoc IProposalManager
    function cancelProposal(uint256 proposalId) external {
        _cancel(proposalId, msg.sender);
    }

    /// @inheritdoc IProposalManager
    function cancelProposalBySig(
        uint256 proposalId,
        address canceller,
        uint48 deadline,
        bytes calldata signature
    ) external {
        bytes32 contentHash = _contentHash(_known(proposalId));
        _checkSignature(
            canceller,
            deadline,
            keccak256(abi.encode(CANCEL_TYPEHASH, proposalId, contentHash, canceller, deadline)),
            signature
        );
        _cancel(proposalId, canceller);
    }

    function _cancel(uint256 proposalId, address canceller) private {
        ManagerStorage storage $ = _storage();
        Draft storage draft = _known(proposalId);
        ProposalState current = state(proposalId);
        if (current != ProposalState.DRAFT && current != ProposalState.PENDING) {
            revert ProposalManagerUnexpectedState(proposalId, current);
        }
        if (canceller != draft.proposer && !_secondAdministrator($, proposalId, canceller)) return;
        draft.status = Status.CANCELLED;
        delete $.cancelRequests[proposalId];
        if (current == ProposalState.PENDING) IVotingEngine($.votingEngine).closeWindow(proposalId);
        emit ProposalCancelled(proposalId, canceller);
    }

    /// @dev True if another person, still an administrator, asked the same within 7 days; else notes the request.
    function _secondAdministrator(
        ManagerStorage storage $,
        uint256 proposalId,
        address administrator
    ) private returns (bool) {
        IRoleManager roles = IRoleManager($.roleManager);
        if (!roles.hasRole(ADMINISTRATOR, administrator)) revert ProposalManagerUnauthorized(administrator);
        CancelRequest memory request = $.cancelRequests[proposalId];
        if (block.timestamp < request.expiresAt && roles.hasRole(ADMINISTRATOR, request.administrator)) {
            if (roles.personOf(request.administrator) == roles.personOf(administrator)) {
                revert ProposalManagerSecondPersonNeeded(proposalId);
            }
            return true;
        }
        $.cancelRequests[proposalId] = CancelRequest({
            administrator: administrator,
            expiresAt: uint48(block.timestamp) + CANCEL_REQUEST_LIFETIME
        });
        emit ProposalCancellationRequested(proposalId, administrator);
        return false;
    }
}
