// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IVotingStrategy} from "../interfaces/IVotingStrategy.sol";

/// @title A strategy that claims what it is told to claim. For tests only.
contract TestStrategy is IVotingStrategy {
    string public kind;
    address public votingEngine;
    address public token;
    bool public broken;

    constructor(string memory kind_, address votingEngine_, address token_, bool broken_) {
        kind = kind_;
        votingEngine = votingEngine_;
        token = token_;
        broken = broken_;
    }

    /// @notice The clock of a token that counts in blocks.
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=blocknumber&from=default";
    }

    function getVotingPower(address, uint256) external pure returns (uint256) {
        return 1;
    }

    function getPastTotalSupply(uint256) external view returns (uint256) {
        require(!broken, "broken");
        return 1;
    }
}
