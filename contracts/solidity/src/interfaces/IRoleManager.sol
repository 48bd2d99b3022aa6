// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Who holds which role. Roles: keccak256 of CITIZEN, DELEGATE, ADMINISTRATOR, AUDITOR, GUARDIAN.
interface IRoleManager {
    /// @notice `until` in Unix seconds; type(uint48).max for a role without an end.
    event RoleGranted(bytes32 indexed role, address indexed account, address indexed grantedBy, uint48 oldUntil, uint48 newUntil);
    event RoleRevoked(bytes32 indexed role, address indexed account, address indexed revokedBy, uint48 oldUntil);
    /// @notice Someone recorded that the time of a role had passed.
    event RoleExpired(bytes32 indexed role, address indexed account, uint48 until);
    /// @notice One administrator asked; the identical call by another administrator carries it out.
    ///         `accountsHash` is keccak256(abi.encode(accounts)).
    event RoleChangeRequested(
        bytes32 indexed requestId, bytes32 indexed role, address indexed administrator, address[] accounts, uint48 until, bool grant
    );
    /// @notice The keyed hash of the person behind an officer's address; set once.
    event OfficerIdentified(address indexed account, bytes32 personHash, address indexed by);

    function grantRole(bytes32 role, address account) external;
    function revokeRole(bytes32 role, address account) external;
    function grantTemporaryRole(bytes32 role, address account, uint48 until) external;
    function grantRoles(bytes32 role, address[] calldata accounts, uint48 until) external;
    function revokeRoles(bytes32 role, address[] calldata accounts) external;
    /// @notice By an administrator, once for an account, before it can be granted an officer's role.
    function identifyOfficer(address account, bytes32 personHash) external;
    /// @notice Anyone records that `account`'s `role` has run out.
    function expire(bytes32 role, address account) external;

    function hasRole(bytes32 role, address account) external view returns (bool);
    function roleUntil(bytes32 role, address account) external view returns (uint48);
    function personOf(address account) external view returns (bytes32);
    /// @notice Distinct persons who hold `role` now (officers' roles only).
    function officerCount(bytes32 role) external view returns (uint256);
}
