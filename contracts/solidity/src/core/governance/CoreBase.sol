// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Counting, GovernanceParams} from "../../interfaces/GovernanceTypes.sol";
import {IGovernanceCore} from "../../interfaces/IGovernanceCore.sol";
import {TwoPersons} from "../../lib/TwoPersons.sol";

/// @title What every part of GovernanceCore shares: its storage and who may call.
/// @custom:security-contact security@civicportal.example
abstract contract CoreBase is IGovernanceCore {
    /// @dev One slot; a strategy's number is its place in `strategyList`, from 1.
    struct StrategyRecord {
        uint16 id;
        Counting counting;
        uint8 types;
        bool retired;
        /// Base units of a token, 0 where people are counted.
        uint208 threshold;
    }

    /// @dev Where the other contracts of the deployment live.
    struct Neighbours {
        address proposalManager;
        address votingEngine;
        address roleManager;
        address executionModule;
        address strategyFactory;
    }

    /// @dev The latest pause.
    struct PauseRecord {
        uint48 number;
        uint48 begunAt;
        /// Nobody may pause before this time.
        uint48 immuneUntil;
        /// Whether a second guardian joined.
        bool joined;
        /// The person who began it.
        bytes32 begunBy;
    }

    /// @custom:storage-location erc7201:civicportal.storage.GovernanceCore
    struct CoreStorage {
        GovernanceParams params;
        Neighbours neighbours;
        mapping(bytes32 name => address) contracts;
        mapping(address strategy => StrategyRecord) strategies;
        mapping(bytes32 termsHash => address strategy) byTerms;
        address[] strategyList;
        PauseRecord latestPause;
        /// When the person behind a guardian last began a pause.
        mapping(bytes32 person => uint48) lastPause;
        TwoPersons.Half extension;
        TwoPersons.Half lifting;
    }

    bytes32 private constant STORAGE = 0x67134039db162a2c0672473c28feb00dd50a2fb21affe85b71f28b8e47616000;

    /// @dev What an executed proposal alone may do.
    modifier onlyExecution() {
        if (msg.sender != _storage().neighbours.executionModule) revert GovernanceCoreUnauthorized(msg.sender);
        _;
    }

    function _storage() internal pure returns (CoreStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }
}
