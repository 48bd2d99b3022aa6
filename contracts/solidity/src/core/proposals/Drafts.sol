// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Action, ProposalState, ProposalType} from "../../interfaces/GovernanceTypes.sol";
import {IExecutionModule} from "../../interfaces/IExecutionModule.sol";
import {IGovernanceCore} from "../../interfaces/IGovernanceCore.sol";
import {IProposalManager} from "../../interfaces/IProposalManager.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {IVotingStrategy} from "../../interfaces/IVotingStrategy.sol";
import {ManagerBase} from "./ManagerBase.sol";

/// @title A proposal before its vote: making it and gathering endorsements.
abstract contract Drafts is ManagerBase {
    bytes32 private constant CREATE_TYPEHASH = keccak256(
        "CreateProposal(address proposer,uint8 proposalType,bytes32 metadataHash,bytes32 actionsHash,address strategy,uint48 deadline)"
    );
    bytes32 private constant ENDORSE_TYPEHASH = keccak256(
        "EndorseProposal(uint256 proposalId,bytes32 contentHash,address endorser,uint48 deadline)"
    );

    // ----------------------------------------------------------------- creation

    /// @inheritdoc IProposalManager
    function createProposal(
        ProposalType proposalType,
        Action[] calldata actions,
        bytes32 metadataHash,
        address strategy
    ) external returns (uint256) {
        return _create(msg.sender, proposalType, actions, keccak256(abi.encode(actions)), metadataHash, strategy);
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
        bytes32 actionsHash = keccak256(abi.encode(actions));
        _checkSignature(
            proposer,
            deadline,
            keccak256(
                abi.encode(
                    CREATE_TYPEHASH,
                    proposer,
                    uint8(proposalType),
                    metadataHash,
                    actionsHash,
                    strategy,
                    deadline
                )
            ),
            signature
        );
        return _create(proposer, proposalType, actions, actionsHash, metadataHash, strategy);
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
        bytes32 contentHash = _contentHash(_known(proposalId));
        _checkSignature(
            endorser,
            deadline,
            keccak256(abi.encode(ENDORSE_TYPEHASH, proposalId, contentHash, endorser, deadline)),
            signature
        );
        _endorse(proposalId, endorser);
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
        return _storage().endorsed[proposalId][account];
    }

    // ----------------------------------------------------------------- internal

    function _create(
        address proposer,
        ProposalType proposalType,
        Action[] calldata actions,
        bytes32 actionsHash,
        bytes32 metadataHash,
        address strategy
    ) private returns (uint256 proposalId) {
        ManagerStorage storage $ = _storage();
        if (metadataHash == 0) revert ProposalManagerZeroMetadata();
        bytes32 contentHash = _hashContent(proposer, proposalType, metadataHash, actionsHash, strategy);
        if ($.byContent[contentHash] != 0) revert ProposalManagerDuplicate($.byContent[contentHash]);
        uint16 strategyId = _checkProposer($, proposer, strategy);
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
        address strategy
    ) private view returns (uint16 strategyId) {
        bool ofPeople;
        uint256 threshold;
        (strategyId, ofPeople, threshold) = IGovernanceCore($.core).strategyInfo(strategy);
        if (strategyId == 0) revert ProposalManagerUnknownStrategy(strategy);
        uint256 power;
        if (ofPeople) {
            bool citizenNow;
            (citizenNow, power) = IVotingEngine($.votingEngine).standing(proposer, block.timestamp - 1);
            if (!citizenNow) revert ProposalManagerNotCitizen(proposer);
        } else {
            power = IVotingStrategy(strategy).getVotingPower(proposer, block.timestamp - 1);
        }
        if (power < threshold) revert ProposalManagerBelowThreshold(proposer, power, threshold);
    }

    function _endorse(uint256 proposalId, address endorser) private {
        ManagerStorage storage $ = _storage();
        Draft storage draft = _inState(proposalId, ProposalState.DRAFT);
        if (!IVotingEngine($.votingEngine).isCitizen(endorser)) revert ProposalManagerNotCitizen(endorser);
        if ($.endorsed[proposalId][endorser]) revert ProposalManagerAlreadyEndorsed(proposalId, endorser);
        $.endorsed[proposalId][endorser] = true;
        uint24 endorsements = draft.endorsements;
        draft.endorsements = endorsements + 1;
        emit ProposalEndorsed(proposalId, endorser, endorsements, endorsements + 1);
    }
}
