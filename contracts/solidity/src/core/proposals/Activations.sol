// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GovernanceParams, ProposalState} from "../../interfaces/GovernanceTypes.sol";
import {IGovernanceCore} from "../../interfaces/IGovernanceCore.sol";
import {IProposalManager} from "../../interfaces/IProposalManager.sol";
import {IRoleManager} from "../../interfaces/IRoleManager.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {ManagerBase} from "./ManagerBase.sol";

/// @title Opening a vote: who may, when, and under which rules.
abstract contract Activations is ManagerBase {
    /// @dev Names the rule by which the snapshot follows from voteStart.
    bytes32 private constant SNAPSHOT_RULE = "voteStart-1";
    bytes32 private constant ACTIVATE_TYPEHASH = keccak256(
        "ActivateProposal(uint256 proposalId,bytes32 rulesHash,uint48 voteStart,address administrator,uint48 deadline)"
    );

    /// @notice How far ahead an administrator may set the opening. In seconds.
    uint48 public constant MAX_VOTE_START_AHEAD = 30 days;

    /// @inheritdoc IProposalManager
    function activateProposal(uint256 proposalId, uint48 voteStart) external {
        _activate(proposalId, voteStart, msg.sender);
    }

    /// @inheritdoc IProposalManager
    function activateProposalBySig(
        uint256 proposalId,
        uint48 voteStart,
        address administrator,
        uint48 deadline,
        bytes calldata signature
    ) external {
        bytes32 rulesHash = previewRulesHash(proposalId);
        _checkSignature(
            administrator,
            deadline,
            keccak256(abi.encode(ACTIVATE_TYPEHASH, proposalId, rulesHash, voteStart, administrator, deadline)),
            signature
        );
        _activate(proposalId, voteStart, administrator);
    }

    /// @inheritdoc IProposalManager
    function previewRulesHash(uint256 proposalId) public view returns (bytes32) {
        GovernanceParams memory params = IGovernanceCore(_storage().core).governanceParams();
        return _hashRules(_contentHash(_known(proposalId)), params);
    }

    function _activate(uint256 proposalId, uint48 voteStart, address activator) private {
        ManagerStorage storage $ = _storage();
        Draft storage draft = _inState(proposalId, ProposalState.DRAFT);
        GovernanceParams memory params = IGovernanceCore($.core).governanceParams();
        if (!IRoleManager($.roleManager).hasRole(ADMINISTRATOR, activator)) {
            if (voteStart != 0) revert ProposalManagerUnauthorized(activator);
            uint48 readyAt = uint48(draft.createdAt) + params.reviewPeriod;
            if (block.timestamp < readyAt || draft.endorsements < params.endorsements) {
                revert ProposalManagerNotReady(proposalId, readyAt, draft.endorsements, params.endorsements);
            }
        }
        uint48 now_ = uint48(block.timestamp);
        if (voteStart == 0) {
            voteStart = now_ + 1;
        } else if (voteStart <= now_ || voteStart > now_ + MAX_VOTE_START_AHEAD) {
            revert ProposalManagerVoteStartOutOfRange(voteStart);
        }
        address strategy = IGovernanceCore($.core).strategyAt(draft.strategyId);
        bytes32 rulesHash = _hashRules(_contentHash(draft), params);
        uint48 voteEnd = voteStart + params.votingPeriod;
        draft.status = Status.ACTIVATED;
        $.terms[proposalId] = Terms({
            voteStart: voteStart,
            gracePeriod: params.gracePeriod,
            quorumPercentage: params.quorumPercentage
        });
        delete $.cancelRequests[proposalId];
        IVotingEngine($.votingEngine).openWindow(
            proposalId,
            rulesHash,
            voteStart,
            voteEnd,
            strategy,
            uint8(draft.proposalType)
        );
        emit ProposalActivated(proposalId, activator, rulesHash, voteStart, voteEnd, params.quorumPercentage);
    }

    function _hashRules(bytes32 contentHash, GovernanceParams memory params) private pure returns (bytes32) {
        return keccak256(abi.encode(contentHash, SNAPSHOT_RULE, params.quorumPercentage, params.votingPeriod));
    }
}
