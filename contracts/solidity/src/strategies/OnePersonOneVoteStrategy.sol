// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IOnePersonStrategy} from "../interfaces/IOnePersonStrategy.sol";
import {IVotingEngine} from "../interfaces/IVotingEngine.sol";
import {IVotingStrategy} from "../interfaces/IVotingStrategy.sol";

/// @title Every citizen has one vote, their own or given to a delegate.
/// @dev The engine counts these ballots from its own storage; this contract names the rule and answers readers.
/// @custom:security-contact security@civicportal.example
contract OnePersonOneVoteStrategy is IOnePersonStrategy, ERC165 {
    /// @inheritdoc IOnePersonStrategy
    address public immutable votingEngine;

    /// @param votingEngine_ The engine that holds the citizens.
    constructor(address votingEngine_) {
        votingEngine = votingEngine_;
    }

    /// @inheritdoc IVotingStrategy
    function kind() external pure returns (string memory) {
        return "one-person-one-vote";
    }

    /// @inheritdoc IVotingStrategy
    function getVotingPower(address account, uint256 timepoint) external view returns (uint256) {
        return IVotingEngine(votingEngine).getVotingPower(account, timepoint);
    }

    /// @inheritdoc IVotingStrategy
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        return IVotingEngine(votingEngine).getPastTotalSupply(timepoint);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC165, IERC165) returns (bool) {
        return
            interfaceId == type(IOnePersonStrategy).interfaceId ||
            interfaceId == type(IVotingStrategy).interfaceId ||
            super.supportsInterface(interfaceId);
    }
}
