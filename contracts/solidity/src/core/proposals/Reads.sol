// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IBallotBox} from "../../interfaces/IBallotBox.sol";
import {IExecutionModule} from "../../interfaces/IExecutionModule.sol";
import {IGovernanceCore} from "../../interfaces/IGovernanceCore.sol";
import {IProposalManager} from "../../interfaces/IProposalManager.sol";
import {ManagerBase} from "./ManagerBase.sol";

/// @title What anyone may ask about a proposal, in our words and in those of OpenZeppelin's Governor.
/// @custom:security-contact security@civicportal.example
abstract contract Reads is ManagerBase {
    /// @inheritdoc IProposalManager
    function getProposal(uint256 proposalId) external view returns (Proposal memory proposal) {
        ManagerStorage storage $ = _storage();
        Draft storage draft = _known(proposalId);
        SealedTerms memory terms = $.terms[proposalId];
        proposal.id = proposalId;
        proposal.proposer = draft.proposer;
        proposal.proposalType = draft.proposalType;
        proposal.state = state(proposalId);
        proposal.createdAt = draft.createdAt;
        proposal.metadataHash = draft.metadataHash;
        proposal.actionsHash = draft.actionsHash;
        proposal.strategy = IGovernanceCore($.core).strategyAt(draft.strategyId);
        proposal.contentHash = _contentHash(draft);
        proposal.endorsements = draft.endorsements;
        if (terms.voteStart == 0) return proposal;
        proposal.quorumPercentage = terms.quorumPercentage;
        proposal.rulesHash = _hashRules(proposal.contentHash, terms);
        IBallotBox box = _box(terms.box);
        (proposal.voteStart, proposal.voteEnd, , ) = box.votingWindow(proposalId);
        (proposal.againstVotes, proposal.forVotes, proposal.abstainVotes) = box.proposalVotes(proposalId);
        (proposal.executionTime, ) = IExecutionModule($.executionModule).schedule(proposalId);
    }

    /// @inheritdoc IProposalManager
    function sealedTerms(uint256 proposalId) external view returns (SealedTerms memory) {
        _known(proposalId);
        return _storage().terms[proposalId];
    }

    /// @inheritdoc IProposalManager
    function statements() external view returns (address) {
        return address(_statements);
    }

    // ------------------------------------------------------- as a Governor says

    /// @inheritdoc IProposalManager
    function proposalSnapshot(uint256 proposalId) external view returns (uint256) {
        _known(proposalId);
        uint48 voteStart = _storage().terms[proposalId].voteStart;
        return voteStart == 0 ? 0 : voteStart - 1;
    }

    /// @inheritdoc IProposalManager
    function proposalDeadline(uint256 proposalId) external view returns (uint256 voteEnd) {
        _known(proposalId);
        SealedTerms storage terms = _storage().terms[proposalId];
        if (terms.voteStart != 0) (, voteEnd, , ) = _box(terms.box).votingWindow(proposalId);
    }

    /// @inheritdoc IProposalManager
    function proposalEta(uint256 proposalId) external view returns (uint256 executionTime) {
        _known(proposalId);
        (executionTime, ) = IExecutionModule(_storage().executionModule).schedule(proposalId);
    }

    /// @inheritdoc IProposalManager
    function proposalProposer(uint256 proposalId) external view returns (address) {
        return _known(proposalId).proposer;
    }

    /// @inheritdoc IProposalManager
    function proposalThreshold() external view returns (uint256) {
        return IGovernanceCore(_storage().core).proposalThreshold();
    }

    /// @inheritdoc IProposalManager
    function quorum(uint256 proposalId) external view returns (uint256) {
        _known(proposalId);
        SealedTerms storage terms = _storage().terms[proposalId];
        if (terms.voteStart == 0) revert ProposalManagerNotActivated(proposalId);
        (, , , , uint256 supply, , ) = _box(terms.box).result(proposalId);
        return _needed(supply, terms.quorumPercentage);
    }

    /// @inheritdoc IProposalManager
    function hasVoted(uint256 proposalId, address account) external view returns (bool) {
        _known(proposalId);
        SealedTerms storage terms = _storage().terms[proposalId];
        return terms.voteStart != 0 && _box(terms.box).hasVoted(proposalId, account);
    }

    /// @inheritdoc IProposalManager
    // solhint-disable-next-line func-name-mixedcase
    function COUNTING_MODE() external pure returns (string memory) {
        return "support=bravo&quorum=for,abstain";
    }

    /// @inheritdoc IERC6372
    function clock() external view returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @inheritdoc IERC6372
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=timestamp";
    }
}
