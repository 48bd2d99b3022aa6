// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRoleManager} from "../../interfaces/IRoleManager.sol";
import {TwoPersons} from "../../lib/TwoPersons.sol";
import {Census} from "./Census.sol";
import {Standings} from "./Standings.sol";

/// @title What two administrators do together at once: changes of roles, corrections of persons, moves of citizens.
/// @custom:security-contact security@civicportal.example
abstract contract Requests is Standings, Census {
    using TwoPersons for TwoPersons.Half;

    /// @dev First words of the numbers of the two requests that are no changes of roles.
    bytes32 private constant CORRECT_PERSON = keccak256("CORRECT_PERSON");
    bytes32 private constant MOVE_CITIZEN = keccak256("MOVE_CITIZEN");

    /// @inheritdoc IRoleManager
    function correctPerson(address account, bytes32 personKey) external {
        RoleStorage storage $ = _storage();
        bool adopted = _isAdopted();
        if (account == address(0)) revert RoleManagerZeroAccount();
        if (personKey == 0) revert RoleManagerZeroPerson(account);
        if (!adopted) {
            bytes32 known = $.persons[account];
            if (known == 0) revert RoleManagerPersonUnknown(account);
            _requireCorrectable($, account, known);
            bytes32 requestId = _correctionId(account, personKey);
            if (!_agree($, requestId, $.standings[PERSON][account].changedAt)) {
                emit PersonCorrectionRequested(requestId, msg.sender, account, personKey, _lapse());
                return;
            }
        }
        if ($.persons[account] == personKey) emit PersonIdentified(account, personKey, personKey, msg.sender);
        else _identify($, account, personKey, msg.sender, adopted);
    }

    /// @inheritdoc IRoleManager
    function moveCitizen(address oldAccount, address newAccount) external {
        RoleStorage storage $ = _storage();
        bool adopted = _isAdopted();
        if (newAccount == address(0)) revert RoleManagerZeroAccount();
        if (!_canMove(oldAccount, newAccount, adopted)) return;
        if (!adopted) {
            bytes32 requestId = _moveId(oldAccount, newAccount);
            if (!_agree($, requestId, _moveStamp($, oldAccount, newAccount))) {
                emit CitizenMoveRequested(requestId, msg.sender, oldAccount, newAccount, _lapse());
                return;
            }
            if (!_takeApproval($, requestId)) {
                (uint256 mayAdd, uint256 mayRemove) = censusAllowance();
                _count(1, 1, mayAdd, mayRemove);
            }
        }
        _identify($, newAccount, $.persons[oldAccount], msg.sender, adopted);
        if (_isMoved($, newAccount, adopted)) {
            emit RoleUnchanged(CITIZEN, newAccount, roleUntil(CITIZEN, newAccount));
        } else {
            _move($, oldAccount, newAccount, msg.sender);
        }
    }

    /// @inheritdoc IRoleManager
    function withdrawRequest(bytes32 requestId) external {
        RoleStorage storage $ = _storage();
        Schedule storage schedule = $.schedules[requestId];
        if (msg.sender == schedule.first || msg.sender == schedule.second) {
            delete $.schedules[requestId];
        } else {
            $.halves[requestId].withdraw(msg.sender);
            delete $.approvals[requestId];
        }
        emit RoleChangeWithdrawn(requestId, msg.sender);
    }

    /// @inheritdoc IRoleManager
    function approveRequest(bytes32 requestId) external {
        _onlyRole(GUARDIAN);
        RoleStorage storage $ = _storage();
        if (!_isOpen($, requestId, $.halves[requestId].stamp)) revert RoleManagerNoRequest(requestId);
        $.approvals[requestId] = msg.sender;
        emit RoleChangeApproved(requestId, msg.sender);
    }

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IRoleManager
    function requestOf(bytes32 requestId) external view returns (address administrator, uint48 expiresAt) {
        TwoPersons.Half storage half = _storage().halves[requestId];
        return (half.first, half.expiresAt);
    }

    /// @inheritdoc IRoleManager
    function isRequestOpen(
        bytes32 role,
        address[] calldata accounts,
        bytes32[] calldata personKeys,
        uint48 until,
        bytes32 reasonHash,
        bool grant
    ) external view returns (bool) {
        RoleStorage storage $ = _storage();
        Change memory change = _changeOf(role, accounts, personKeys, until, reasonHash, grant);
        return _isPossible(change) && _isOpen($, _changeId(change), _stamp($, change));
    }

    /// @inheritdoc IRoleManager
    function isCorrectionOpen(address account, bytes32 personKey) external view returns (bool) {
        RoleStorage storage $ = _storage();
        return _isOpen($, _correctionId(account, personKey), $.standings[PERSON][account].changedAt);
    }

    /// @inheritdoc IRoleManager
    function isMoveOpen(address oldAccount, address newAccount) external view returns (bool) {
        RoleStorage storage $ = _storage();
        return _isOpen($, _moveId(oldAccount, newAccount), _moveStamp($, oldAccount, newAccount));
    }

    // ----------------------------------------------------------------- internal

    /// @dev Asks for a change, or does what two administrators or an adopted proposal decided.
    function _submit(Change memory change) internal {
        change.by = msg.sender;
        change.adopted = _isAdopted();
        _validate(change);
        if (change.adopted) {
            _apply(change);
            return;
        }
        RoleStorage storage $ = _storage();
        bytes32 requestId = _changeId(change);
        if (_isGuarded(change.role)) _clearVoidSchedule(requestId, change);
        address first = $.halves[requestId].first;
        uint48 stamp = _stamp($, change);
        if (!_agree($, requestId, stamp)) {
            emit RoleChangeRequested(
                requestId,
                change.role,
                msg.sender,
                change.accounts,
                change.personKeys,
                change.until,
                change.reasonHash,
                change.grant,
                _lapse()
            );
        } else if (_isGuarded(change.role)) {
            _schedule(requestId, first, stamp);
        } else {
            _complete($, requestId, change);
        }
    }

    /// @dev Forgets a scheduled change that is void; reverts if it still waits.
    function _clearVoidSchedule(bytes32 requestId, Change memory change) internal virtual;

    /// @dev Lets a change of officers wait for objections.
    function _schedule(bytes32 requestId, address first, uint48 stamp) internal virtual;

    /// @dev Carries out what two administrators agreed on; of citizens only so many a week, unless a guardian agreed too.
    function _complete(RoleStorage storage $, bytes32 requestId, Change memory change) private {
        if (_takeApproval($, requestId) || change.role != CITIZEN) {
            _apply(change);
            return;
        }
        (uint256 mayAdd, uint256 mayRemove) = censusAllowance();
        uint256 changed = _apply(change);
        if (change.grant) _count(changed, 0, mayAdd, mayRemove);
        else _count(0, changed, mayAdd, mayRemove);
    }

    /// @dev True if the caller is the second person, and says so; else the caller's half is noted.
    function _agree(RoleStorage storage $, bytes32 requestId, uint48 stamp) private returns (bool agreed) {
        agreed = $.halves[requestId].ask(
            IRoleManager(address(this)),
            ADMINISTRATOR,
            msg.sender,
            stamp,
            REQUEST_LIFETIME
        );
        if (agreed) emit RoleChangeCompleted(requestId, msg.sender);
        else delete $.approvals[requestId];
    }

    /// @dev Whether a guardian agreed to go beyond the weekly limit; used up.
    function _takeApproval(RoleStorage storage $, bytes32 requestId) private returns (bool approved) {
        approved = hasRole(GUARDIAN, $.approvals[requestId]);
        delete $.approvals[requestId];
    }

    function _isOpen(RoleStorage storage $, bytes32 requestId, uint48 stamp) private view returns (bool) {
        return
            $.halves[requestId].isOpen(
                IRoleManager(address(this)),
                ADMINISTRATOR,
                stamp,
                REQUEST_LIFETIME
            );
    }

    /// @dev When a half noted now lapses.
    function _lapse() private view returns (uint48) {
        return uint48(block.timestamp) + REQUEST_LIFETIME;
    }

    /// @dev What can be seen to be wrong before anybody agrees. What somebody could make wrong after a proposal was
    ///      adopted is nothing that this refuses to the timelock.
    function _validate(Change memory change) internal view {
        bytes32 role = change.role;
        uint256 size = change.accounts.length;
        if (role != CITIZEN && role != DELEGATE && role != AUDITOR && !_isGuarded(role)) revert RoleManagerUnknownRole(role);
        if (size == 0 || size > MAX_BATCH) revert RoleManagerBatchSize(size);
        if (change.personKeys.length != (change.grant ? size : 0)) {
            revert RoleManagerLengthMismatch(size, change.personKeys.length);
        }
        if (!change.adopted) {
            if (!change.grant && change.reasonHash == 0) revert RoleManagerReasonNeeded();
            if (change.grant && change.until <= block.timestamp) revert RoleManagerUntilPassed(change.until);
            _requireDistinct(change.accounts);
        }
        for (uint256 i; i < size; ++i) {
            address account = change.accounts[i];
            if (account == address(0)) revert RoleManagerZeroAccount();
            if (change.grant && change.personKeys[i] == 0 && role != DELEGATE) revert RoleManagerZeroPerson(account);
            if (!change.adopted) _validateAsked(change, account);
        }
    }

    /// @dev Administrators name an account once. A list may be long: it is gone through again only for an account whose
    ///      last byte came before.
    function _requireDistinct(address[] memory accounts) private pure {
        uint256 seen;
        for (uint256 i; i < accounts.length; ++i) {
            address account = accounts[i];
            uint256 mark = 1 << uint8(uint160(account));
            for (uint256 j; j < i && seen & mark != 0; ++j) {
                if (accounts[j] == account) revert RoleManagerDuplicateAccount(account);
            }
            seen |= mark;
        }
    }

    /// @dev Administrators end what is held, don't shorten a citizen's time in passing, and leave alone what a guardian
    ///      objected to.
    function _validateAsked(Change memory change, address account) private view {
        uint48 objected = _isGuarded(change.role) ? objectedUntil(change.role, account) : 0;
        if (block.timestamp < objected) revert RoleManagerObjected(change.role, account, objected);
        uint48 oldUntil = _heldUntil(change.role, account);
        bool held = oldUntil > block.timestamp;
        if (!change.grant && !held) revert RoleManagerRoleNotHeld(change.role, account);
        if (change.grant && change.role == CITIZEN && held && change.until < oldUntil) {
            revert RoleManagerUntilShortened(account, oldUntil);
        }
    }

    /// @dev Whether time and others have left a request of administrators something to do.
    function _isPossible(Change memory change) private view returns (bool) {
        if (change.grant && change.until <= block.timestamp) return false;
        for (uint256 i; i < change.accounts.length; ++i) {
            address account = change.accounts[i];
            if (!change.grant && !_isHeld(change.role, account)) return false;
            if (block.timestamp < objectedUntil(change.role, account)) return false;
        }
        return true;
    }

    /// @dev Whether there is a unit to move and an account to take it; for administrators it reverts where not.
    function _canMove(address oldAccount, address newAccount, bool adopted) private returns (bool) {
        bool held = _isHeld(CITIZEN, oldAccount);
        if (held && !_isHeld(CITIZEN, newAccount)) return true;
        if (!adopted && !held) revert RoleManagerRoleNotHeld(CITIZEN, oldAccount);
        if (!adopted) revert RoleManagerAlreadyCitizen(newAccount);
        address account = held ? newAccount : oldAccount;
        emit RoleUnchanged(CITIZEN, account, _heldUntil(CITIZEN, account));
        return false;
    }

    function _changeOf(
        bytes32 role,
        address[] memory accounts,
        bytes32[] memory personKeys,
        uint48 until,
        bytes32 reasonHash,
        bool grant
    ) internal pure returns (Change memory) {
        return Change(role, accounts, personKeys, until, reasonHash, grant, address(0), false);
    }

    function _changeId(Change memory change) internal pure returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    change.role,
                    change.accounts,
                    change.personKeys,
                    change.until,
                    change.reasonHash,
                    change.grant
                )
            );
    }

    function _correctionId(address account, bytes32 personKey) private pure returns (bytes32) {
        return keccak256(abi.encode(CORRECT_PERSON, account, personKey));
    }

    function _moveId(address oldAccount, address newAccount) private pure returns (bytes32) {
        return keccak256(abi.encode(MOVE_CITIZEN, oldAccount, newAccount));
    }

    /// @dev Number of the newest change of the role of any of the accounts: it grows with each, so a half that carries an
    ///      older one is stale.
    function _stamp(RoleStorage storage $, Change memory change) internal view returns (uint48 stamp) {
        for (uint256 i; i < change.accounts.length; ++i) {
            uint48 changedAt = $.standings[change.role][change.accounts[i]].changedAt;
            if (changedAt > stamp) stamp = changedAt;
        }
    }

    function _moveStamp(RoleStorage storage $, address oldAccount, address newAccount) private view returns (uint48) {
        uint48 left = $.standings[CITIZEN][oldAccount].changedAt;
        uint48 right = $.standings[CITIZEN][newAccount].changedAt;
        return left > right ? left : right;
    }
}
