// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRoleManager} from "../../interfaces/IRoleManager.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {Persons} from "./Persons.sol";

/// @title How roles begin, move their end, and end.
/// @custom:security-contact security@civicportal.example
abstract contract Standings is Persons {
    /// @inheritdoc IRoleManager
    function expire(bytes32 role, address account) external {
        uint48 until = roleUntil(role, account);
        if (until == 0) revert RoleManagerRoleNotHeld(role, account);
        if (block.timestamp < until) revert RoleManagerNotExpired(role, account);
        _expire(role, account, until);
    }

    /// @inheritdoc IRoleManager
    function expireMany(bytes32 role, address[] calldata accounts) external returns (uint256 expired) {
        for (uint256 i; i < accounts.length; ++i) {
            uint48 until = roleUntil(role, accounts[i]);
            if (until == 0 || block.timestamp < until) continue;
            _expire(role, accounts[i], until);
            ++expired;
        }
    }

    /// @dev Carries a change out.
    /// @return changed Of how many accounts the role began, or ended.
    function _apply(Change memory change) internal returns (uint256 changed) {
        RoleStorage storage $ = _storage();
        bool guarded = _isGuarded(change.role) && !_isExempt($, change);
        uint256 before = guarded ? _lastingPersons($, change.role) : 0;
        // In an adopted proposal an end that has passed meanwhile is an end: nobody gains by putting it off.
        bool grant = change.grant && change.until > block.timestamp;
        for (uint256 i; i < change.accounts.length; ++i) {
            if (grant ? _grant($, change, i) : _revoke($, change, change.accounts[i])) ++changed;
        }
        if (guarded) _requireMinimum($, change.role, before);
    }

    /// @dev An EMERGENCY takes guardians out of office below the minimum: those who keep a town paused against its votes
    ///      must not be kept by their number.
    function _isExempt(RoleStorage storage $, Change memory change) private view returns (bool) {
        return change.adopted && !change.grant && change.role == GUARDIAN && _isEmergency($);
    }

    /// @dev Grants or moves the end of a role; true if it begins.
    function _grant(RoleStorage storage $, Change memory change, uint256 i) private returns (bool begins) {
        address account = change.accounts[i];
        bytes32 role = change.role;
        if (change.personKeys[i] != 0) _identify($, account, change.personKeys[i], change.by, change.adopted);
        if (_isGuarded(role)) _requireApart($, role, $.persons[account]);
        uint48 oldUntil = _heldUntil(role, account);
        if (oldUntil == change.until || (role == CITIZEN && _isMoved($, account, change.adopted))) {
            emit RoleUnchanged(role, account, oldUntil);
            return false;
        }
        begins = oldUntil <= block.timestamp;
        _touch($, role, account);
        if (role == CITIZEN) {
            _seat($, account, change);
        } else {
            if (oldUntil == 0 && _isGuarded(role)) _enlist($.officers[role], role, account);
            Standing storage standing = $.standings[role][account];
            if (begins) standing.since = uint48(block.timestamp);
            standing.until = change.until;
        }
        emit RoleGranted(role, account, change.by, oldUntil, change.until);
    }

    /// @dev An account that gave its standing as a citizen away takes it back by the timelock alone, from a later account
    ///      of the same person. True if there is none to take it from: it was given up when two persons were found to be
    ///      one.
    function _isMoved(RoleStorage storage $, address account, bool adopted) internal returns (bool) {
        address newer = $.movedTo[account];
        if (newer == address(0)) return false;
        if (!adopted) revert RoleManagerAccountMoved(account, newer);
        IVotingEngine engine = _engine();
        address last = $.seats[$.persons[account]];
        if (engine.originOf(last) != engine.originOf(account)) return true;
        delete $.movedTo[account];
        return false;
    }

    /// @dev Gives the unit. A person who was a citizen under another account takes from there what was spent and endorsed.
    function _seat(RoleStorage storage $, address account, Change memory change) private {
        bytes32 personKey = $.persons[account];
        address last = $.seats[personKey];
        if (last != address(0) && last != account) {
            if (!_isHeld(CITIZEN, last)) {
                _engine().setCitizen(last, change.until);
            } else if (!change.adopted) {
                revert RoleManagerPersonIsCitizen(personKey, last);
            }
            _move($, last, account, change.by);
            if (_heldUntil(CITIZEN, account) == change.until) return;
        } else if (last == address(0)) {
            $.seats[personKey] = account;
        }
        _engine().setCitizen(account, change.until);
    }

    function _enlist(address[] storage list, bytes32 role, address account) private {
        if (list.length == MAX_OFFICERS) revert RoleManagerTooManyOfficers(role);
        list.push(account);
    }

    /// @dev Ends a role before its time; true if it was held.
    function _revoke(RoleStorage storage $, Change memory change, address account) private returns (bool) {
        bytes32 role = change.role;
        uint48 oldUntil = _heldUntil(role, account);
        if (oldUntil <= block.timestamp) {
            emit RoleUnchanged(role, account, oldUntil);
            return false;
        }
        if (role == CITIZEN) {
            _endUnit($, account, change.by, change.reasonHash);
        } else {
            _touch($, role, account);
            _clear($, role, account);
            emit RoleRevoked(role, account, change.by, oldUntil, change.reasonHash);
        }
        return true;
    }

    function _expire(bytes32 role, address account, uint48 until) private {
        if (role == CITIZEN) _engine().expireCitizen(account);
        else _clear(_storage(), role, account);
        emit RoleExpired(role, account, until);
    }

    /// @dev Takes an account out of a role that is kept here.
    function _clear(RoleStorage storage $, bytes32 role, address account) private {
        Standing storage standing = $.standings[role][account];
        standing.since = 0;
        standing.until = 0;
        if (!_isGuarded(role)) return;
        address[] storage list = $.officers[role];
        uint256 last = list.length - 1;
        for (uint256 i; i < last; ++i) {
            if (list[i] == account) {
                list[i] = list[last];
                break;
            }
        }
        list.pop();
    }
}
