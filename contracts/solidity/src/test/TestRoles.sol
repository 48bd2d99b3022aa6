// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IVotingEngine} from "../interfaces/IVotingEngine.sol";

/// @title As much of a RoleManager as the engine asks, without its rules: citizens and delegates come and go at once. For
///        tests only.
contract TestRoles {
    IVotingEngine public engine;
    /// @notice Since when an account holds DELEGATE; 0 if it doesn't.
    mapping(address account => uint256) public since;

    function setEngine(IVotingEngine engine_) external {
        engine = engine_;
    }

    function setDelegate(address account, bool holds) external {
        since[account] = holds ? block.timestamp : 0;
    }

    function setCitizen(address account, uint48 until) external {
        engine.setCitizen(account, until);
    }

    function removeCitizen(address account) external {
        engine.removeCitizen(account);
    }

    function expireCitizen(address account) external {
        engine.expireCitizen(account);
    }

    function moveCitizen(address oldAccount, address newAccount) external {
        engine.moveCitizen(oldAccount, newAccount);
    }

    /// @notice As {IRoleManager-hasRole}, for DELEGATE alone.
    function hasRole(bytes32, address account) external view returns (bool) {
        return since[account] != 0;
    }

    /// @notice As {IRoleManager-hasRoleSince}, for DELEGATE alone.
    function hasRoleSince(bytes32, address account, uint256 timepoint) external view returns (bool) {
        return since[account] != 0 && since[account] <= timepoint;
    }
}
