// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ProposalType} from "../interfaces/GovernanceTypes.sol";
import {IExecutionModule} from "../interfaces/IExecutionModule.sol";

/// @title A contract that proposals may be allowed to call, and that asks which of them does. For tests only.
contract TestTarget {
    /// @notice Which proposal called.
    event Called(uint256 proposalId, ProposalType proposalType);

    function act() external {
        (uint256 proposalId, ProposalType proposalType) = IExecutionModule(msg.sender).running();
        emit Called(proposalId, proposalType);
    }
}
