// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Member} from "./GovernanceTypes.sol";

/// @title Who holds which role, and which person stands behind which account.
/// @notice Roles are the keccak256 of CITIZEN, DELEGATE, ADMINISTRATOR, AUDITOR and GUARDIAN. Times are Unix seconds; an
///         `until` of type(uint48).max means without an end. A person is known by a key, the town's keyed hash of who
///         they are; one person is one citizen, and two accounts of one person are one person wherever two are needed.
///
/// What two administrators do together: one makes a call, which is a request ("half"); the identical call by another
/// person carries it out. A half lapses after {REQUEST_LIFETIME}; it is void as well once its administrator has lost the
/// role, or once one of its accounts was granted, or had revoked, the role it is about (a recorded expiry is no such
/// change); then the next identical call is a new half. What an adopted proposal (the timelock) asks for is done at
/// once, and what is so already is left so, with an event.
/// @dev requestId of a change of roles is
///      keccak256(abi.encode(role, accounts, personKeys, until, reasonHash, grant)), with `personKeys` empty and `until` 0
///      in a revocation, `reasonHash` zero in a grant; of a correction it is
///      keccak256(abi.encode(keccak256("CORRECT_PERSON"), account, personKey)); of a move
///      keccak256(abi.encode(keccak256("MOVE_CITIZEN"), oldAccount, newAccount)).
/// @custom:security-contact security@civicportal.example
interface IRoleManager {
    // ------------------------------------------------------------------- events

    /// @notice A role was granted, or its end moved. `oldUntil` is 0 if it was not held; it may lie in the past, if
    ///         the role had run out and nobody had recorded it: then it begins anew.
    event RoleGranted(
        bytes32 indexed role,
        address indexed account,
        address indexed grantedBy,
        uint48 oldUntil,
        uint48 newUntil
    );
    /// @notice A role was ended before its time. `reasonHash` is keccak256 of the public reason's UTF-8 text, zero where
    ///         a proposal gives none.
    event RoleRevoked(
        bytes32 indexed role,
        address indexed account,
        address indexed revokedBy,
        uint48 oldUntil,
        bytes32 reasonHash
    );
    /// @notice Someone recorded that the time of a role had passed. Of a CITIZEN whose unit was revoked while it had
    ///         delegations for types of proposals, it says that the engine's records were closed; RoleRevoked came before.
    event RoleExpired(bytes32 indexed role, address indexed account, uint48 until);
    /// @notice A grant or revocation was to make so what is so already; `until` is the end as it was and stays.
    event RoleUnchanged(bytes32 indexed role, address indexed account, uint48 until);
    /// @notice One administrator asked; the identical call by another person carries it out before `expiresAt`.
    event RoleChangeRequested(
        bytes32 indexed requestId,
        bytes32 indexed role,
        address indexed administrator,
        address[] accounts,
        bytes32[] personKeys,
        uint48 until,
        bytes32 reasonHash,
        bool grant,
        uint48 expiresAt
    );
    /// @notice The second person agreed, to a change, a correction or a move; what comes of it follows in the same
    ///         transaction: for officers OfficerChangeScheduled, else what changed.
    event RoleChangeCompleted(bytes32 indexed requestId, address indexed second);
    /// @notice Who asked, or one of the two who had an officers' change scheduled, took it back.
    event RoleChangeWithdrawn(bytes32 indexed requestId, address indexed by);
    /// @notice A guardian agreed that the request may go beyond what administrators may change in a week.
    event RoleChangeApproved(bytes32 indexed requestId, address indexed guardian);
    /// @notice Two administrators agreed to a change of administrators or guardians; anyone may carry it out from
    ///         `effectiveAt` until just before `expiresAt`, unless a guardian objects before `effectiveAt`.
    event OfficerChangeScheduled(bytes32 indexed requestId, uint48 effectiveAt, uint48 expiresAt);
    /// @notice A guardian stopped a scheduled change; it now needs a ROLE proposal.
    event OfficerChangeObjected(bytes32 indexed requestId, address indexed guardian, bytes32 reasonHash);
    /// @notice A scheduled change took effect; what changed follows in the same transaction.
    event OfficerChangeCarriedOut(bytes32 indexed requestId, address indexed by);
    /// @notice The person behind an account was recorded, or corrected (`oldPersonKey` is not zero); with both keys the
    ///         same, a correction found it so already.
    event PersonIdentified(address indexed account, bytes32 oldPersonKey, bytes32 newPersonKey, address indexed by);
    /// @notice One administrator asked for the correction of a person.
    event PersonCorrectionRequested(
        bytes32 indexed requestId,
        address indexed administrator,
        address indexed account,
        bytes32 personKey,
        uint48 expiresAt
    );
    /// @notice One administrator asked that a citizen's unit move to another account of the same person.
    event CitizenMoveRequested(
        bytes32 indexed requestId,
        address indexed administrator,
        address oldAccount,
        address newAccount,
        uint48 expiresAt
    );
    /// @notice A person's standing as a citizen went to a new account, with the credits spent and the endorsements made;
    ///         `oldAccount` can't be a citizen again.
    event CitizenMoved(
        address indexed oldAccount,
        address indexed newAccount,
        bytes32 personKey,
        address indexed by
    );

    // ------------------------------------------------------------------- errors

    /// @notice The caller is neither the timelock nor holds the role that the act needs.
    error RoleManagerUnauthorized(address caller);
    /// @notice No role has this name.
    error RoleManagerUnknownRole(bytes32 role);
    /// @notice The zero address holds nothing.
    error RoleManagerZeroAccount();
    /// @notice A change is about 1 to {MAX_BATCH} accounts.
    error RoleManagerBatchSize(uint256 size);
    /// @notice A grant names one person key for each account.
    error RoleManagerLengthMismatch(uint256 accounts, uint256 personKeys);
    /// @notice The end of a role to be granted has passed.
    error RoleManagerUntilPassed(uint48 until);
    /// @notice Administrators don't bring a citizen's end nearer by a grant; that is a revocation, which needs a reason.
    error RoleManagerUntilShortened(address account, uint48 until);
    /// @notice The account does not hold the role now.
    error RoleManagerRoleNotHeld(bytes32 role, address account);
    /// @notice The role has not run out, so there is nothing to record.
    error RoleManagerNotExpired(bytes32 role, address account);
    /// @notice Administrators say why they end a role, and guardians why they object.
    error RoleManagerReasonNeeded();
    /// @notice Citizens and officers are persons, whose key can't be zero.
    error RoleManagerZeroPerson(address account);
    /// @notice Nobody is recorded behind the account, so there is nothing for administrators to correct.
    error RoleManagerPersonUnknown(address account);
    /// @notice Another person is recorded behind an account that holds a role or was a citizen's; only a ROLE proposal
    ///         corrects that.
    error RoleManagerPersonKnown(address account, bytes32 personKey);
    /// @notice The person is a citizen already, under `account`.
    error RoleManagerPersonIsCitizen(bytes32 personKey, address account);
    /// @notice The person holds the other of the two offices: nobody is administrator and guardian.
    error RoleManagerPersonHoldsOther(bytes32 otherRole, bytes32 personKey);
    /// @notice The account gave its standing as a citizen to another account; only a ROLE proposal takes it back.
    error RoleManagerAccountMoved(address account, address movedTo);
    /// @notice A unit moves to an account that holds none.
    error RoleManagerAlreadyCitizen(address account);
    /// @notice Administrators name an account twice in one change.
    error RoleManagerDuplicateAccount(address account);
    /// @notice A guardian objected to a change of this role of the account: until `until` (Unix seconds) only a ROLE
    ///         proposal changes it.
    error RoleManagerObjected(bytes32 role, address account, uint48 until);
    /// @notice ADMINISTRATOR and GUARDIAN have at most {MAX_OFFICERS} holders each.
    error RoleManagerTooManyOfficers(bytes32 role);
    /// @notice Fewer than {MIN_PERSONS} distinct persons would hold the role without an end.
    error RoleManagerTooFewPersons(bytes32 role, uint256 persons);
    /// @notice Two administrators would change more citizens in a week than they may: `asked` accounts where `allowed`
    ///         are left. A guardian's {approveRequest} or a ROLE proposal lifts the limit.
    error RoleManagerCensusCap(uint256 asked, uint256 allowed);
    /// @notice No such request waits for anything.
    error RoleManagerNoRequest(bytes32 requestId);
    /// @notice The change is scheduled already and waits for its time.
    error RoleManagerAlreadyScheduled(bytes32 requestId);
    /// @notice Nothing is scheduled under this number, or it is void: an account's role changed since, one of the two is
    ///         no administrator any more, or its time has passed.
    error RoleManagerNotScheduled(bytes32 requestId);
    /// @notice The time for objections has passed.
    error RoleManagerObjectionTooLate(bytes32 requestId, uint48 effectiveAt);
    /// @notice A scheduled change takes effect at `effectiveAt`, not before.
    error RoleManagerTooEarly(bytes32 requestId, uint48 effectiveAt);

    // --------------------------------------------------------------- what changes

    /// @notice Grants a role without an end, see {grantRoles}.
    function grantRole(bytes32 role, address account, bytes32 personKey) external;
    /// @notice Grants a role that ends by itself at `until`, or moves the end of a role held, see {grantRoles}.
    function grantTemporaryRole(bytes32 role, address account, bytes32 personKey, uint48 until) external;
    /// @notice Grants a role to 1 to 100 accounts, each with its person. By an administrator it is a half; by an adopted
    ///         proposal it is done at once. For ADMINISTRATOR and GUARDIAN what two administrators agree on is scheduled,
    ///         see {OfficerChangeScheduled}.
    ///
    /// WARNING: whether a key stands for the person behind the account is checked by people, outside the chain. Two
    /// administrators who lie together can make citizens of nobody, up to the weekly limit of {censusAllowance}.
    ///
    /// Requirements:
    /// - the caller is an administrator or the timelock (RoleManagerUnauthorized).
    /// - the role exists (RoleManagerUnknownRole); 1 to 100 accounts (RoleManagerBatchSize), none zero
    ///   (RoleManagerZeroAccount), one key each (RoleManagerLengthMismatch), zero only for DELEGATE
    ///   (RoleManagerZeroPerson); zero there leaves the person as recorded.
    /// - `until` is to come (RoleManagerUntilPassed); by administrators it doesn't bring a citizen's end nearer
    ///   (RoleManagerUntilShortened). In an adopted proposal an end that has passed ends the role.
    /// - the key is the one recorded (RoleManagerPersonKnown), except that an account that holds no role takes the new
    ///   one unless it was a citizen's, and that the timelock corrects it; in an EMERGENCY the one recorded stays.
    /// - by administrators: no account twice (RoleManagerDuplicateAccount), none of which a guardian objected to a change
    ///   of this role (RoleManagerObjected).
    /// - CITIZEN: the person is no citizen under another account (RoleManagerPersonIsCitizen; the timelock ends that
    ///   unit), the account was not moved away (RoleManagerAccountMoved; the timelock brings the person back to it, and
    ///   leaves it, as RoleUnchanged, only if it was given up as another account of the person). If the person was a
    ///   citizen under another account before, this is a move, see {CitizenMoved}. Where the account has an end to record,
    ///   as in {moveCitizen}, the unit begins with that.
    /// - ADMINISTRATOR, GUARDIAN: the person doesn't hold the other one (RoleManagerPersonHoldsOther).
    /// - the second person is another (TwoPersonsSecondPersonNeeded); CITIZEN within the weekly limit
    ///   (RoleManagerCensusCap).
    ///
    /// Emits RoleChangeRequested for a half; RoleChangeCompleted with OfficerChangeScheduled, or with, for each account,
    /// PersonIdentified if the key is new and RoleGranted, CitizenMoved or RoleUnchanged; the timelock's without
    /// RoleChangeCompleted.
    function grantRoles(
        bytes32 role,
        address[] calldata accounts,
        bytes32[] calldata personKeys,
        uint48 until
    ) external;
    /// @notice Ends a role, see {revokeRoles}.
    function revokeRole(bytes32 role, address account, bytes32 reasonHash) external;
    /// @notice Ends a role of 1 to 100 accounts, in the same ways as {grantRoles}. A citizen revoked keeps the vote in
    ///         every window whose snapshot has the unit.
    ///
    /// Requirements:
    /// - as in {grantRoles}, as far as they concern accounts; a reason by administrators (RoleManagerReasonNeeded).
    /// - each account holds the role now (RoleManagerRoleNotHeld; the timelock leaves it, as RoleUnchanged).
    /// - at least two persons keep ADMINISTRATOR and GUARDIAN without an end (RoleManagerTooFewPersons), except for
    ///   GUARDIAN in an EMERGENCY proposal.
    ///
    /// Emits RoleChangeRequested; RoleChangeCompleted with OfficerChangeScheduled or RoleRevoked for each account.
    function revokeRoles(bytes32 role, address[] calldata accounts, bytes32 reasonHash) external;
    /// @notice Corrects the person recorded behind an account: two administrators for one that holds no role and was no
    ///         citizen's, the timelock for any.
    ///
    /// Requirements:
    /// - neither is zero (RoleManagerZeroAccount, RoleManagerZeroPerson).
    /// - by administrators: somebody is recorded (RoleManagerPersonUnknown), the account holds no role
    ///   and is not the last under which the person was a citizen (RoleManagerPersonKnown).
    /// - by the timelock: afterwards nobody holds both offices (RoleManagerPersonHoldsOther), and each keeps its two
    ///   persons (RoleManagerTooFewPersons). If two accounts of one person would be citizens, the other one's unit ends.
    ///
    /// Emits PersonCorrectionRequested; RoleChangeCompleted; PersonIdentified.
    function correctPerson(address account, bytes32 personKey) external;
    /// @notice Moves a citizen's unit to a new account of the same person: what was spent and endorsed goes along, other
    ///         roles and delegations don't. By two administrators, within the weekly limits of removing and of adding,
    ///         or by the timelock. If the citizen ever delegated for one type, the new account's unit begins when somebody
    ///         records the end of the old one's, see {expire}.
    ///
    /// Requirements:
    /// - the old account is a citizen (RoleManagerRoleNotHeld), the new one is none (RoleManagerAlreadyCitizen), was not
    ///   moved away (RoleManagerAccountMoved), and no other person who holds a role stands behind it
    ///   (RoleManagerPersonKnown). The timelock moves a person back to an earlier account, and leaves what can't be moved, as
    ///   RoleUnchanged.
    ///
    /// Emits CitizenMoveRequested; RoleChangeCompleted and CitizenMoved.
    function moveCitizen(address oldAccount, address newAccount) external;
    /// @notice Takes a half back, by who made it; or a scheduled change, by either of the two who agreed on it.
    ///
    /// Requirements:
    /// - it is the caller's (TwoPersonsNotYours).
    ///
    /// Emits RoleChangeWithdrawn.
    function withdrawRequest(bytes32 requestId) external;
    /// @notice A guardian agrees that an open half may go beyond the weekly limit: an import of the register. The
    ///         agreement counts while the guardian holds the role, and ends with the half.
    ///
    /// Requirements:
    /// - the caller is a guardian (RoleManagerUnauthorized); such a half waits (RoleManagerNoRequest).
    ///
    /// Emits RoleChangeApproved.
    function approveRequest(bytes32 requestId) external;
    /// @notice A guardian stops a scheduled change of administrators or guardians before it takes effect, by the fields of
    ///         its request. For {OBJECTION_LENGTH} no two administrators change this role of these accounts, and what they
    ///         asked or scheduled about it is void: it is for a ROLE proposal, whose change lifts the objection.
    ///
    /// Requirements:
    /// - the caller is a guardian (RoleManagerUnauthorized) and gives a reason (RoleManagerReasonNeeded).
    /// - the change is scheduled and not void (RoleManagerNotScheduled), and not yet due (RoleManagerObjectionTooLate).
    ///
    /// Emits OfficerChangeObjected.
    /// @param objectionHash keccak256 of the objection's UTF-8 text; the other fields are those of the request.
    function objectToOfficerChange(
        bytes32 role,
        address[] calldata accounts,
        bytes32[] calldata personKeys,
        uint48 until,
        bytes32 reasonHash,
        bool grant,
        bytes32 objectionHash
    ) external;
    /// @notice Anyone carries out a change of administrators or guardians that nobody objected to, by the fields of its
    ///         request.
    ///
    /// Requirements:
    /// - the change is scheduled and not void (RoleManagerNotScheduled), and due (RoleManagerTooEarly).
    /// - what {grantRoles} and {revokeRoles} require of it holds now.
    ///
    /// Emits OfficerChangeCarriedOut and what {grantRoles} and {revokeRoles} emit, with the second administrator as `by`.
    function carryOutOfficerChange(
        bytes32 role,
        address[] calldata accounts,
        bytes32[] calldata personKeys,
        uint48 until,
        bytes32 reasonHash,
        bool grant
    ) external;
    /// @notice Anyone records that `account`'s `role` has run out.
    ///
    /// Requirements:
    /// - there is such a role (RoleManagerRoleNotHeld) and its time has passed (RoleManagerNotExpired).
    ///
    /// Emits RoleExpired.
    function expire(bytes32 role, address account) external;
    /// @notice The same for many accounts; whose role is not due is passed over.
    /// @return expired How many were recorded.
    function expireMany(bytes32 role, address[] calldata accounts) external returns (uint256 expired);

    // -------------------------------------------------------------------- reads

    /// @notice Whether `account` holds `role` now.
    function hasRole(bytes32 role, address account) external view returns (bool);
    /// @notice Whether `account` holds `role` now and has held it without a break since `timepoint`.
    function hasRoleSince(bytes32 role, address account, uint256 timepoint) external view returns (bool);
    /// @notice When the role ends, 0 if not held. May lie in the past until recorded.
    function roleUntil(bytes32 role, address account) external view returns (uint48);
    /// @notice When the role, held without a break, began; 0 if not held.
    function roleSince(bytes32 role, address account) external view returns (uint48);
    /// @notice The key of the person behind an account, zero if unknown.
    function personOf(address account) external view returns (bytes32);
    /// @notice The account under which the person is a citizen now, zero if none.
    function accountOf(bytes32 personKey) external view returns (address);
    /// @notice The account that took over `account`'s standing as a citizen, zero if it was not moved.
    function movedTo(address account) external view returns (address);
    /// @notice Until when, after a guardian's objection, only a ROLE proposal changes the role of the account (Unix
    ///         seconds); 0 if nobody objected or a proposal has changed it since.
    function objectedUntil(bytes32 role, address account) external view returns (uint48);
    /// @notice Distinct persons who hold `role` now (ADMINISTRATOR and GUARDIAN only).
    function officerCount(bytes32 role) external view returns (uint256);
    /// @notice The half noted last under this number, open or void; zeros if none, or if used up or withdrawn.
    function requestOf(bytes32 requestId) external view returns (address administrator, uint48 expiresAt);
    /// @notice Whether the identical call by another administrator would carry the change out (or schedule it) now.
    function isRequestOpen(
        bytes32 role,
        address[] calldata accounts,
        bytes32[] calldata personKeys,
        uint48 until,
        bytes32 reasonHash,
        bool grant
    ) external view returns (bool);
    /// @notice The same of a {correctPerson}.
    function isCorrectionOpen(address account, bytes32 personKey) external view returns (bool);
    /// @notice The same of a {moveCitizen}.
    function isMoveOpen(address oldAccount, address newAccount) external view returns (bool);
    /// @notice The times of a scheduled change of officers, as announced; zeros if none, or if carried out, withdrawn or
    ///         objected to.
    function scheduledChange(bytes32 requestId) external view returns (uint48 effectiveAt, uint48 expiresAt);
    /// @notice How many citizens two administrators may still add and remove now. In any 7 days they remove at most a
    ///         tenth of the roll, but may always 50; and add at most as many as it has, but may always 1,000. A move
    ///         counts as both. Proposals, and requests that a guardian approved, count for nothing.
    function censusAllowance() external view returns (uint256 mayAdd, uint256 mayRemove);

    // ------------------------------------------------------------------ set-up

    /// @notice Seats the officers and citizens of the first day, all without an end. Once, at deployment.
    /// @param core GovernanceCore: how long officers' changes wait.
    /// @param votingEngine The engine that holds the citizens' units.
    /// @param executionModule The timelock, whose calls are adopted proposals.
    /// @param administrators At least three persons.
    /// @param guardians At least three persons, none of them an administrator.
    /// @param citizens May be empty.
    function initialize(
        address core,
        address votingEngine,
        address executionModule,
        Member[] calldata administrators,
        Member[] calldata guardians,
        Member[] calldata citizens
    ) external;
}
