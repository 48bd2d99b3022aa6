// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ProposalType} from "../../interfaces/GovernanceTypes.sol";
import {IExecutionModule} from "../../interfaces/IExecutionModule.sol";
import {RolesBase} from "./RolesBase.sol";

/// @title Which person stands behind an account, and under which account a person is a citizen.
/// @custom:security-contact security@civicportal.example
abstract contract Persons is RolesBase {
    /// @dev The name under which the changes of an account's person are numbered, beside those of its roles.
    bytes32 internal constant PERSON = keccak256("PERSON");

    /// @dev Records the person of an account, or corrects it, as far as the actor may. An EMERGENCY, which a bare majority
    ///      decides, corrects nobody: the person known stays.
    function _identify(
        RoleStorage storage $,
        address account,
        bytes32 personKey,
        address by,
        bool adopted
    ) internal {
        bytes32 known = $.persons[account];
        if (known == personKey) return;
        if (known != 0) {
            if (!adopted) _requireCorrectable($, account, known);
            else if (_isEmergency($)) return;
        }
        _setPerson($, account, known, personKey, by);
    }

    /// @dev Reverts if only the timelock corrects the account's person: it holds a role, or was a citizen, who would be
    ///      barred from the account for good.
    function _requireCorrectable(RoleStorage storage $, address account, bytes32 known) internal view {
        if (_holdsAny(account) || $.seats[known] == account) revert RoleManagerPersonKnown(account, known);
    }

    /// @dev Whether an EMERGENCY is being executed.
    function _isEmergency(RoleStorage storage $) internal view returns (bool) {
        (uint256 running, ProposalType proposalType) = IExecutionModule($.executionModule).running();
        return running != 0 && proposalType == ProposalType.EMERGENCY;
    }

    /// @dev Writes the person of an account. The two offices keep their persons, and stay apart.
    function _setPerson(
        RoleStorage storage $,
        address account,
        bytes32 oldKey,
        bytes32 newKey,
        address by
    ) private {
        emit PersonIdentified(account, oldKey, newKey, by);
        if (oldKey == 0) {
            $.persons[account] = newKey;
            return;
        }
        uint256 administrators = _lastingPersons($, ADMINISTRATOR);
        uint256 guardians = _lastingPersons($, GUARDIAN);
        $.persons[account] = newKey;
        _touch($, PERSON, account);
        if (hasRole(ADMINISTRATOR, account)) _requireApart($, ADMINISTRATOR, newKey);
        if (hasRole(GUARDIAN, account)) _requireApart($, GUARDIAN, newKey);
        _requireMinimum($, ADMINISTRATOR, administrators);
        _requireMinimum($, GUARDIAN, guardians);
        _reseat($, account, oldKey, newKey, by);
    }

    /// @dev Reverts if the person to hold one of the two offices holds the other.
    function _requireApart(RoleStorage storage $, bytes32 role, bytes32 personKey) internal view {
        bytes32 other = role == ADMINISTRATOR ? GUARDIAN : ADMINISTRATOR;
        address[] storage list = $.officers[other];
        for (uint256 i; i < list.length; ++i) {
            if ($.persons[list[i]] == personKey && hasRole(other, list[i])) {
                revert RoleManagerPersonHoldsOther(other, personKey);
            }
        }
    }

    /// @dev Takes a citizen's seat along when the person of its account was corrected. Where the right person has a seat
    ///      already, the account that is a citizen now keeps it, and the other gives up its own.
    function _reseat(RoleStorage storage $, address account, bytes32 oldKey, bytes32 newKey, address by) private {
        if ($.seats[oldKey] != account) return;
        delete $.seats[oldKey];
        address other = $.seats[newKey];
        if (other != address(0) && !_isHeld(CITIZEN, account)) {
            $.movedTo[account] = other;
            return;
        }
        $.seats[newKey] = account;
        if (other == address(0)) return;
        $.movedTo[other] = account;
        if (_isHeld(CITIZEN, other)) _endUnit($, other, by, 0);
    }

    /// @dev Moves the unit of a citizen to an account that never had one, or to an earlier one of the person, and the
    ///      person's seat with it.
    function _move(RoleStorage storage $, address oldAccount, address newAccount, address by) internal {
        bytes32 personKey = $.persons[oldAccount];
        $.seats[personKey] = newAccount;
        $.movedTo[oldAccount] = newAccount;
        _touch($, CITIZEN, oldAccount);
        _touch($, CITIZEN, newAccount);
        _engine().moveCitizen(oldAccount, newAccount);
        emit CitizenMoved(oldAccount, newAccount, personKey, by);
    }

    /// @dev Ends a running unit before its time.
    function _endUnit(RoleStorage storage $, address account, address by, bytes32 reasonHash) internal {
        uint48 until = _heldUntil(CITIZEN, account);
        _touch($, CITIZEN, account);
        _engine().removeCitizen(account);
        emit RoleRevoked(CITIZEN, account, by, until, reasonHash);
    }

    /// @dev Whether the account holds any role now.
    function _holdsAny(address account) internal view returns (bool) {
        return
            _isHeld(CITIZEN, account) ||
            hasRole(DELEGATE, account) ||
            hasRole(ADMINISTRATOR, account) ||
            hasRole(AUDITOR, account) ||
            hasRole(GUARDIAN, account);
    }
}
