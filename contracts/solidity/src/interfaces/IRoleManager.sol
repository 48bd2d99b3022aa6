// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Who holds which role. Roles: keccak256 of CITIZEN, DELEGATE, ADMINISTRATOR, AUDITOR, GUARDIAN.
interface IRoleManager {
    /// @notice `until` in Unix seconds; type(uint48).max for a role without an end.
    event RoleGranted(
        bytes32 indexed role,
        address indexed account,
        address indexed grantedBy,
        uint48 oldUntil,
        uint48 newUntil
    );
    event RoleRevoked(bytes32 indexed role, address indexed account, address indexed revokedBy, uint48 oldUntil);
    /// @notice Someone recorded that the time of a role had passed.
    event RoleExpired(bytes32 indexed role, address indexed account, uint48 until);
    /// @notice One administrator asked; the identical call by another administrator carries it out.
    ///         requestId is keccak256(abi.encode(role, accounts, until, grant)); a revocation has `until` 0.
    event RoleChangeRequested(
        bytes32 indexed requestId,
        bytes32 indexed role,
        address indexed administrator,
        address[] accounts,
        uint48 until,
        bool grant
    );
    /// @notice The keyed hash of the person behind an officer's address; set once.
    event OfficerIdentified(address indexed account, bytes32 personHash, address indexed by);

    /// @notice Grants a role without an end. By one administrator it is a request, the identical call by another person
    ///         carries it out within 7 days; an executed ROLE proposal does it alone. Officers must have been
    ///         identified.
    function grantRole(bytes32 role, address account) external;
    /// @notice Ends a role, with the same two persons. Administrators and guardians never fall below two persons.
    function revokeRole(bytes32 role, address account) external;
    /// @notice Grants a role that ends by itself at `until` (Unix seconds), or moves the end of a role held.
    function grantTemporaryRole(bytes32 role, address account, uint48 until) external;
    /// @notice Grants a role to 1 to 100 accounts at once; `until` of type(uint48).max means without an end.
    function grantRoles(bytes32 role, address[] calldata accounts, uint48 until) external;
    /// @notice Ends a role of 1 to 100 accounts at once.
    function revokeRoles(bytes32 role, address[] calldata accounts) external;
    /// @notice By an administrator, once for an account, before it can be granted an officer's role.
    function identifyOfficer(address account, bytes32 personHash) external;
    /// @notice Anyone records that `account`'s `role` has run out.
    function expire(bytes32 role, address account) external;

    /// @notice Whether `account` holds `role` now.
    function hasRole(bytes32 role, address account) external view returns (bool);
    /// @notice When the role ends (Unix seconds), type(uint48).max for never, 0 if not held. May lie in the past until
    ///         recorded.
    function roleUntil(bytes32 role, address account) external view returns (uint48);
    /// @notice The keyed hash of the person behind an officer's address, zero if unknown.
    function personOf(address account) external view returns (bytes32);
    /// @notice Distinct persons who hold `role` now (officers' roles only).
    function officerCount(bytes32 role) external view returns (uint256);
}
