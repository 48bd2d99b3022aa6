// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC165, IERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IQuadraticStrategy} from "../interfaces/IQuadraticStrategy.sol";
import {IVotingEngine} from "../interfaces/IVotingEngine.sol";
import {IVotingStrategy} from "../interfaces/IVotingStrategy.sol";

/// @title Every citizen has the same credits in each period; n votes cost n^2 of them, in one's own name only.
/// @dev The engine counts these ballots and keeps what was spent in its own storage; this contract fixes the terms for
///      good and answers readers.
/// @custom:security-contact security@civicportal.example
contract QuadraticStrategy is IQuadraticStrategy, ERC165 {
    /// @notice Bounds of the length of a period. In seconds.
    uint48 public constant MIN_PERIOD_LENGTH = 1 days;
    uint48 public constant MAX_PERIOD_LENGTH = 3660 days;

    /// @inheritdoc IQuadraticStrategy
    address public immutable votingEngine;
    /// @inheritdoc IQuadraticStrategy
    uint32 public immutable credits;
    /// @inheritdoc IQuadraticStrategy
    uint48 public immutable periodLength;

    /// @param votingEngine_ The engine that holds the citizens.
    /// @param credits_ Credits of a citizen in each period, at least 1.
    /// @param periodLength_ Length of a period in seconds.
    constructor(address votingEngine_, uint32 credits_, uint48 periodLength_) {
        if (credits_ == 0) revert QuadraticStrategyNoCredits();
        if (periodLength_ < MIN_PERIOD_LENGTH || periodLength_ > MAX_PERIOD_LENGTH) {
            revert QuadraticStrategyPeriodOutOfBounds(periodLength_, MIN_PERIOD_LENGTH, MAX_PERIOD_LENGTH);
        }
        votingEngine = votingEngine_;
        credits = credits_;
        periodLength = periodLength_;
    }

    /// @inheritdoc IVotingStrategy
    function kind() external pure returns (string memory) {
        return "quadratic";
    }

    /// @notice Most votes that a citizen of `timepoint` could cast now in a vote whose snapshot is `timepoint`.
    /// @inheritdoc IVotingStrategy
    function getVotingPower(address account, uint256 timepoint) external view returns (uint256) {
        if (!IVotingEngine(votingEngine).wasCitizen(account, timepoint)) return 0;
        // Voting begins one second after its snapshot.
        return Math.sqrt(creditsLeft(account, periodOf(timepoint + 1)));
    }

    /// @notice Citizens at `timepoint`: the quorum counts people, not votes.
    /// @inheritdoc IVotingStrategy
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        return IVotingEngine(votingEngine).getPastTotalSupply(timepoint);
    }

    /// @inheritdoc IQuadraticStrategy
    function periodOf(uint256 timepoint) public view returns (uint48) {
        return uint48(timepoint / periodLength);
    }

    /// @inheritdoc IQuadraticStrategy
    function creditsLeft(address account, uint256 period) public view returns (uint256) {
        return credits - IVotingEngine(votingEngine).creditsSpent(address(this), account, period);
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC165, IERC165) returns (bool) {
        return
            interfaceId == type(IQuadraticStrategy).interfaceId ||
            interfaceId == type(IVotingStrategy).interfaceId ||
            super.supportsInterface(interfaceId);
    }
}
