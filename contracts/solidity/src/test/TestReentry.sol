// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ExecutionModule} from "../core/ExecutionModule.sol";
import {Action} from "../interfaces/GovernanceTypes.sol";
import {IProposalManager} from "../interfaces/IProposalManager.sol";

/// @title An implementation that, on being upgraded to, misuses that it acts as the timelock. For tests only.
contract TestReentry is ExecutionModule {
    function executeAnother(address manager, uint256 proposalId, Action[] calldata actions) external {
        IProposalManager(manager).executeProposal(proposalId, actions);
    }

    function giveAway(address admin, address to) external {
        Ownable(admin).transferOwnership(to);
    }
}
