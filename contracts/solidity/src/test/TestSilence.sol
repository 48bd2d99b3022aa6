// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Statements that say nothing. For tests only.
contract TestSilence {
    /// @notice No language.
    function language() external pure returns (string memory) {
        return "";
    }
}
