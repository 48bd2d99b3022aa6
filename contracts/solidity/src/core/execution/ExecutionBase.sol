// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ProposalType} from "../../interfaces/GovernanceTypes.sol";
import {IExecutionModule} from "../../interfaces/IExecutionModule.sol";

/// @title What the parts of the ExecutionModule share: its storage.
/// @custom:security-contact security@civicportal.example
abstract contract ExecutionBase is IExecutionModule {
    /// @dev One slot.
    struct Transaction {
        uint48 executionTime;
        uint48 expiresAt;
        /// Seconds already spent paused when the proposal was queued.
        uint48 pausedBefore;
        ProposalType proposalType;
        bool executed;
        bool cancelled;
    }

    /// @dev A proxy whose code UPGRADE proposals may replace.
    struct Proxy {
        address admin;
        /// What every implementation behind it has to call itself.
        bytes32 contractName;
    }

    /// @custom:storage-location erc7201:civicportal.storage.ExecutionModule
    struct ExecutionStorage {
        address core;
        address proposalManager;
        address votingEngine;
        address roleManager;
        mapping(address proxy => Proxy) proxies;
        /// The proxy of each ProxyAdmin, zero for other addresses.
        mapping(address admin => address proxy) proxyOf;
        /// What proposals of a type may call.
        mapping(ProposalType => mapping(address target => mapping(bytes4 selector => bool))) allowed;
        mapping(uint256 proposalId => Transaction) queue;
    }

    bytes32 private constant STORAGE = 0x59fe9e9d3e723fa0b5c90e1fc7c4a589639bc15e57418086cb5ee6b1d4a1b700;

    function _storage() internal pure returns (ExecutionStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }
}
