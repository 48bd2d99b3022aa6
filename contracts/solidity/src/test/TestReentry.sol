// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ExecutionModule} from "../core/ExecutionModule.sol";
import {Action} from "../interfaces/GovernanceTypes.sol";
import {IProposalManager} from "../interfaces/IProposalManager.sol";

/// @title An implementation that, on being upgraded to, carries out another proposal. For tests only.
contract TestReentry is ExecutionModule {
    function executeAnother(address manager, uint256 proposalId, Action[] calldata actions) external {
        IProposalManager(manager).executeProposal(proposalId, actions);
    }
}
