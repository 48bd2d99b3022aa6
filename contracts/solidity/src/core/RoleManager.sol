// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {IRoleManager} from "../interfaces/IRoleManager.sol";
import {IVotingEngine} from "../interfaces/IVotingEngine.sol";

/// @title Who holds which role; two administrators, or an executed ROLE proposal, change it.
/// @dev CITIZEN lives in the VotingEngine alone, where ballots read it; the other roles live here. Officers are few
///      and enumerable, so that "never fewer than two persons" can be counted.
contract RoleManager is IRoleManager, Initializable {
    /// @notice An officer of the first day and the keyed hash of the person behind the address.
    struct Officer {
        address account;
        bytes32 personHash;
    }

    /// @dev A change one administrator asked for.
    struct Request {
        address administrator;
        uint48 expiresAt;
    }

    /// @custom:storage-location erc7201:civicportal.storage.RoleManager
    struct RoleStorage {
        address votingEngine;
        address executionModule;
        mapping(bytes32 role => mapping(address account => uint48)) until;
        mapping(bytes32 role => address[]) officers;
        mapping(address account => bytes32) persons;
        mapping(bytes32 requestId => Request) requests;
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
    /// @notice Pauses alone; extends and lifts pauses in twos.
    bytes32 public constant GUARDIAN = keccak256("GUARDIAN");

    /// @notice How long a request waits for its second administrator. In seconds.
    uint48 public constant REQUEST_LIFETIME = 7 days;
    /// @notice Most accounts in one change: a hundred delegating citizens can leave within the gas of one transaction.
    uint256 public constant MAX_BATCH = 100;
    /// @notice Most holders of one officers' role.
    uint256 public constant MAX_OFFICERS = 32;
    /// @notice Administrators and guardians never fall below this number of distinct persons.
    uint256 public constant MIN_PERSONS = 2;

    error RoleManagerUnauthorized(address caller);
    error RoleManagerUnknownRole(bytes32 role);
    error RoleManagerZeroAccount();
    /// @notice A batch has 1 to 100 accounts.
    error RoleManagerBatchSize(uint256 size);
    error RoleManagerUntilPassed(uint48 until);
    error RoleManagerRoleNotHeld(bytes32 role, address account);
    error RoleManagerNotExpired(bytes32 role, address account);
    /// @notice The request stands; the identical call must come from an administrator who is another person.
    error RoleManagerSecondPersonNeeded(bytes32 requestId);
    /// @notice An officer's person must be identified first.
    error RoleManagerPersonUnknown(address account);
    error RoleManagerPersonKnown(address account);
    error RoleManagerZeroPerson();
    error RoleManagerTooManyOfficers(bytes32 role);
    /// @notice Fewer than the needed distinct persons would hold the role without an end.
    error RoleManagerTooFewPersons(bytes32 role, uint256 persons);

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Seats the officers and citizens of the first day.
    /// @param votingEngine The engine that holds the citizens.
    /// @param executionModule Whose calls are adopted proposals.
    /// @param administrators At least three distinct persons.
    /// @param guardians At least two distinct persons.
    /// @param citizens Citizens of the first day, without an end; may be empty.
    function initialize(
        address votingEngine,
        address executionModule,
        Officer[] calldata administrators,
        Officer[] calldata guardians,
        address[] calldata citizens
    ) external initializer {
        RoleStorage storage $ = _storage();
        $.votingEngine = votingEngine;
        $.executionModule = executionModule;
        _seat($, ADMINISTRATOR, administrators, MIN_PERSONS + 1);
        _seat($, GUARDIAN, guardians, MIN_PERSONS);
        for (uint256 i; i < citizens.length; ++i) {
            _grant($, CITIZEN, citizens[i], type(uint48).max);
        }
    }

    /// @inheritdoc IRoleManager
    function grantRole(bytes32 role, address account) external {
        _change(role, _one(account), type(uint48).max, true);
    }

    /// @inheritdoc IRoleManager
    function revokeRole(bytes32 role, address account) external {
        _change(role, _one(account), 0, false);
    }

    /// @inheritdoc IRoleManager
    function grantTemporaryRole(bytes32 role, address account, uint48 until) external {
        _change(role, _one(account), until, true);
    }

    /// @inheritdoc IRoleManager
    function grantRoles(bytes32 role, address[] calldata accounts, uint48 until) external {
        _change(role, accounts, until, true);
    }

    /// @inheritdoc IRoleManager
    function revokeRoles(bytes32 role, address[] calldata accounts) external {
        _change(role, accounts, 0, false);
    }

    /// @inheritdoc IRoleManager
    function identifyOfficer(address account, bytes32 personHash) external {
        RoleStorage storage $ = _storage();
        if (msg.sender != $.executionModule && !hasRole(ADMINISTRATOR, msg.sender)) {
            revert RoleManagerUnauthorized(msg.sender);
        }
        _identify($, account, personHash);
    }

    /// @inheritdoc IRoleManager
    function expire(bytes32 role, address account) external {
        RoleStorage storage $ = _storage();
        uint48 until = roleUntil(role, account);
        if (until == 0) revert RoleManagerRoleNotHeld(role, account);
        if (block.timestamp < until) revert RoleManagerNotExpired(role, account);
        _remove($, role, account);
        emit RoleExpired(role, account, until);
    }

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IRoleManager
    function hasRole(bytes32 role, address account) public view returns (bool) {
        if (role == CITIZEN) return IVotingEngine(_storage().votingEngine).isCitizen(account);
        return block.timestamp < _storage().until[role][account];
    }

    /// @inheritdoc IRoleManager
    function roleUntil(bytes32 role, address account) public view returns (uint48 until) {
        if (role == CITIZEN) {
            (, until) = IVotingEngine(_storage().votingEngine).citizen(account);
        } else {
            until = _storage().until[role][account];
        }
    }

    /// @inheritdoc IRoleManager
    function personOf(address account) external view returns (bytes32) {
        return _storage().persons[account];
    }

    /// @inheritdoc IRoleManager
    function officerCount(bytes32 role) external view returns (uint256) {
        return _personsHolding(_storage(), role, block.timestamp);
    }

    // ----------------------------------------------------------------- internal

    function _storage() private pure returns (RoleStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }

    function _one(address account) private pure returns (address[] memory accounts) {
        accounts = new address[](1);
        accounts[0] = account;
    }

    /// @dev True for roles whose holders act for the town.
    function _isOfficers(bytes32 role) private pure returns (bool) {
        return role == ADMINISTRATOR || role == GUARDIAN || role == AUDITOR;
    }

    /// @dev Asks for a change, or carries it out if it is an adopted proposal or the second administrator's call.
    function _change(bytes32 role, address[] memory accounts, uint48 until, bool grant) private {
        RoleStorage storage $ = _storage();
        if (msg.sender != $.executionModule) {
            if (!hasRole(ADMINISTRATOR, msg.sender)) revert RoleManagerUnauthorized(msg.sender);
            _validate(role, accounts, until, grant);
            bytes32 requestId = keccak256(abi.encode(role, accounts, until, grant));
            Request memory request = $.requests[requestId];
            if (block.timestamp >= request.expiresAt || !hasRole(ADMINISTRATOR, request.administrator)) {
                $.requests[requestId] = Request({
                    administrator: msg.sender,
                    expiresAt: uint48(block.timestamp) + REQUEST_LIFETIME
                });
                emit RoleChangeRequested(requestId, role, msg.sender, accounts, until, grant);
                return;
            }
            if ($.persons[request.administrator] == $.persons[msg.sender]) {
                revert RoleManagerSecondPersonNeeded(requestId);
            }
            delete $.requests[requestId];
        } else {
            _validate(role, accounts, until, grant);
        }
        for (uint256 i; i < accounts.length; ++i) {
            if (grant) {
                _grant($, role, accounts[i], until);
            } else {
                uint48 oldUntil = roleUntil(role, accounts[i]);
                // Twice in one list: gone already.
                if (oldUntil == 0) revert RoleManagerRoleNotHeld(role, accounts[i]);
                _remove($, role, accounts[i]);
                emit RoleRevoked(role, accounts[i], msg.sender, oldUntil);
            }
        }
        // Holders with an end are not counted on: time alone must never bring the number below the minimum.
        if (role == ADMINISTRATOR || role == GUARDIAN) {
            uint256 persons = _personsHolding($, role, type(uint48).max - 1);
            if (persons < MIN_PERSONS) revert RoleManagerTooFewPersons(role, persons);
        }
    }

    /// @dev What can be seen to be wrong before anybody signs for the second time.
    function _validate(bytes32 role, address[] memory accounts, uint48 until, bool grant) private view {
        if (role != CITIZEN && role != DELEGATE && !_isOfficers(role)) revert RoleManagerUnknownRole(role);
        if (accounts.length == 0 || accounts.length > MAX_BATCH) revert RoleManagerBatchSize(accounts.length);
        if (grant && until <= block.timestamp) revert RoleManagerUntilPassed(until);
        bool officers = _isOfficers(role);
        for (uint256 i; i < accounts.length; ++i) {
            if (accounts[i] == address(0)) revert RoleManagerZeroAccount();
            if (grant) {
                if (officers && _storage().persons[accounts[i]] == 0) revert RoleManagerPersonUnknown(accounts[i]);
            } else if (roleUntil(role, accounts[i]) == 0) {
                revert RoleManagerRoleNotHeld(role, accounts[i]);
            }
        }
    }

    /// @dev Grants or moves the end of a role. Who holds it until that very time already is passed over.
    function _grant(RoleStorage storage $, bytes32 role, address account, uint48 until) private {
        uint48 oldUntil = roleUntil(role, account);
        if (oldUntil == until) return;
        if (role == CITIZEN) {
            IVotingEngine($.votingEngine).setCitizen(account, until);
        } else {
            if (oldUntil == 0 && _isOfficers(role)) {
                address[] storage list = $.officers[role];
                if (list.length == MAX_OFFICERS) revert RoleManagerTooManyOfficers(role);
                list.push(account);
            }
            $.until[role][account] = until;
        }
        emit RoleGranted(role, account, msg.sender, oldUntil, until);
    }

    function _remove(RoleStorage storage $, bytes32 role, address account) private {
        if (role == CITIZEN) {
            IVotingEngine($.votingEngine).removeCitizen(account);
            return;
        }
        delete $.until[role][account];
        if (!_isOfficers(role)) return;
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

    function _identify(RoleStorage storage $, address account, bytes32 personHash) private {
        if (account == address(0)) revert RoleManagerZeroAccount();
        if (personHash == 0) revert RoleManagerZeroPerson();
        if ($.persons[account] != 0) revert RoleManagerPersonKnown(account);
        $.persons[account] = personHash;
        emit OfficerIdentified(account, personHash, msg.sender);
    }

    function _seat(RoleStorage storage $, bytes32 role, Officer[] calldata seats, uint256 minimum) private {
        for (uint256 i; i < seats.length; ++i) {
            if ($.persons[seats[i].account] != seats[i].personHash || seats[i].personHash == 0) {
                _identify($, seats[i].account, seats[i].personHash);
            }
            _grant($, role, seats[i].account, type(uint48).max);
        }
        uint256 persons = _personsHolding($, role, block.timestamp);
        if (persons < minimum) revert RoleManagerTooFewPersons(role, persons);
    }

    /// @dev Distinct persons who hold `role` at `time`, as things stand now.
    function _personsHolding(RoleStorage storage $, bytes32 role, uint256 time) private view returns (uint256 count) {
        address[] storage list = $.officers[role];
        uint256 length = list.length;
        bytes32[] memory seen = new bytes32[](length);
        for (uint256 i; i < length; ++i) {
            if ($.until[role][list[i]] <= time) continue;
            bytes32 person = $.persons[list[i]];
            bool known;
            for (uint256 j; j < count && !known; ++j) {
                known = seen[j] == person;
            }
            if (!known) seen[count++] = person;
        }
    }
}
