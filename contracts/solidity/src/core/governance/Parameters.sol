// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {GovernanceParams, ProposalType, Terms} from "../../interfaces/GovernanceTypes.sol";
import {Floors, IGovernanceCore} from "../../interfaces/IGovernanceCore.sol";
import {CoreBase} from "./CoreBase.sol";

/// @title The parameters of a deployment, their bounds, and the rules they make for each type of proposal.
/// @dev No value within the bounds keeps citizens from voting the default back in: a PARAMETER draft needs one unit, an
///      endorsement of at most 5 % of the roll, and a quorum of at most half of it.
/// @custom:security-contact security@civicportal.example
abstract contract Parameters is CoreBase {
    /// @notice Greatest values of the parameters; durations in seconds.
    uint48 public constant MAX_VOTING_PERIOD = 60 days;
    uint48 public constant MAX_EXECUTION_DELAY = 60 days;
    uint48 public constant MAX_REVIEW_PERIOD = 90 days;
    uint48 public constant MAX_GRACE_PERIOD = 90 days;
    uint48 public constant MAX_NOTICE_PERIOD = 14 days;
    uint48 public constant MAX_OFFICER_DELAY = 30 days;
    uint16 public constant MAX_QUORUM_PERCENTAGE = 50;
    uint16 public constant MAX_ENDORSEMENT_PERMILLE = 50;
    uint8 public constant MAX_PROPOSAL_THRESHOLD = 5;
    /// @notice Least value of the one duration whose floor no deployment chooses: who is to queue or carry out an adopted
    ///         proposal needs the time for it.
    uint48 public constant MIN_GRACE_PERIOD = 2 days;

    /// @notice What the durations of an EMERGENCY are at most, together less than what one guardian can pause.
    uint48 public constant EMERGENCY_REVIEW_PERIOD = 12 hours;
    uint48 public constant EMERGENCY_NOTICE_PERIOD = 1 hours;
    uint48 public constant EMERGENCY_VOTING_PERIOD = 48 hours;
    uint48 public constant EMERGENCY_EXECUTION_DELAY = 6 hours;

    /// @notice Whole percent of For + Against that UPGRADE and ROLE need; the others need more For than Against.
    uint8 public constant RAISED_PASSING_PERCENTAGE = 60;
    uint8 public constant PASSING_PERCENTAGE = 50;

    uint256 private constant COUNT = 9;

    uint48 private immutable _votingFloor;
    uint48 private immutable _executionFloor;
    uint48 private immutable _reviewFloor;
    uint48 private immutable _noticeFloor;
    uint48 private immutable _officerFloor;

    /// @param floors_ Least values of this implementation, for good: a town's and a demonstration's differ.
    constructor(Floors memory floors_) {
        _votingFloor = _fitFloor("votingPeriod", floors_.votingPeriod, MAX_VOTING_PERIOD);
        _executionFloor = _fitFloor("executionDelay", floors_.executionDelay, MAX_EXECUTION_DELAY);
        _reviewFloor = _fitFloor("reviewPeriod", floors_.reviewPeriod, MAX_REVIEW_PERIOD);
        _noticeFloor = _fitFloor("noticePeriod", floors_.noticePeriod, MAX_NOTICE_PERIOD);
        _officerFloor = _fitFloor("officerDelay", floors_.officerDelay, MAX_OFFICER_DELAY);
    }

    /// @inheritdoc IGovernanceCore
    function updateGovernanceParams(bytes32 name, uint256 oldValue, uint256 newValue) external onlyExecution {
        uint256 index = _indexOf(name);
        _checkBounds(name, index, newValue);
        GovernanceParams memory params = _storage().params;
        uint256 current = _get(params, index);
        if (current == newValue) {
            emit GovernanceParamUnchanged(name, newValue);
            return;
        }
        if (current != oldValue) revert GovernanceCoreParamChanged(name, oldValue, current);
        _set(params, index, newValue);
        _storage().params = params;
        emit GovernanceParamUpdated(name, oldValue, newValue);
    }

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IGovernanceCore
    function votingPeriod() external view returns (uint48) {
        return _storage().params.votingPeriod;
    }

    /// @inheritdoc IGovernanceCore
    function executionDelay() external view returns (uint48) {
        return _storage().params.executionDelay;
    }

    /// @inheritdoc IGovernanceCore
    function reviewPeriod() external view returns (uint48) {
        return _storage().params.reviewPeriod;
    }

    /// @inheritdoc IGovernanceCore
    function gracePeriod() external view returns (uint48) {
        return _storage().params.gracePeriod;
    }

    /// @inheritdoc IGovernanceCore
    function noticePeriod() external view returns (uint48) {
        return _storage().params.noticePeriod;
    }

    /// @inheritdoc IGovernanceCore
    function officerDelay() external view returns (uint48) {
        return _storage().params.officerDelay;
    }

    /// @inheritdoc IGovernanceCore
    function quorumPercentage() external view returns (uint16) {
        return _storage().params.quorumPercentage;
    }

    /// @inheritdoc IGovernanceCore
    function endorsementPermille() external view returns (uint16) {
        return _storage().params.endorsementPermille;
    }

    /// @inheritdoc IGovernanceCore
    function proposalThreshold() external view returns (uint8) {
        return _storage().params.proposalThreshold;
    }

    /// @inheritdoc IGovernanceCore
    function governanceParams() external view returns (GovernanceParams memory) {
        return _storage().params;
    }

    /// @inheritdoc IGovernanceCore
    function floors() external view returns (Floors memory) {
        return
            Floors({
                votingPeriod: _votingFloor,
                executionDelay: _executionFloor,
                reviewPeriod: _reviewFloor,
                noticePeriod: _noticeFloor,
                officerDelay: _officerFloor
            });
    }

    /// @inheritdoc IGovernanceCore
    function bounds(bytes32 name) external view returns (uint256 min, uint256 max) {
        return _boundsAt(_indexOf(name));
    }

    /// @inheritdoc IGovernanceCore
    function termsFor(ProposalType proposalType) public view returns (Terms memory terms) {
        GovernanceParams memory params = _storage().params;
        bool raised = proposalType == ProposalType.UPGRADE || proposalType == ProposalType.ROLE;
        terms = Terms({
            votingPeriod: params.votingPeriod,
            executionDelay: params.executionDelay,
            reviewPeriod: params.reviewPeriod,
            gracePeriod: params.gracePeriod,
            noticePeriod: params.noticePeriod,
            quorumPercentage: params.quorumPercentage,
            passingPercentage: raised ? RAISED_PASSING_PERCENTAGE : PASSING_PERCENTAGE,
            endorsementPermille: params.endorsementPermille
        });
        if (proposalType == ProposalType.EMERGENCY) {
            terms.votingPeriod = _least(terms.votingPeriod, EMERGENCY_VOTING_PERIOD);
            terms.executionDelay = _least(terms.executionDelay, EMERGENCY_EXECUTION_DELAY);
            terms.reviewPeriod = _least(terms.reviewPeriod, EMERGENCY_REVIEW_PERIOD);
            terms.noticePeriod = _least(terms.noticePeriod, EMERGENCY_NOTICE_PERIOD);
        }
    }

    // ----------------------------------------------------------------- internal

    /// @dev Takes the parameters of the first day, each within its bounds and with its event.
    function _initializeParams(GovernanceParams calldata given) internal {
        GovernanceParams memory params = given;
        bytes32[COUNT] memory names = _names();
        for (uint256 i; i < COUNT; ++i) {
            uint256 value = _get(params, i);
            _checkBounds(names[i], i, value);
            emit GovernanceParamUpdated(names[i], 0, value);
        }
        _storage().params = params;
    }

    /// @dev Reverts unless each stored parameter lies within its bounds.
    function _checkParams() internal view {
        GovernanceParams memory params = _storage().params;
        bytes32[COUNT] memory names = _names();
        for (uint256 i; i < COUNT; ++i) {
            _checkBounds(names[i], i, _get(params, i));
        }
    }

    /// @dev The names of the parameters, in the order of the fields of GovernanceParams.
    function _names() private pure returns (bytes32[COUNT] memory) {
        return [
            bytes32("votingPeriod"),
            "executionDelay",
            "reviewPeriod",
            "gracePeriod",
            "noticePeriod",
            "officerDelay",
            "quorumPercentage",
            "endorsementPermille",
            "proposalThreshold"
        ];
    }

    function _indexOf(bytes32 name) private pure returns (uint256) {
        bytes32[COUNT] memory names = _names();
        for (uint256 i; i < COUNT; ++i) {
            if (names[i] == name) return i;
        }
        revert GovernanceCoreParamUnknown(name);
    }

    function _boundsAt(uint256 index) private view returns (uint256, uint256) {
        uint48[COUNT] memory mins = [
            _votingFloor,
            _executionFloor,
            _reviewFloor,
            MIN_GRACE_PERIOD,
            _noticeFloor,
            _officerFloor,
            1,
            1,
            1
        ];
        uint48[COUNT] memory maxs = [
            MAX_VOTING_PERIOD,
            MAX_EXECUTION_DELAY,
            MAX_REVIEW_PERIOD,
            MAX_GRACE_PERIOD,
            MAX_NOTICE_PERIOD,
            MAX_OFFICER_DELAY,
            MAX_QUORUM_PERCENTAGE,
            MAX_ENDORSEMENT_PERMILLE,
            MAX_PROPOSAL_THRESHOLD
        ];
        return (mins[index], maxs[index]);
    }

    function _checkBounds(bytes32 name, uint256 index, uint256 value) private view {
        (uint256 min, uint256 max) = _boundsAt(index);
        if (value < min || value > max) revert GovernanceCoreParamOutOfBounds(name, value, min, max);
    }

    /// @dev Field number `index`; in memory each field of a struct has a word of its own.
    function _get(GovernanceParams memory params, uint256 index) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := mload(add(params, shl(5, index)))
        }
    }

    /// @dev `value` must lie within the bounds of the field, and so fits its type.
    function _set(GovernanceParams memory params, uint256 index, uint256 value) private pure {
        assembly ("memory-safe") {
            mstore(add(params, shl(5, index)), value)
        }
    }

    function _fitFloor(bytes32 name, uint48 floor, uint48 max) private pure returns (uint48) {
        if (floor == 0 || floor > max) revert GovernanceCoreFloorOutOfBounds(name, floor);
        return floor;
    }

    function _least(uint48 a, uint48 b) private pure returns (uint48) {
        return uint48(Math.min(a, b));
    }
}
