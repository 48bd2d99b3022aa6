// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ProposalState, ProposalType, Terms} from "../../interfaces/GovernanceTypes.sol";
import {IProposalManager} from "../../interfaces/IProposalManager.sol";
import {IRoleManager} from "../../interfaces/IRoleManager.sol";
import {TwoPersons} from "../../lib/TwoPersons.sol";
import {ManagerBase} from "./ManagerBase.sol";

/// @title Opening a vote: who may, when, and under which rules.
/// @custom:security-contact security@civicportal.example
abstract contract Activations is ManagerBase {
    using TwoPersons for TwoPersons.Half;

    bytes32 private constant ACTIVATE_TYPEHASH = keccak256(
        "ActivateProposal(string statement,uint256 proposalId,bytes32 rulesHash,uint48 voteStart,address administrator,uint48 deadline)"
    );

    /// @notice How far ahead an administrator may set the opening of a draft that was never endorsed. In seconds.
    uint48 public constant MAX_VOTE_START_AHEAD = 30 days;
    /// @notice The same for an endorsed draft, counted from its review's end if that is to come: nobody puts it off for
    ///         long. In seconds.
    uint48 public constant MAX_VOTE_START_AHEAD_READY = 7 days;
    /// @notice The same for an EMERGENCY, endorsed or not, which would otherwise outlast the pause it is to end. In seconds.
    uint48 public constant MAX_VOTE_START_AHEAD_EMERGENCY = 1 days;

    /// @inheritdoc IProposalManager
    function activateProposal(uint256 proposalId, uint48 voteStart) external {
        _activate(proposalId, voteStart, msg.sender, false);
    }

    /// @inheritdoc IProposalManager
    function activateProposalBySig(
        uint256 proposalId,
        uint48 voteStart,
        address administrator,
        uint48 deadline,
        bytes calldata signature
    ) external {
        bytes32 structHash = keccak256(
            abi.encode(
                ACTIVATE_TYPEHASH,
                _hashSentence(_statements.activation(proposalId, voteStart)),
                proposalId,
                previewRulesHash(proposalId),
                voteStart,
                administrator,
                deadline
            )
        );
        _checkSignature(administrator, deadline, structHash, signature);
        _activate(proposalId, voteStart, administrator, true);
    }

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IProposalManager
    function previewRulesHash(uint256 proposalId) public view returns (bytes32) {
        Draft storage draft = _known(proposalId);
        SealedTerms memory terms = _storage().terms[proposalId];
        if (terms.voteStart == 0) terms = _sealed(_openingOf(draft), 0);
        return _hashRules(_contentHash(draft), terms);
    }

    /// @inheritdoc IProposalManager
    function isReady(uint256 proposalId) external view returns (bool) {
        if (state(proposalId) != ProposalState.DRAFT) return false;
        Draft storage draft = _known(proposalId);
        Opening memory opening = _openingOf(draft);
        (bool ready, , ) = _readiness(draft, opening.terms);
        return ready && !opening.retired;
    }

    // ----------------------------------------------------------------- internal

    function _activate(uint256 proposalId, uint48 voteStart, address activator, bool signed) private {
        ManagerStorage storage $ = _storage();
        Draft storage draft = _inState(proposalId, ProposalState.DRAFT);
        Opening memory opening = _openingOf(draft);
        if (opening.retired) revert ProposalManagerRetiredStrategy(opening.strategy);
        _checkActivator(proposalId, draft, opening.terms, voteStart, activator, signed);
        voteStart = _checkedStart(voteStart, opening.terms.noticePeriod, _latest(proposalId, draft, opening.terms));

        SealedTerms memory terms = _sealed(opening, voteStart);
        bytes32 rulesHash = _hashRules(_contentHash(draft), terms);
        draft.status = Status.ACTIVATED;
        $.terms[proposalId] = terms;
        $.cancelRequests[proposalId].clear();
        _open(proposalId, activator, rulesHash, draft.proposalType, opening, terms);
    }

    /// @dev Has the ballot box open the window, and tells what was sealed.
    function _open(
        uint256 proposalId,
        address activator,
        bytes32 rulesHash,
        ProposalType proposalType,
        Opening memory opening,
        SealedTerms memory terms
    ) private {
        uint48 voteEnd = terms.voteStart + terms.votingPeriod;
        _box(terms.box).openWindow(
            proposalId,
            rulesHash,
            terms.voteStart,
            voteEnd,
            opening.strategy,
            uint8(proposalType),
            opening.counting
        );
        emit ProposalActivated(
            proposalId,
            activator,
            rulesHash,
            terms.voteStart,
            voteEnd,
            terms.quorumPercentage,
            terms.passingPercentage,
            terms.executionDelay,
            terms.gracePeriod,
            terms.proposalThreshold
        );
    }

    /// @dev Reverts if the activator may not open the vote so.
    function _checkActivator(
        uint256 proposalId,
        Draft storage draft,
        Terms memory terms,
        uint48 voteStart,
        address activator,
        bool signed
    ) private view {
        (bool ready, uint48 readyAt, uint32 needed) = _readiness(draft, terms);
        if (!IRoleManager(_storage().roleManager).hasRole(ADMINISTRATOR, activator)) {
            if (voteStart != 0) revert ProposalManagerUnauthorized(activator);
            if (!ready) revert ProposalManagerNotReady(proposalId, readyAt, draft.endorsements, needed);
        }
        if (signed && voteStart == 0 && !ready) revert ProposalManagerVoteStartNeeded(proposalId);
    }

    function _readiness(
        Draft storage draft,
        Terms memory terms
    ) private view returns (bool ready, uint48 readyAt, uint32 needed) {
        readyAt = uint48(draft.createdAt) + terms.reviewPeriod;
        needed = _endorsementsNeeded(draft.createdAt, terms.endorsementPermille);
        ready = block.timestamp >= readyAt && draft.endorsements >= needed;
    }

    /// @dev At least one second of notice, so that the snapshot is never taken in the second in which it is chosen.
    function _checkedStart(uint48 voteStart, uint48 notice, uint256 latest_) private view returns (uint48) {
        uint48 earliest = uint48(block.timestamp + Math.max(notice, 1));
        if (voteStart == 0) return earliest;
        uint48 latest = uint48(Math.max(earliest, latest_));
        if (voteStart < earliest || voteStart > latest) {
            revert ProposalManagerVoteStartOutOfRange(voteStart, earliest, latest);
        }
        return voteStart;
    }

    /// @dev The furthest opening that may be set, were there no notice to give.
    function _latest(uint256 proposalId, Draft storage draft, Terms memory terms) private view returns (uint256) {
        if (draft.proposalType == ProposalType.EMERGENCY) return block.timestamp + MAX_VOTE_START_AHEAD_EMERGENCY;
        if (!_storage().endorsed[proposalId]) return block.timestamp + MAX_VOTE_START_AHEAD;
        return Math.max(block.timestamp, draft.createdAt + terms.reviewPeriod) + MAX_VOTE_START_AHEAD_READY;
    }

    function _sealed(Opening memory opening, uint48 voteStart) private pure returns (SealedTerms memory) {
        return
            SealedTerms({
                voteStart: voteStart,
                votingPeriod: opening.terms.votingPeriod,
                executionDelay: opening.terms.executionDelay,
                gracePeriod: opening.terms.gracePeriod,
                quorumPercentage: opening.terms.quorumPercentage,
                passingPercentage: opening.terms.passingPercentage,
                box: opening.box,
                proposalThreshold: opening.threshold
            });
    }
}
