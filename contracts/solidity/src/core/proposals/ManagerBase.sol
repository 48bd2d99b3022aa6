// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Counting, ProposalState, ProposalType, Terms} from "../../interfaces/GovernanceTypes.sol";
import {IBallotBox} from "../../interfaces/IBallotBox.sol";
import {IExecutionModule} from "../../interfaces/IExecutionModule.sol";
import {IGovernanceCore} from "../../interfaces/IGovernanceCore.sol";
import {IProposalManager} from "../../interfaces/IProposalManager.sol";
import {IStatements} from "../../interfaces/IStatements.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {TwoPersons} from "../../lib/TwoPersons.sol";
import {TypedData} from "../../lib/TypedData.sol";

/// @title What every part of the ProposalManager shares: its storage, a proposal's state and hashes.
/// @dev Stores what can't be derived; what time and tally decide is computed.
/// @custom:security-contact security@civicportal.example
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

    /// @dev All that GovernanceCore says about opening one draft now.
    struct Opening {
        address strategy;
        Counting counting;
        uint8 box;
        bool retired;
        uint256 threshold;
        Terms terms;
    }

    /// @custom:storage-location erc7201:civicportal.storage.ProposalManager
    struct ManagerStorage {
        address core;
        address votingEngine;
        address roleManager;
        address executionModule;
        /// Beside an address that making a proposal reads anyway.
        uint96 proposalCount;
        mapping(uint256 proposalId => Draft) drafts;
        /// Zeros until activated.
        mapping(uint256 proposalId => SealedTerms) terms;
        mapping(bytes32 contentHash => uint256 proposalId) byContent;
        /// The account that endorsed, under the person's first account (see VotingEngine.originOf).
        mapping(uint256 proposalId => mapping(address origin => address endorser)) endorserOf;
        mapping(uint256 proposalId => TwoPersons.Half) cancelRequests;
        /// Whether a draft ever had the endorsements it needed.
        mapping(uint256 proposalId => bool) endorsed;
        mapping(address account => uint256) nonces;
    }

    bytes32 private constant STORAGE = 0x1365c860d8206e8b02b82704952446c52831a20979a7ee9f8747182e328e2600;
    /// @dev keccak256(abi.encode(new Action[](0))).
    bytes32 private constant NO_ACTIONS = keccak256(abi.encode(uint256(0x20), uint256(0)));
    /// @dev Names the rule by which the snapshot follows from voteStart.
    bytes32 private constant SNAPSHOT_RULE = "voteStart-1";

    bytes32 internal constant ADMINISTRATOR = keccak256("ADMINISTRATOR");

    /// @notice After this time a draft whose vote was never set has lapsed. In seconds.
    uint48 public constant DRAFT_LIFETIME = 180 days;

    IStatements internal immutable _statements;

    /// @param statements_ The sentences of the deployment's language.
    constructor(IStatements statements_) {
        _statements = statements_;
    }

    /// @inheritdoc IProposalManager
    function state(uint256 proposalId) public view returns (ProposalState) {
        Draft storage draft = _known(proposalId);
        Status status = draft.status;
        if (status == Status.DRAFT) {
            return block.timestamp < draft.createdAt + DRAFT_LIFETIME ? ProposalState.DRAFT : ProposalState.EXPIRED;
        }
        if (status == Status.CANCELLED) return ProposalState.CANCELLED;
        if (status == Status.EXECUTED) return ProposalState.EXECUTED;
        if (status == Status.QUEUED) {
            (, uint48 expiresAt) = IExecutionModule(_storage().executionModule).schedule(proposalId);
            return block.timestamp < expiresAt ? ProposalState.QUEUED : ProposalState.EXPIRED;
        }
        return _stateOfVote(proposalId, draft.actionsHash);
    }

    // ---------------------------------------------------------------- the vote

    /// @dev From the activation until somebody queues it.
    function _stateOfVote(uint256 proposalId, bytes32 actionsHash) private view returns (ProposalState) {
        SealedTerms storage terms = _storage().terms[proposalId];
        if (block.timestamp < terms.voteStart) return ProposalState.PENDING;
        (
            uint48 voteEnd,
            uint256 againstVotes,
            uint256 forVotes,
            ,
            uint256 supply,
            uint256 turnout,
            bool tallied
        ) = _box(terms.box).result(proposalId);
        if (block.timestamp < voteEnd) return ProposalState.ACTIVE;
        if (!tallied) return ProposalState.TALLYING;
        if (turnout < _needed(supply, terms.quorumPercentage)) return ProposalState.DEFEATED;
        if (!_passes(forVotes, againstVotes, terms.passingPercentage)) return ProposalState.DEFEATED;
        // A decision in words is carried out by being adopted: there is nothing that could come too late.
        if (_isInWords(actionsHash) || block.timestamp < voteEnd + terms.gracePeriod) return ProposalState.SUCCEEDED;
        return ProposalState.EXPIRED;
    }

    /// @dev A majority always; where the share is above 50 also that share of For and Against.
    function _passes(uint256 forVotes, uint256 againstVotes, uint8 percentage) private pure returns (bool) {
        uint256 cast = Math.saturatingAdd(forVotes, againstVotes);
        return forVotes > againstVotes && forVotes >= Math.mulDiv(cast, percentage, 100, Math.Rounding.Ceil);
    }

    /// @dev Turnout needed of `supply`, rounded up.
    function _needed(uint256 supply, uint16 percentage) internal pure returns (uint256) {
        return Math.mulDiv(supply, percentage, 100, Math.Rounding.Ceil);
    }

    /// @dev The contract that counts: the VotingEngine unless the strategy has a box of its own.
    function _box(uint8 box) internal view returns (IBallotBox) {
        ManagerStorage storage $ = _storage();
        return IBallotBox(box == 0 ? $.votingEngine : IGovernanceCore($.core).ballotBoxAt(box));
    }

    function _isInWords(bytes32 actionsHash) internal pure returns (bool) {
        return actionsHash == NO_ACTIONS;
    }

    // --------------------------------------------------------------- the draft

    function _known(uint256 proposalId) internal view returns (Draft storage draft) {
        draft = _storage().drafts[proposalId];
        if (draft.proposer == address(0)) revert ProposalManagerUnknownProposal(proposalId);
    }

    function _inState(uint256 proposalId, ProposalState wanted) internal view returns (Draft storage draft) {
        draft = _known(proposalId);
        ProposalState current = state(proposalId);
        if (current != wanted) revert ProposalManagerUnexpectedState(proposalId, current);
    }

    /// @dev A share of the roll of the second before the draft, so that nobody added since makes it dearer.
    function _endorsementsNeeded(uint256 createdAt, uint16 permille) internal view returns (uint32) {
        uint256 roll = IVotingEngine(_storage().votingEngine).getPastTotalSupply(createdAt - 1);
        return uint32(Math.max(1, Math.ceilDiv(roll * permille, 1000)));
    }

    /// @inheritdoc IProposalManager
    function endorsementsNeeded(uint256 proposalId) public view returns (uint32) {
        Draft storage draft = _known(proposalId);
        return _endorsementsNeeded(draft.createdAt, _openingOf(draft).terms.endorsementPermille);
    }

    function _openingOf(Draft storage draft) internal view returns (Opening memory opening) {
        (
            opening.strategy,
            opening.counting,
            opening.box,
            opening.retired,
            opening.threshold,
            opening.terms
        ) = IGovernanceCore(_storage().core).openingOf(draft.strategyId, draft.proposalType);
    }

    // ------------------------------------------------------------------ hashes

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

    /// @dev All that a voter relies on, except the moment of the vote, which the voting window carries.
    function _hashRules(bytes32 contentHash, SealedTerms memory terms) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    contentHash,
                    SNAPSHOT_RULE,
                    terms.quorumPercentage,
                    terms.passingPercentage,
                    terms.votingPeriod,
                    terms.executionDelay,
                    terms.gracePeriod,
                    terms.proposalThreshold
                )
            );
    }

    // -------------------------------------------------------------- signatures

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

    /// @dev What a typed data holds of its `statement`.
    function _hashSentence(string memory sentence) internal pure returns (bytes32) {
        return keccak256(bytes(sentence));
    }

    function _storage() internal pure returns (ManagerStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }
}
