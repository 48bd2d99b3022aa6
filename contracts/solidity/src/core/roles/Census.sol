// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IRoleManager} from "../../interfaces/IRoleManager.sol";
import {WeekCounter} from "../../lib/WeekCounter.sol";
import {RolesBase} from "./RolesBase.sol";

/// @title How many citizens two administrators may add and remove in a week.
/// @custom:security-contact security@civicportal.example
abstract contract Census is RolesBase {
    using WeekCounter for uint256;

    /// @notice In any 7 days administrators may always remove this many citizens, however few there are.
    uint256 public constant FREE_REMOVALS = 50;
    /// @notice In any 7 days administrators may always add this many citizens, however few there are.
    uint256 public constant FREE_ADDITIONS = 1000;
    /// @notice Of a greater roll they may remove one in so many.
    uint256 public constant REMOVAL_SHARE = 10;

    /// @inheritdoc IRoleManager
    function censusAllowance() public view returns (uint256 mayAdd, uint256 mayRemove) {
        RoleStorage storage $ = _storage();
        uint256 added = $.added.sum();
        uint256 removed = $.removed.sum();
        // The roll as it was before: else each addition would allow for more.
        uint256 roll = Math.saturatingSub(_engine().citizenCount() + removed, added);
        mayAdd = Math.saturatingSub(Math.max(FREE_ADDITIONS, roll), added);
        mayRemove = Math.saturatingSub(Math.max(FREE_REMOVALS, roll / REMOVAL_SHARE), removed);
    }

    /// @dev Counts citizens who are added and removed now; `mayAdd` and `mayRemove` are the allowance before.
    function _count(uint256 adding, uint256 removing, uint256 mayAdd, uint256 mayRemove) internal {
        if (adding > mayAdd) revert RoleManagerCensusCap(adding, mayAdd);
        if (removing > mayRemove) revert RoleManagerCensusCap(removing, mayRemove);
        RoleStorage storage $ = _storage();
        if (adding != 0) $.added = $.added.plus(adding);
        if (removing != 0) $.removed = $.removed.plus(removing);
    }
}
