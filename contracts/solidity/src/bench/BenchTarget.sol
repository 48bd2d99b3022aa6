// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

/// @title One stored number, changed by its owner alone: what an adopted proposal of a measured governor does.
contract BenchTarget {
    address public immutable owner;
    uint256 public value = 1;

    error BenchTargetUnauthorized(address caller);

    event Changed(uint256 oldValue, uint256 newValue);

    constructor(address owner_) {
        owner = owner_;
    }

    /// @notice Changes one stored number and says so, as an adopted change of one parameter does.
    function change(uint256 newValue) external {
        if (msg.sender != owner) revert BenchTargetUnauthorized(msg.sender);
        emit Changed(value, newValue);
        value = newValue;
    }
}
