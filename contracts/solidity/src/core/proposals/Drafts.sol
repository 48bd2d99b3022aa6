// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Action, Counting, ProposalState, ProposalType} from "../../interfaces/GovernanceTypes.sol";
import {IExecutionModule} from "../../interfaces/IExecutionModule.sol";
import {IGovernanceCore} from "../../interfaces/IGovernanceCore.sol";
import {IProposalManager} from "../../interfaces/IProposalManager.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {IVotingStrategy} from "../../interfaces/IVotingStrategy.sol";
import {ManagerBase} from "./ManagerBase.sol";

/// @title A proposal before its vote: making it and gathering endorsements.
/// @custom:security-contact security@civicportal.example
abstract contract Drafts is ManagerBase {
    bytes32 private constant CREATE_TYPEHASH = keccak256(
        "CreateProposal(string statement,address proposer,uint8 proposalType,bytes32 metadataHash,Action[] actions,address strategy,uint48 deadline)Action(address target,uint256 value,bytes data)"
    );
    bytes32 private constant ACTION_TYPEHASH = keccak256("Action(address target,uint256 value,bytes data)");
    bytes32 private constant ENDORSE_TYPEHASH = keccak256(
        "EndorseProposal(string statement,uint256 proposalId,bytes32 contentHash,address endorser,uint48 deadline)"
    );

    // ----------------------------------------------------------------- creation

    /// @inheritdoc IProposalManager
    function createProposal(
        ProposalType proposalType,
        Action[] calldata actions,
        bytes32 metadataHash,
        address strategy
    ) external returns (uint256) {
        return _create(msg.sender, proposalType, actions, metadataHash, strategy);
    }

    /// @inheritdoc IProposalManager
    function createProposalBySig(
        address proposer,
        ProposalType proposalType,
        Action[] calldata actions,
        bytes32 metadataHash,
        address strategy,
        uint48 deadline,
        bytes calldata signature
    ) external returns (uint256) {
        bytes32 structHash = keccak256(
            abi.encode(
                CREATE_TYPEHASH,
                _hashSentence(_statements.proposal(uint8(proposalType))),
                proposer,
                uint8(proposalType),
                metadataHash,
                _hashActions(actions),
                strategy,
                deadline
            )
        );
        _checkSignature(proposer, deadline, structHash, signature);
        return _create(proposer, proposalType, actions, metadataHash, strategy);
    }

    // -------------------------------------------------------------- endorsement

    /// @inheritdoc IProposalManager
    function endorseProposal(uint256 proposalId) external {
        _endorse(proposalId, msg.sender);
    }

    /// @inheritdoc IProposalManager
    function endorseProposalBySig(
        uint256 proposalId,
        address endorser,
        uint48 deadline,
        bytes calldata signature
    ) external {
        bytes32 structHash = keccak256(
            abi.encode(
                ENDORSE_TYPEHASH,
                _hashSentence(_statements.endorsement(proposalId)),
                proposalId,
                _contentHash(_known(proposalId)),
                endorser,
                deadline
            )
        );
        _checkSignature(endorser, deadline, structHash, signature);
        _endorse(proposalId, endorser);
    }

    /// @inheritdoc IProposalManager
    function strikeEndorsements(uint256 proposalId, address[] calldata endorsers) external returns (uint256 struck) {
        ManagerStorage storage $ = _storage();
        Draft storage draft = _inState(proposalId, ProposalState.DRAFT);
        IVotingEngine engine = IVotingEngine($.votingEngine);
        uint24 endorsements = draft.endorsements;
        for (uint256 i; i < endorsers.length; ++i) {
            address origin = engine.originOf(endorsers[i]);
            address endorser = $.endorserOf[proposalId][origin];
            if (endorser == address(0) || engine.isCitizen(engine.currentOf(origin))) continue;
            delete $.endorserOf[proposalId][origin];
            emit EndorsementStruck(proposalId, endorser, endorsements, endorsements - 1);
            --endorsements;
            ++struck;
        }
        draft.endorsements = endorsements;
    }

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IProposalManager
    function proposalCount() external view returns (uint256) {
        return _storage().proposalCount;
    }

    /// @inheritdoc IProposalManager
    function proposalOf(bytes32 contentHash) external view returns (uint256) {
        return _storage().byContent[contentHash];
    }

    /// @inheritdoc IProposalManager
    function hasEndorsed(uint256 proposalId, address account) external view returns (bool) {
        ManagerStorage storage $ = _storage();
        return $.endorserOf[proposalId][IVotingEngine($.votingEngine).originOf(account)] != address(0);
    }

    /// @inheritdoc IProposalManager
    function isEndorsed(uint256 proposalId) external view returns (bool) {
        _known(proposalId);
        return _storage().endorsed[proposalId];
    }

    // ----------------------------------------------------------------- internal

    /// @dev A text that was cancelled or has lapsed can't be handed in again as it was, so that a signature which made a
    ///      draft never makes another.
    function _create(
        address proposer,
        ProposalType proposalType,
        Action[] calldata actions,
        bytes32 metadataHash,
        address strategy
    ) private returns (uint256 proposalId) {
        ManagerStorage storage $ = _storage();
        if (metadataHash == 0) revert ProposalManagerZeroMetadata();
        bytes32 actionsHash = keccak256(abi.encode(actions));
        bytes32 contentHash = _hashContent(proposer, proposalType, metadataHash, actionsHash, strategy);
        if ($.byContent[contentHash] != 0) revert ProposalManagerDuplicate($.byContent[contentHash]);
        uint16 strategyId = _checkProposer($, proposer, proposalType, strategy);
        IExecutionModule($.executionModule).checkActions(proposalType, actions);

        proposalId = ++$.proposalCount;
        $.byContent[contentHash] = proposalId;
        $.drafts[proposalId] = Draft({
            proposer: proposer,
            createdAt: uint40(block.timestamp),
            endorsements: 0,
            strategyId: strategyId,
            proposalType: proposalType,
            status: Status.DRAFT,
            metadataHash: metadataHash,
            actionsHash: actionsHash
        });
        emit ProposalCreated(proposalId, proposer, proposalType, strategy, metadataHash, contentHash, actions);
    }

    /// @dev Power is read one second back, so that nothing borrowed within the block counts.
    function _checkProposer(
        ManagerStorage storage $,
        address proposer,
        ProposalType proposalType,
        address strategy
    ) private view returns (uint16) {
        (uint16 id, Counting counting, uint8 types, uint256 threshold, bool retired) = IGovernanceCore($.core)
            .strategyInfo(strategy);
        if (id == 0) revert ProposalManagerUnknownStrategy(strategy);
        if (retired) revert ProposalManagerRetiredStrategy(strategy);
        if ((types >> uint8(proposalType)) & 1 == 0) revert ProposalManagerTypeNotCounted(proposalType, strategy);
        // The way back from rules that went wrong is open to every citizen.
        if (proposalType == ProposalType.PARAMETER || proposalType == ProposalType.EMERGENCY) threshold = 1;
        uint256 power = counting == Counting.TOKEN
            ? IVotingStrategy(strategy).getVotingPower(proposer, block.timestamp - 1)
            : _unitsOf(IVotingEngine($.votingEngine), proposer, threshold);
        if (power < threshold) revert ProposalManagerBelowThreshold(proposer, power, threshold);
        return id;
    }

    /// @dev Units that a proposer has where people are counted. If one is enough it is the own one, which is cheaper to
    ///      ask for than what a delegate holds for others.
    function _unitsOf(
        IVotingEngine engine,
        address proposer,
        uint256 threshold
    ) private view returns (uint256 units) {
        bool citizenNow;
        if (threshold > 1) {
            (citizenNow, units) = engine.standing(proposer, block.timestamp - 1);
        } else {
            (uint48 since, uint48 until) = engine.citizen(proposer);
            citizenNow = block.timestamp < until;
            units = since < block.timestamp ? 1 : 0;
        }
        if (!citizenNow) revert ProposalManagerNotCitizen(proposer);
    }

    function _endorse(uint256 proposalId, address endorser) private {
        ManagerStorage storage $ = _storage();
        Draft storage draft = _inState(proposalId, ProposalState.DRAFT);
        IVotingEngine engine = IVotingEngine($.votingEngine);
        if (!engine.isCitizen(endorser)) revert ProposalManagerNotCitizen(endorser);
        address origin = engine.originOf(endorser);
        if ($.endorserOf[proposalId][origin] != address(0)) {
            revert ProposalManagerAlreadyEndorsed(proposalId, endorser);
        }
        $.endorserOf[proposalId][origin] = endorser;
        uint24 endorsements = draft.endorsements + 1;
        draft.endorsements = endorsements;
        emit ProposalEndorsed(proposalId, endorser, endorsements - 1, endorsements);
        if ($.endorsed[proposalId]) return;
        uint32 needed = endorsementsNeeded(proposalId);
        if (endorsements < needed) return;
        $.endorsed[proposalId] = true;
        emit ProposalEndorsementReached(proposalId, endorsements, needed);
    }

    /// @dev EIP-712's encoding of `Action[]`.
    function _hashActions(Action[] calldata actions) private pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](actions.length);
        for (uint256 i; i < actions.length; ++i) {
            Action calldata action = actions[i];
            hashes[i] = keccak256(abi.encode(ACTION_TYPEHASH, action.target, action.value, keccak256(action.data)));
        }
        return keccak256(abi.encodePacked(hashes));
    }
}
