// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IGovernanceCore} from "../../interfaces/IGovernanceCore.sol";
import {IRoleManager} from "../../interfaces/IRoleManager.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {TwoPersons} from "../../lib/TwoPersons.sol";
import {CoreBase} from "./CoreBase.sol";

/// @title The emergency brake: what one guardian may stop, what two may, and what ends it.
/// @dev Every pause has a number, so that no wish and no proposal made for one pause touches another.
/// @custom:security-contact security@civicportal.example
abstract contract Pauses is CoreBase {
    using TwoPersons for TwoPersons.Half;

    bytes32 private constant GUARDIAN = keccak256("GUARDIAN");

    /// @notice How long one guardian's pause lasts, in seconds.
    uint48 public constant PAUSE_LENGTH = 72 hours;
    /// @notice How long a pause lasts, from its begin, that a second guardian joined, and how much two more add.
    uint48 public constant JOINED_PAUSE_LENGTH = 14 days;
    /// @notice How far ahead of now an extension may reach.
    uint48 public constant MAX_PAUSE_AHEAD = 28 days;
    /// @notice How long the same person must wait between two pauses.
    uint48 public constant PAUSE_REPEAT = 30 days;
    /// @notice How long nobody may pause after a proposal lifted a pause.
    uint48 public constant IMMUNITY = 30 days;
    /// @notice How long a guardian's wish waits for a second.
    uint48 public constant PAUSE_REQUEST_LIFETIME = 7 days;

    /// @inheritdoc IGovernanceCore
    function pause(bytes32 reasonHash) external {
        CoreStorage storage $ = _storage();
        bytes32 who = _guardianPerson();
        if (reasonHash == 0) revert GovernanceCoreReasonNeeded();
        PauseRecord storage record = $.latestPause;
        if (block.timestamp < record.immuneUntil) revert GovernanceCoreImmune(record.immuneUntil);
        IVotingEngine engine = IVotingEngine($.neighbours.votingEngine);
        if (engine.paused()) revert GovernanceCorePaused();
        uint48 last = $.lastPause[who];
        if (last != 0 && block.timestamp < last + PAUSE_REPEAT) revert GovernanceCorePauseTooSoon(last + PAUSE_REPEAT);
        $.lastPause[who] = uint48(block.timestamp);
        record.number += 1;
        record.begunAt = uint48(block.timestamp);
        record.begunBy = who;
        record.joined = false;
        uint48 until = uint48(block.timestamp) + PAUSE_LENGTH;
        engine.setPaused(until);
        emit GovernancePaused(record.number, msg.sender, until, reasonHash);
    }

    /// @inheritdoc IGovernanceCore
    function extendPause() external {
        bytes32 who = _guardianPerson();
        uint48 until = _currentUntil();
        PauseRecord storage record = _storage().latestPause;
        if (record.joined) {
            uint48 limit = uint48(block.timestamp) + MAX_PAUSE_AHEAD;
            if (until >= limit) revert GovernanceCorePauseAtLimit(limit);
            if (!_agreed(_storage().extension, false)) return;
            _extend(until, uint48(Math.min(until + JOINED_PAUSE_LENGTH, limit)));
        } else {
            if (record.begunBy == who) revert GovernanceCoreSecondGuardianNeeded();
            record.joined = true;
            _extend(until, record.begunAt + JOINED_PAUSE_LENGTH);
        }
    }

    /// @inheritdoc IGovernanceCore
    function unpause(uint256 pauseNumber_) external {
        CoreStorage storage $ = _storage();
        PauseRecord storage record = $.latestPause;
        bool byProposal = msg.sender == $.neighbours.executionModule;
        if (byProposal) {
            // A proposal that waited until its pause was over touches no other pause.
            if (pauseNumber_ != record.number || !IVotingEngine($.neighbours.votingEngine).paused()) {
                emit UnpauseNotNeeded(pauseNumber_);
                return;
            }
            record.immuneUntil = uint48(block.timestamp) + IMMUNITY;
        } else {
            _guardianPerson();
            _currentUntil();
            if (pauseNumber_ != record.number) revert GovernanceCoreOtherPause(pauseNumber_, record.number);
            if (!_agreed($.lifting, true)) return;
        }
        IVotingEngine($.neighbours.votingEngine).clearPaused();
        emit GovernanceUnpaused(pauseNumber_, msg.sender, byProposal ? record.immuneUntil : 0);
    }

    /// @inheritdoc IGovernanceCore
    function withdrawPauseRequest(bool lift) external {
        TwoPersons.Half storage half = _half(lift);
        uint48 number = half.stamp;
        half.withdraw(msg.sender);
        emit PauseRequestWithdrawn(number, msg.sender, lift);
    }

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IGovernanceCore
    function pauseNumber() external view returns (uint256) {
        return _storage().latestPause.number;
    }

    /// @inheritdoc IGovernanceCore
    function immuneUntil() external view returns (uint48) {
        return _storage().latestPause.immuneUntil;
    }

    /// @inheritdoc IGovernanceCore
    function pauseRequest(bool lift) external view returns (address first, uint48 expiresAt) {
        CoreStorage storage $ = _storage();
        if (!IVotingEngine($.neighbours.votingEngine).paused()) return (address(0), 0);
        TwoPersons.Half storage half = _half(lift);
        if (!half.isOpen(IRoleManager($.neighbours.roleManager), GUARDIAN, $.latestPause.number, PAUSE_REQUEST_LIFETIME)) {
            return (address(0), 0);
        }
        return (half.first, half.expiresAt);
    }

    // ----------------------------------------------------------------- internal

    function _half(bool lift) private view returns (TwoPersons.Half storage) {
        return lift ? _storage().lifting : _storage().extension;
    }

    /// @dev The person behind the calling guardian.
    function _guardianPerson() private view returns (bytes32) {
        IRoleManager roles = IRoleManager(_storage().neighbours.roleManager);
        if (!roles.hasRole(GUARDIAN, msg.sender)) revert GovernanceCoreUnauthorized(msg.sender);
        return roles.personOf(msg.sender);
    }

    /// @dev When the pause that is on now ends.
    function _currentUntil() private view returns (uint48 until) {
        bool isPaused;
        (isPaused, , until) = IVotingEngine(_storage().neighbours.votingEngine).pauseState();
        if (!isPaused) revert GovernanceCoreNotPaused();
    }

    function _extend(uint48 until, uint48 newUntil) private {
        CoreStorage storage $ = _storage();
        IVotingEngine($.neighbours.votingEngine).setPaused(newUntil);
        emit PauseExtended($.latestPause.number, msg.sender, until, newUntil);
    }

    /// @dev True if another guardian asked the same for this very pause; else notes the wish.
    function _agreed(TwoPersons.Half storage half, bool lift) private returns (bool) {
        CoreStorage storage $ = _storage();
        uint48 number = $.latestPause.number;
        IRoleManager roles = IRoleManager($.neighbours.roleManager);
        if (half.ask(roles, GUARDIAN, msg.sender, number, PAUSE_REQUEST_LIFETIME)) return true;
        emit PauseChangeRequested(number, msg.sender, lift, half.expiresAt);
        return false;
    }
}
