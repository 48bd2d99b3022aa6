// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ProposalState, ProposalType} from "../../interfaces/GovernanceTypes.sol";
import {IExecutionModule} from "../../interfaces/IExecutionModule.sol";
import {IGovernanceCore} from "../../interfaces/IGovernanceCore.sol";
import {IProposalManager} from "../../interfaces/IProposalManager.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {TypedData} from "../../lib/TypedData.sol";

/// @title What every part of the ProposalManager shares: its storage, its errors, a proposal's state and hash.
/// @dev Stores what can't be derived; what time and tally decide is computed.
abstract contract ManagerBase is IProposalManager, TypedData {
    /// @dev What was decided about a proposal, as opposed to what time makes of it.
    enum Status {
        DRAFT,
        ACTIVATED,
        QUEUED,
        EXECUTED,
        CANCELLED
    }

    /// @dev Three slots; contentHash follows from them and is not stored.
    struct Draft {
        address proposer;
        uint40 createdAt;
        uint24 endorsements;
        /// Number of the strategy in GovernanceCore.
        uint16 strategyId;
        ProposalType proposalType;
        Status status;
        bytes32 metadataHash;
        bytes32 actionsHash;
    }

    /// @dev The rules fixed at activation; one slot.
    struct Terms {
        uint48 voteStart;
        uint48 gracePeriod;
        uint16 quorumPercentage;
    }

    /// @dev One administrator's wish to cancel.
    struct CancelRequest {
        address administrator;
        uint48 expiresAt;
    }

    /// @custom:storage-location erc7201:civicportal.storage.ProposalManager
    struct ManagerStorage {
        address core;
        address votingEngine;
        address roleManager;
        address executionModule;
        uint256 proposalCount;
        mapping(uint256 proposalId => Draft) drafts;
        mapping(uint256 proposalId => Terms) terms;
        mapping(bytes32 contentHash => uint256 proposalId) byContent;
        mapping(uint256 proposalId => mapping(address account => bool)) endorsed;
        mapping(uint256 proposalId => CancelRequest) cancelRequests;
    }

    bytes32 private constant STORAGE = 0x1365c860d8206e8b02b82704952446c52831a20979a7ee9f8747182e328e2600;

    bytes32 internal constant ADMINISTRATOR = keccak256("ADMINISTRATOR");

    error ProposalManagerUnauthorized(address caller);
    error ProposalManagerUnknownProposal(uint256 proposalId);
    error ProposalManagerSignatureExpired(uint48 deadline);
    error ProposalManagerInvalidSignature();
    error ProposalManagerUnknownStrategy(address strategy);
    error ProposalManagerZeroMetadata();
    /// @notice The same proposer made this proposal already.
    error ProposalManagerDuplicate(uint256 proposalId);
    error ProposalManagerNotCitizen(address account);
    error ProposalManagerBelowThreshold(address proposer, uint256 power, uint256 threshold);
    error ProposalManagerUnexpectedState(uint256 proposalId, ProposalState current);
    error ProposalManagerAlreadyEndorsed(uint256 proposalId, address account);
    /// @notice Not an administrator, and the review period or the endorsements are not there yet.
    error ProposalManagerNotReady(uint256 proposalId, uint48 readyAt, uint32 endorsements, uint32 needed);
    /// @notice The opening must lie ahead, at most 30 days.
    error ProposalManagerVoteStartOutOfRange(uint48 voteStart);
    error ProposalManagerActionsChanged(uint256 proposalId);
    error ProposalManagerNotActivated(uint256 proposalId);
    /// @notice The request stands; the identical call must come from an administrator who is another person.
    error ProposalManagerSecondPersonNeeded(uint256 proposalId);

    /// @inheritdoc IProposalManager
    function state(uint256 proposalId) public view returns (ProposalState) {
        ManagerStorage storage $ = _storage();
        Status status = _known(proposalId).status;
        if (status == Status.DRAFT) return ProposalState.DRAFT;
        if (status == Status.CANCELLED) return ProposalState.CANCELLED;
        if (status == Status.EXECUTED) return ProposalState.EXECUTED;
        if (status == Status.QUEUED) {
            (, uint48 expiresAt) = IExecutionModule($.executionModule).schedule(proposalId);
            return block.timestamp < expiresAt ? ProposalState.QUEUED : ProposalState.EXPIRED;
        }
        Terms memory terms = $.terms[proposalId];
        if (block.timestamp < terms.voteStart) return ProposalState.PENDING;
        (uint48 voteEnd, uint256 againstVotes, uint256 forVotes, , uint256 supply, uint256 turnout) = IVotingEngine(
            $.votingEngine
        ).result(proposalId);
        if (block.timestamp < voteEnd) return ProposalState.ACTIVE;
        if (forVotes <= againstVotes || turnout < _needed(supply, terms.quorumPercentage)) {
            return ProposalState.DEFEATED;
        }
        return block.timestamp < voteEnd + terms.gracePeriod ? ProposalState.SUCCEEDED : ProposalState.EXPIRED;
    }

    function _storage() internal pure returns (ManagerStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }

    /// @inheritdoc TypedData
    function _domainName() internal pure override returns (string memory) {
        return "ProposalManager";
    }

    function _checkSignature(
        address signer,
        uint48 deadline,
        bytes32 structHash,
        bytes calldata signature
    ) internal view {
        if (block.timestamp > deadline) revert ProposalManagerSignatureExpired(deadline);
        if (!_isSignedBy(signer, _digest(structHash), signature)) revert ProposalManagerInvalidSignature();
    }

    function _known(uint256 proposalId) internal view returns (Draft storage draft) {
        draft = _storage().drafts[proposalId];
        if (draft.proposer == address(0)) revert ProposalManagerUnknownProposal(proposalId);
    }

    function _inState(uint256 proposalId, ProposalState wanted) internal view returns (Draft storage draft) {
        draft = _known(proposalId);
        ProposalState current = state(proposalId);
        if (current != wanted) revert ProposalManagerUnexpectedState(proposalId, current);
    }

    function _hashContent(
        address proposer,
        ProposalType proposalType,
        bytes32 metadataHash,
        bytes32 actionsHash,
        address strategy
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(proposer, uint8(proposalType), metadataHash, actionsHash, strategy));
    }

    function _contentHash(Draft storage draft) internal view returns (bytes32) {
        return
            _hashContent(
                draft.proposer,
                draft.proposalType,
                draft.metadataHash,
                draft.actionsHash,
                IGovernanceCore(_storage().core).strategyAt(draft.strategyId)
            );
    }

    /// @dev Turnout needed of `supply`, rounded up.
    function _needed(uint256 supply, uint16 percentage) internal pure returns (uint256) {
        return (supply * percentage + 99) / 100;
    }
}
