// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ProposalState, ProposalType} from "../../interfaces/GovernanceTypes.sol";
import {IProposalManager} from "../../interfaces/IProposalManager.sol";
import {IRoleManager} from "../../interfaces/IRoleManager.sol";
import {TwoPersons} from "../../lib/TwoPersons.sol";
import {ManagerBase} from "./ManagerBase.sol";

/// @title Calling a proposal off before its vote opens: by its proposer, or by two administrators.
/// @custom:security-contact security@civicportal.example
abstract contract Cancellations is ManagerBase {
    using TwoPersons for TwoPersons.Half;

    bytes32 private constant CANCEL_TYPEHASH = keccak256(
        "CancelProposal(string statement,uint256 proposalId,bytes32 contentHash,bytes32 reasonHash,address canceller,uint256 nonce,uint48 deadline)"
    );
    /// @dev What a wish is about, a proposal's end, happens once; there is no later state to tell apart.
    uint48 private constant STAMP = 0;

    /// @notice How long a wish to cancel waits for its second administrator. In seconds.
    uint48 public constant CANCEL_REQUEST_LIFETIME = 7 days;

    /// @inheritdoc IProposalManager
    function cancelProposal(uint256 proposalId, bytes32 reasonHash) external {
        _cancel(proposalId, reasonHash, msg.sender);
    }

    /// @inheritdoc IProposalManager
    function cancelProposalBySig(
        uint256 proposalId,
        bytes32 reasonHash,
        address canceller,
        uint256 nonce,
        uint48 deadline,
        bytes calldata signature
    ) external {
        bytes32 structHash = keccak256(
            abi.encode(
                CANCEL_TYPEHASH,
                _hashSentence(_statements.cancellation(proposalId)),
                proposalId,
                _contentHash(_known(proposalId)),
                reasonHash,
                canceller,
                nonce,
                deadline
            )
        );
        _checkSignature(canceller, deadline, structHash, signature);
        uint256 current = _storage().nonces[canceller];
        if (nonce != current) revert ProposalManagerInvalidNonce(canceller, current);
        _useNonce(canceller);
        _cancel(proposalId, reasonHash, canceller);
    }

    /// @inheritdoc IProposalManager
    function withdrawCancellation(uint256 proposalId) external {
        _storage().cancelRequests[proposalId].withdraw(msg.sender);
        emit ProposalCancellationWithdrawn(proposalId, msg.sender);
    }

    /// @inheritdoc IProposalManager
    function invalidateNonce() external {
        _useNonce(msg.sender);
    }

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IProposalManager
    function cancellationRequest(
        uint256 proposalId
    ) external view returns (address administrator, uint48 expiresAt) {
        ManagerStorage storage $ = _storage();
        TwoPersons.Half storage half = $.cancelRequests[proposalId];
        Draft storage draft = _known(proposalId);
        if (!_isBeforeVote(state(proposalId)) || !_officersMay(proposalId, draft.proposalType)) return (address(0), 0);
        if (!half.isOpen(IRoleManager($.roleManager), ADMINISTRATOR, STAMP, CANCEL_REQUEST_LIFETIME)) {
            return (address(0), 0);
        }
        return (half.first, half.expiresAt);
    }

    /// @inheritdoc IProposalManager
    function nonces(address account) external view returns (uint256) {
        return _storage().nonces[account];
    }

    // ----------------------------------------------------------------- internal

    function _cancel(uint256 proposalId, bytes32 reasonHash, address canceller) private {
        ManagerStorage storage $ = _storage();
        Draft storage draft = _known(proposalId);
        ProposalState current = state(proposalId);
        if (!_isBeforeVote(current)) revert ProposalManagerUnexpectedState(proposalId, current);
        if (!_proposerMay(proposalId, draft, current, canceller)) {
            if (!_secondAdministrator(proposalId, draft, reasonHash, canceller)) return;
        }
        draft.status = Status.CANCELLED;
        $.cancelRequests[proposalId].clear();
        if (current == ProposalState.PENDING) _box($.terms[proposalId].box).closeWindow(proposalId);
        emit ProposalCancelled(proposalId, canceller, reasonHash);
    }

    /// @dev Once others have backed a vote that was set, it is theirs too, and not one person's to sell.
    function _proposerMay(
        uint256 proposalId,
        Draft storage draft,
        ProposalState current,
        address canceller
    ) private view returns (bool) {
        if (canceller != draft.proposer) return false;
        return current == ProposalState.DRAFT || !_storage().endorsed[proposalId];
    }

    /// @dev True if another person, still an administrator, asked the same within 7 days; else notes the wish.
    function _secondAdministrator(
        uint256 proposalId,
        Draft storage draft,
        bytes32 reasonHash,
        address administrator
    ) private returns (bool agreed) {
        ManagerStorage storage $ = _storage();
        IRoleManager roles = IRoleManager($.roleManager);
        bool officer = roles.hasRole(ADMINISTRATOR, administrator);
        if (!officer && administrator != draft.proposer) revert ProposalManagerUnauthorized(administrator);
        if (!officer || !_officersMay(proposalId, draft.proposalType)) {
            revert ProposalManagerNotCancellable(proposalId);
        }
        if (reasonHash == 0) revert ProposalManagerReasonNeeded(proposalId);
        TwoPersons.Half storage half = $.cancelRequests[proposalId];
        agreed = half.ask(roles, ADMINISTRATOR, administrator, STAMP, CANCEL_REQUEST_LIFETIME);
        if (!agreed) emit ProposalCancellationRequested(proposalId, administrator, reasonHash, half.expiresAt);
    }

    /// @dev Whether two administrators may still stop this proposal. Endorsements once reached count even if struck
    ///      since: who revokes the endorsers gains nothing.
    function _officersMay(uint256 proposalId, ProposalType proposalType) private view returns (bool) {
        return proposalType != ProposalType.EMERGENCY && !_storage().endorsed[proposalId];
    }

    function _isBeforeVote(ProposalState current) private pure returns (bool) {
        return current == ProposalState.DRAFT || current == ProposalState.PENDING;
    }

    function _useNonce(address account) private {
        emit NonceUsed(account, _storage().nonces[account]++);
    }
}
