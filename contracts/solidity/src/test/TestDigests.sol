// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title A contract account that agrees to one digest, so that a test learns which digest it was asked about. For tests
///        only.
contract TestDigests is IERC1271 {
    bytes32 private _agreed;

    function agree(bytes32 digest) external {
        _agreed = digest;
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 hash, bytes calldata) external view returns (bytes4) {
        return hash == _agreed ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
