// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {ITokenStrategy} from "../interfaces/ITokenStrategy.sol";
import {IVotingStrategy} from "../interfaces/IVotingStrategy.sol";

/// @title Power is the account's votes in a token at the snapshot; the token has its own delegation.
/// @custom:security-contact security@civicportal.example
contract TokenWeightedStrategy is ITokenStrategy, ERC165 {
    bytes32 private constant TIMESTAMP_MODE = keccak256("mode=timestamp");

    /// @inheritdoc ITokenStrategy
    address public immutable token;

    /// @param token_ An ERC-5805 token with `mode=timestamp`, whose two reads of the past work.
    constructor(address token_) {
        if (keccak256(bytes(IERC5805(token_).CLOCK_MODE())) != TIMESTAMP_MODE) {
            revert TokenWeightedStrategyClockUnfit(token_);
        }
        // A token that can't answer would leave its proposals undecided.
        IERC5805(token_).getPastTotalSupply(block.timestamp - 1);
        IERC5805(token_).getPastVotes(address(this), block.timestamp - 1);
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

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC165, IERC165) returns (bool) {
        return
            interfaceId == type(ITokenStrategy).interfaceId ||
            interfaceId == type(IVotingStrategy).interfaceId ||
            super.supportsInterface(interfaceId);
    }
}
