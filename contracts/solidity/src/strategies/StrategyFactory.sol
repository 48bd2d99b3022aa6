// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Counting, StrategyTerms} from "../interfaces/GovernanceTypes.sol";
import {IStrategyFactory} from "../interfaces/IStrategyFactory.sol";
import {OnePersonOneVoteStrategy} from "./OnePersonOneVoteStrategy.sol";
import {QuadraticStrategy} from "./QuadraticStrategy.sol";
import {TokenWeightedStrategy} from "./TokenWeightedStrategy.sol";

/// @title Makes every strategy of a deployment out of parameters; immutable and unproxied, as what it makes.
/// @custom:security-contact security@civicportal.example
contract StrategyFactory is IStrategyFactory {
    /// @inheritdoc IStrategyFactory
    address public immutable votingEngine;

    /// @param votingEngine_ The engine that holds the citizens.
    constructor(address votingEngine_) {
        votingEngine = votingEngine_;
    }

    /// @inheritdoc IStrategyFactory
    function make(StrategyTerms calldata terms) external returns (address strategy) {
        Counting counting = terms.counting;
        bool ofToken = counting == Counting.TOKEN;
        bool isPriced = counting == Counting.QUADRATIC;
        // Terms that mean the same are written in one way only, so that equal strategies have equal terms.
        if ((!ofToken && terms.token != address(0)) || (!isPriced && (terms.credits | terms.periodLength) != 0)) {
            revert StrategyFactoryTermNotUsed(counting);
        }
        if (ofToken) return address(new TokenWeightedStrategy(terms.token));
        if (isPriced) return address(new QuadraticStrategy(votingEngine, terms.credits, terms.periodLength));
        return address(new OnePersonOneVoteStrategy(votingEngine));
    }
}
