// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Counting, ProposalType, StrategyTerms, Terms} from "../../interfaces/GovernanceTypes.sol";
import {IGovernanceCore} from "../../interfaces/IGovernanceCore.sol";
import {IStrategyFactory} from "../../interfaces/IStrategyFactory.sol";
import {IVotingStrategy} from "../../interfaces/IVotingStrategy.sol";
import {Parameters} from "./Parameters.sol";

/// @title The ways of counting that proposals may choose, and which types each may decide.
/// @dev What a strategy is, is recorded when it is admitted and never asked of it again.
/// @custom:security-contact security@civicportal.example
abstract contract Strategies is Parameters {
    /// @notice Every type of proposal; bit n stands for ProposalType n.
    uint8 public constant ALL_TYPES = 0x3f;
    /// @notice What a strategy may decide that doesn't count one person one vote: POLICY and BUDGET.
    uint8 public constant OPEN_TYPES = 0x03;
    /// @notice The one ballot box there is, the VotingEngine.
    uint8 public constant ENGINE_BOX = 0;

    /// @inheritdoc IGovernanceCore
    function registerStrategy(StrategyTerms calldata terms) external onlyExecution returns (address) {
        return _registerStrategy(terms);
    }

    /// @inheritdoc IGovernanceCore
    function retireStrategy(address strategy) external onlyExecution {
        StrategyRecord storage record = _storage().strategies[strategy];
        if (record.id == 0) revert GovernanceCoreStrategyUnknown(strategy);
        if (record.id == 1) revert GovernanceCoreStrategyNeeded(strategy);
        if (record.retired) {
            emit StrategyUnchanged(strategy);
            return;
        }
        record.retired = true;
        emit StrategyRetired(strategy);
    }

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IGovernanceCore
    function strategyInfo(
        address strategy
    ) external view returns (uint16 id, Counting counting, uint8 types, uint256 threshold, bool retired) {
        StrategyRecord memory record = _storage().strategies[strategy];
        if (record.id != 0) threshold = _thresholdOf(record);
        return (record.id, record.counting, record.types, threshold, record.retired);
    }

    /// @inheritdoc IGovernanceCore
    function strategyAt(uint16 id) public view returns (address) {
        address[] storage list = _storage().strategyList;
        return id == 0 || id > list.length ? address(0) : list[id - 1];
    }

    /// @inheritdoc IGovernanceCore
    function openingOf(
        uint16 strategyId,
        ProposalType proposalType
    )
        external
        view
        returns (address strategy, Counting counting, uint8 box, bool retired, uint256 threshold, Terms memory terms)
    {
        strategy = strategyAt(strategyId);
        if (strategy == address(0)) return (strategy, counting, box, retired, threshold, terms);
        StrategyRecord memory record = _storage().strategies[strategy];
        bool byAnyCitizen = proposalType == ProposalType.PARAMETER || proposalType == ProposalType.EMERGENCY;
        threshold = byAnyCitizen ? 1 : _thresholdOf(record);
        return (strategy, record.counting, ENGINE_BOX, record.retired, threshold, termsFor(proposalType));
    }

    /// @inheritdoc IGovernanceCore
    function ballotBoxAt(uint8 id) external view returns (address) {
        return id == ENGINE_BOX ? _storage().neighbours.votingEngine : address(0);
    }

    // ----------------------------------------------------------------- internal

    /// @dev Admits the strategies of the first day; the first of them decides what no other may.
    function _initializeStrategies(StrategyTerms[] calldata given) internal {
        bool fit = given.length != 0 && given[0].counting == Counting.ONE_PERSON && given[0].types == ALL_TYPES;
        if (!fit) revert GovernanceCoreFirstStrategyUnfit();
        for (uint256 i; i < given.length; ++i) {
            _registerStrategy(given[i]);
        }
    }

    function _registerStrategy(StrategyTerms calldata terms) private returns (address strategy) {
        _checkTerms(terms);
        CoreStorage storage $ = _storage();
        bytes32 termsHash = keccak256(abi.encode(terms));
        strategy = $.byTerms[termsHash];
        if (strategy != address(0) && !$.strategies[strategy].retired) {
            emit StrategyUnchanged(strategy);
            return strategy;
        }
        strategy = IStrategyFactory($.neighbours.strategyFactory).make(terms);
        $.byTerms[termsHash] = strategy;
        $.strategyList.push(strategy);
        $.strategies[strategy] = StrategyRecord({
            id: uint16($.strategyList.length),
            counting: terms.counting,
            types: terms.types,
            retired: false,
            threshold: uint208(terms.threshold)
        });
        _announce(strategy, terms);
    }

    function _announce(address strategy, StrategyTerms calldata terms) private {
        string memory kind = IVotingStrategy(strategy).kind();
        emit StrategyRegistered(strategy, kind, uint8(terms.counting), terms.types, terms.threshold);
        if (terms.counting == Counting.QUADRATIC) emit CreditsAllotted(strategy, terms.credits, terms.periodLength);
    }

    /// @dev A count of tokens or of credits never decides who governs, by what rules, or by what code.
    function _checkTerms(StrategyTerms calldata terms) private pure {
        uint8 allowed = terms.counting == Counting.ONE_PERSON ? ALL_TYPES : OPEN_TYPES;
        if (terms.types == 0 || terms.types & ~allowed != 0) {
            revert GovernanceCoreTypesNotAllowed(terms.counting, terms.types);
        }
        bool ofToken = terms.counting == Counting.TOKEN;
        bool fit = ofToken ? terms.threshold != 0 && terms.threshold <= type(uint208).max : terms.threshold == 0;
        if (!fit) revert GovernanceCoreThresholdNotAllowed(terms.counting, terms.threshold);
    }

    function _thresholdOf(StrategyRecord memory record) private view returns (uint256) {
        return record.counting == Counting.TOKEN ? record.threshold : _storage().params.proposalThreshold;
    }
}
