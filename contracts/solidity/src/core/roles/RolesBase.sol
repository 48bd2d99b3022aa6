// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {IRoleManager} from "../../interfaces/IRoleManager.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {TwoPersons} from "../../lib/TwoPersons.sol";

/// @title What RoleManager keeps, and reads of it.
/// @dev A citizen's unit lives in the VotingEngine alone, where ballots read it; the other roles live here. Administrators
///      and guardians are few and enumerable, so that persons can be counted.
/// @custom:security-contact security@civicportal.example
abstract contract RolesBase is IRoleManager, Initializable {
    /// @dev How an account stands in a role. Of CITIZEN only `changedAt` is used.
    struct Standing {
        uint48 since;
        uint48 until;
        /// Number of the last grant or revocation, from which a half knows that it is stale.
        uint48 changedAt;
        /// When a guardian last objected to a change by two administrators; 0 once an adopted proposal changed it.
        uint48 objectedAt;
    }

    /// @dev A change of officers that two administrators agreed on.
    struct Schedule {
        address first;
        uint48 scheduledAt;
        uint48 effectiveAt;
        address second;
        uint48 stamp;
    }

    /// @dev A change of roles and who answers for it.
    struct Change {
        bytes32 role;
        address[] accounts;
        bytes32[] personKeys;
        uint48 until;
        bytes32 reasonHash;
        bool grant;
        /// The timelock, or the second administrator.
        address by;
        /// By the timelock.
        bool adopted;
    }

    /// @custom:storage-location erc7201:civicportal.storage.RoleManager
    struct RoleStorage {
        address core;
        address votingEngine;
        address executionModule;
        /// Grants and revocations so far.
        uint48 changes;
        mapping(bytes32 role => mapping(address account => Standing)) standings;
        mapping(bytes32 role => address[]) officers;
        mapping(address account => bytes32) persons;
        /// The last account under which a person was a citizen. An account that ever had a unit is found here under its
        /// person, or in movedTo.
        mapping(bytes32 personKey => address) seats;
        mapping(address account => address) movedTo;
        mapping(bytes32 requestId => TwoPersons.Half) halves;
        mapping(bytes32 requestId => address guardian) approvals;
        mapping(bytes32 requestId => Schedule) schedules;
        /// Citizens added and removed by administrators, day by day, see WeekCounter.
        uint256 added;
        uint256 removed;
    }

    bytes32 private constant STORAGE = 0xbf7a5aff413d5d7380502b118f94cde7e7ac7420f58630e10b565b1bd9044700;

    /// @notice May vote, endorse, propose and delegate. Granted to residents after the town checked who they are.
    bytes32 public constant CITIZEN = keccak256("CITIZEN");
    /// @notice May receive other citizens' votes.
    bytes32 public constant DELEGATE = keccak256("DELEGATE");
    /// @notice Opens votes; in twos changes roles and cancels drafts.
    bytes32 public constant ADMINISTRATOR = keccak256("ADMINISTRATOR");
    /// @notice Reads everything; changes nothing.
    bytes32 public constant AUDITOR = keccak256("AUDITOR");
    /// @notice Pauses; objects to changes of officers.
    bytes32 public constant GUARDIAN = keccak256("GUARDIAN");

    /// @notice How long a request waits for its second administrator, and a scheduled change, once due, to be carried
    ///         out. In seconds.
    uint48 public constant REQUEST_LIFETIME = 7 days;
    /// @notice Most accounts in one change.
    uint256 public constant MAX_BATCH = 100;
    /// @notice How long, after a guardian's objection, only a ROLE proposal changes the role of the accounts. In seconds.
    uint48 public constant OBJECTION_LENGTH = 90 days;
    /// @notice Most holders of ADMINISTRATOR, and of GUARDIAN.
    uint256 public constant MAX_OFFICERS = 32;
    /// @notice Administrators and guardians never fall below this number of distinct persons.
    uint256 public constant MIN_PERSONS = 2;

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IRoleManager
    function hasRole(bytes32 role, address account) public view returns (bool) {
        if (role == CITIZEN) return _engine().isCitizen(account);
        return block.timestamp < _storage().standings[role][account].until;
    }

    /// @inheritdoc IRoleManager
    function hasRoleSince(bytes32 role, address account, uint256 timepoint) external view returns (bool) {
        return hasRole(role, account) && roleSince(role, account) <= timepoint;
    }

    /// @inheritdoc IRoleManager
    function roleUntil(bytes32 role, address account) public view returns (uint48 until) {
        if (role != CITIZEN) return _storage().standings[role][account].until;
        (, until) = _engine().citizen(account);
    }

    /// @inheritdoc IRoleManager
    function roleSince(bytes32 role, address account) public view returns (uint48 since) {
        if (role != CITIZEN) return _storage().standings[role][account].since;
        (since, ) = _engine().citizen(account);
    }

    /// @inheritdoc IRoleManager
    function personOf(address account) external view returns (bytes32) {
        return _storage().persons[account];
    }

    /// @inheritdoc IRoleManager
    function accountOf(bytes32 personKey) external view returns (address account) {
        account = _storage().seats[personKey];
        if (!hasRole(CITIZEN, account)) account = address(0);
    }

    /// @inheritdoc IRoleManager
    function movedTo(address account) external view returns (address) {
        return _storage().movedTo[account];
    }

    /// @inheritdoc IRoleManager
    function officerCount(bytes32 role) public view returns (uint256) {
        return _personsHolding(_storage(), role, block.timestamp);
    }

    /// @inheritdoc IRoleManager
    function objectedUntil(bytes32 role, address account) public view returns (uint48) {
        uint48 objectedAt = _storage().standings[role][account].objectedAt;
        return objectedAt == 0 ? 0 : objectedAt + OBJECTION_LENGTH;
    }

    // ----------------------------------------------------------------- internal

    function _storage() internal pure returns (RoleStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }

    function _engine() internal view returns (IVotingEngine) {
        return IVotingEngine(_storage().votingEngine);
    }

    /// @dev Until when the account has the role, or will: a citizen's unit may wait to begin, see
    ///      {IVotingEngine-moveCitizen}, and belongs to the account already.
    function _heldUntil(bytes32 role, address account) internal view returns (uint48) {
        return role == CITIZEN ? _engine().unitUntil(account) : roleUntil(role, account);
    }

    function _isHeld(bytes32 role, address account) internal view returns (bool) {
        return block.timestamp < _heldUntil(role, account);
    }

    /// @dev True for the two offices that check one another.
    function _isGuarded(bytes32 role) internal pure returns (bool) {
        return role == ADMINISTRATOR || role == GUARDIAN;
    }

    /// @dev Reverts unless the caller holds `role`.
    function _onlyRole(bytes32 role) internal view {
        if (!hasRole(role, msg.sender)) revert RoleManagerUnauthorized(msg.sender);
    }

    /// @dev True if the timelock calls, false if an administrator does; nobody else may.
    function _isAdopted() internal view returns (bool) {
        if (msg.sender == _storage().executionModule) return true;
        _onlyRole(ADMINISTRATOR);
        return false;
    }

    /// @dev Makes halves about this role of this account stale, and lifts an objection. On the first day there are none,
    ///      and a citizen less to write for.
    function _touch(RoleStorage storage $, bytes32 role, address account) internal {
        if (_isInitializing()) return;
        Standing storage standing = $.standings[role][account];
        standing.changedAt = ++$.changes;
        standing.objectedAt = 0;
    }

    /// @dev Distinct persons who hold `role` at `time`, as things stand now.
    function _personsHolding(RoleStorage storage $, bytes32 role, uint256 time) internal view returns (uint256 count) {
        address[] storage list = $.officers[role];
        uint256 length = list.length;
        bytes32[] memory seen = new bytes32[](length);
        for (uint256 i; i < length; ++i) {
            if ($.standings[role][list[i]].until <= time) continue;
            bytes32 person = $.persons[list[i]];
            bool known;
            for (uint256 j; j < count && !known; ++j) {
                known = seen[j] == person;
            }
            if (!known) seen[count++] = person;
        }
    }

    /// @dev Distinct persons who hold `role` without an end. Holders with an end are not counted on: time alone must never
    ///      bring the number below the minimum.
    function _lastingPersons(RoleStorage storage $, bytes32 role) internal view returns (uint256) {
        return _personsHolding($, role, type(uint48).max - 1);
    }

    /// @dev Reverts if the persons who hold a guarded role fell below the minimum. An EMERGENCY may have left fewer:
    ///      then they may not become fewer still.
    function _requireMinimum(RoleStorage storage $, bytes32 role, uint256 before) internal view {
        uint256 persons = _lastingPersons($, role);
        if (persons < MIN_PERSONS && persons < before) revert RoleManagerTooFewPersons(role, persons);
    }
}
