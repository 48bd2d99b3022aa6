// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Action, Counting, ProposalType, Terms} from "../interfaces/GovernanceTypes.sol";
import {IBallotBox} from "../interfaces/IBallotBox.sol";

/// @title All neighbours of a ProposalManager in one, with a ballot box of its own that publishes its tally when told to.
///        For tests only.
contract TestTown is IBallotBox {
    /// @notice What {result} answers.
    struct Tally {
        uint48 voteEnd;
        uint256 againstVotes;
        uint256 forVotes;
        uint256 supply;
        uint256 turnout;
        bool tallied;
    }

    uint8 public constant BOX = 7;

    uint8 public passingPercentage = 50;
    Tally private _tally;
    mapping(uint256 proposalId => bytes32) private _rules;
    mapping(uint256 proposalId => uint48) private _starts;

    // --- the ballot box ---

    function publish(Tally calldata tally) external {
        _tally = tally;
    }

    function openWindow(
        uint256 proposalId,
        bytes32 rulesHash,
        uint48 voteStart,
        uint48 voteEnd,
        address strategy,
        uint8,
        Counting
    ) external {
        _rules[proposalId] = rulesHash;
        _starts[proposalId] = voteStart;
        _tally.voteEnd = voteEnd;
        emit VotingWindowOpened(proposalId, rulesHash, voteStart, voteEnd, strategy);
    }

    function closeWindow(uint256 proposalId) external {
        emit VotingWindowClosed(proposalId);
    }

    function result(
        uint256
    ) external view returns (uint48, uint256, uint256, uint256, uint256, uint256, bool) {
        Tally memory t = _tally;
        return (t.voteEnd, t.againstVotes, t.forVotes, 0, t.supply, t.turnout, t.tallied);
    }

    function votingWindow(uint256 proposalId) external view returns (uint48, uint48, bytes32, address) {
        return (_starts[proposalId], _tally.voteEnd, _rules[proposalId], address(this));
    }

    function proposalVotes(uint256) external view returns (uint256, uint256, uint256) {
        return (_tally.againstVotes, _tally.forVotes, 0);
    }

    function hasVoted(uint256, address account) external view returns (bool) {
        return account == address(this);
    }

    // --- GovernanceCore ---

    function setPassingPercentage(uint8 percentage) external {
        passingPercentage = percentage;
    }

    function strategyInfo(address) external pure returns (uint16, Counting, uint8, uint256, bool) {
        return (1, Counting.ONE_PERSON, 0x3f, 1, false);
    }

    function strategyAt(uint16) external view returns (address) {
        return address(this);
    }

    function ballotBoxAt(uint8 box) external view returns (address) {
        return box == BOX ? address(this) : address(0);
    }

    function openingOf(
        uint16,
        ProposalType proposalType
    ) external view returns (address, Counting, uint8, bool, uint256, Terms memory) {
        return (address(this), Counting.ONE_PERSON, BOX, false, 1, termsFor(proposalType));
    }

    function termsFor(ProposalType) public view returns (Terms memory) {
        return
            Terms({
                votingPeriod: 1 days,
                executionDelay: 1 hours,
                reviewPeriod: 1 hours,
                gracePeriod: 2 days,
                noticePeriod: 0,
                quorumPercentage: 50,
                passingPercentage: passingPercentage,
                endorsementPermille: 1
            });
    }

    // --- VotingEngine, RoleManager, ExecutionModule ---

    function citizen(address) external pure returns (uint48 since, uint48 until) {
        return (1, type(uint48).max);
    }

    function getPastTotalSupply(uint256) external pure returns (uint256) {
        return 1;
    }

    function hasRole(bytes32, address) external pure returns (bool) {
        return true;
    }

    function checkActions(ProposalType, Action[] calldata) external pure {}

    function schedule(uint256) external pure returns (uint48, uint48) {
        return (0, 0);
    }
}
