// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRoleManager} from "../interfaces/IRoleManager.sol";

/// @title The rule "two persons": one holder of a role asks, another person who holds it agrees by the same call.
/// @notice Persons are compared by the keys that RoleManager keeps, never addresses. A half is void, as if never made,
///         once it has lapsed, once the holder who made it has lost the role (even if it was given back since), or once
///         its stamp is not the current one.
/// @dev The stamp is the number of the state that the half is about: a pause's number, the last change of a role. It has
///      to be different after each change that the half must not outlive; 0 is a stamp like any other. Whether the
///      caller may ask at all is for the calling contract to check.
/// @custom:security-contact security@civicportal.example
library TwoPersons {
    /// @notice What one holder asked for, in one word of storage.
    struct Half {
        address first;
        uint48 expiresAt;
        uint48 stamp;
    }

    /// @notice The half is open and its second call must come from another person.
    error TwoPersonsSecondPersonNeeded();
    /// @notice A half is withdrawn only by the account that made it.
    error TwoPersonsNotYours();

    /// @notice Agrees to an open half, or notes a new one.
    ///
    /// Requirements:
    /// - if a half is open, `caller` is another person than who made it (TwoPersonsSecondPersonNeeded).
    /// @param roles Where roles and persons are kept.
    /// @param role The role that both must hold.
    /// @param caller Who asks; holds `role` now.
    /// @param stamp The current number of the state that the act is about.
    /// @param lifetime How long a half waits, in seconds; the same at each call for the same half.
    /// @return agreed True if this was the second person (the half is used up), false if a new half was noted.
    function ask(
        Half storage half,
        IRoleManager roles,
        bytes32 role,
        address caller,
        uint48 stamp,
        uint48 lifetime
    ) internal returns (bool agreed) {
        if (!isOpen(half, roles, role, stamp, lifetime)) {
            half.first = caller;
            half.expiresAt = uint48(block.timestamp) + lifetime;
            half.stamp = stamp;
            return false;
        }
        if (roles.personOf(half.first) == roles.personOf(caller)) revert TwoPersonsSecondPersonNeeded();
        clear(half);
        return true;
    }

    /// @notice Takes a half back, open or void.
    ///
    /// Requirements:
    /// - `caller` made it (TwoPersonsNotYours).
    function withdraw(Half storage half, address caller) internal {
        if (half.first != caller) revert TwoPersonsNotYours();
        clear(half);
    }

    /// @notice Forgets a half, because what it asked for is done or can't be done any more.
    function clear(Half storage half) internal {
        half.first = address(0);
        half.expiresAt = 0;
        half.stamp = 0;
    }

    /// @notice Whether the same call by another person would agree now.
    function isOpen(
        Half storage half,
        IRoleManager roles,
        bytes32 role,
        uint48 stamp,
        uint48 lifetime
    ) internal view returns (bool) {
        uint48 expiresAt = half.expiresAt;
        if (block.timestamp >= expiresAt || half.stamp != stamp) return false;
        return roles.hasRoleSince(role, half.first, expiresAt - lifetime);
    }
}
