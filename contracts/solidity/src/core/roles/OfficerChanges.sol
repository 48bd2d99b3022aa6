// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IGovernanceCore} from "../../interfaces/IGovernanceCore.sol";
import {IRoleManager} from "../../interfaces/IRoleManager.sol";
import {Requests} from "./Requests.sol";

/// @title Changes of administrators and guardians by two administrators: announced, then open to one guardian's objection.
/// @custom:security-contact security@civicportal.example
abstract contract OfficerChanges is Requests {
    /// @inheritdoc IRoleManager
    function objectToOfficerChange(
        bytes32 role,
        address[] calldata accounts,
        bytes32[] calldata personKeys,
        uint48 until,
        bytes32 reasonHash,
        bool grant,
        bytes32 objectionHash
    ) external {
        _object(_changeOf(role, accounts, personKeys, until, reasonHash, grant), objectionHash);
    }

    /// @inheritdoc IRoleManager
    function carryOutOfficerChange(
        bytes32 role,
        address[] calldata accounts,
        bytes32[] calldata personKeys,
        uint48 until,
        bytes32 reasonHash,
        bool grant
    ) external {
        RoleStorage storage $ = _storage();
        Change memory change = _changeOf(role, accounts, personKeys, until, reasonHash, grant);
        bytes32 requestId = _changeId(change);
        if (!_waits($, requestId, change)) revert RoleManagerNotScheduled(requestId);
        uint48 effectiveAt = $.schedules[requestId].effectiveAt;
        if (block.timestamp < effectiveAt) revert RoleManagerTooEarly(requestId, effectiveAt);
        change.by = $.schedules[requestId].second;
        delete $.schedules[requestId];
        emit OfficerChangeCarriedOut(requestId, msg.sender);
        _validate(change);
        _apply(change);
    }

    /// @inheritdoc IRoleManager
    function scheduledChange(bytes32 requestId) external view returns (uint48 effectiveAt, uint48 expiresAt) {
        effectiveAt = _storage().schedules[requestId].effectiveAt;
        if (effectiveAt != 0) expiresAt = effectiveAt + REQUEST_LIFETIME;
    }

    function _schedule(bytes32 requestId, address first, uint48 stamp) internal override {
        RoleStorage storage $ = _storage();
        uint48 time = uint48(block.timestamp);
        uint48 effectiveAt = time + IGovernanceCore($.core).officerDelay();
        $.schedules[requestId] = Schedule({
            first: first,
            scheduledAt: time,
            effectiveAt: effectiveAt,
            second: msg.sender,
            stamp: stamp
        });
        emit OfficerChangeScheduled(requestId, effectiveAt, effectiveAt + REQUEST_LIFETIME);
    }

    function _clearVoidSchedule(bytes32 requestId, Change memory change) internal override {
        RoleStorage storage $ = _storage();
        if (_waits($, requestId, change)) revert RoleManagerAlreadyScheduled(requestId);
        delete $.schedules[requestId];
    }

    function _object(Change memory change, bytes32 objectionHash) private {
        _onlyRole(GUARDIAN);
        if (objectionHash == 0) revert RoleManagerReasonNeeded();
        RoleStorage storage $ = _storage();
        bytes32 requestId = _changeId(change);
        if (!_waits($, requestId, change)) revert RoleManagerNotScheduled(requestId);
        uint48 effectiveAt = $.schedules[requestId].effectiveAt;
        if (block.timestamp >= effectiveAt) revert RoleManagerObjectionTooLate(requestId, effectiveAt);
        delete $.schedules[requestId];
        emit OfficerChangeObjected(requestId, msg.sender, objectionHash);
        for (uint256 i; i < change.accounts.length; ++i) {
            _touch($, change.role, change.accounts[i]);
            $.standings[change.role][change.accounts[i]].objectedAt = uint48(block.timestamp);
        }
    }

    /// @dev Whether a scheduled change can still take effect: its accounts' role is as it was, both who agreed have been
    ///      administrators ever since, and its time has not passed.
    function _waits(
        RoleStorage storage $,
        bytes32 requestId,
        Change memory change
    ) private view returns (bool) {
        Schedule memory schedule = $.schedules[requestId];
        return
            block.timestamp < uint256(schedule.effectiveAt) + REQUEST_LIFETIME &&
            schedule.stamp == _stamp($, change) &&
            _staysAdministrator(schedule.first, schedule.scheduledAt) &&
            _staysAdministrator(schedule.second, schedule.scheduledAt);
    }

    function _staysAdministrator(address account, uint48 time) private view returns (bool) {
        return hasRole(ADMINISTRATOR, account) && roleSince(ADMINISTRATOR, account) <= time;
    }
}
