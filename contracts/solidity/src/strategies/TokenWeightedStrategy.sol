// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {ITokenStrategy} from "../interfaces/ITokenStrategy.sol";
import {IVotingStrategy} from "../interfaces/IVotingStrategy.sol";

/// @title Power is the account's votes in a token at the snapshot; the token has its own delegation.
contract TokenWeightedStrategy is ITokenStrategy {
    /// @inheritdoc ITokenStrategy
    address public immutable token;

    /// @param token_ An ERC-5805 token; GovernanceCore checks its clock when it admits this strategy.
    constructor(address token_) {
        token = token_;
    }

    /// @inheritdoc IVotingStrategy
    function kind() external pure returns (string memory) {
        return "token-weighted";
    }

    /// @inheritdoc IVotingStrategy
    function getVotingPower(address account, uint256 timepoint) external view returns (uint256) {
        return IERC5805(token).getPastVotes(account, timepoint);
    }

    /// @inheritdoc IVotingStrategy
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        return IERC5805(token).getPastTotalSupply(timepoint);
    }
}
