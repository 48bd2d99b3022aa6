// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {IVotingStrategy} from "../../interfaces/IVotingStrategy.sol";
import {AccountSlot} from "../../lib/AccountSlot.sol";
import {EngineBase} from "./EngineBase.sol";
import {Units} from "./Units.sol";

/// @title What a ballot weighs: units of one's own and of others, votes that are paid for, tokens.
/// @custom:security-contact security@civicportal.example
abstract contract Weights is EngineBase {
    using AccountSlot for uint256;
    using Units for EngineBase.EngineStorage;

    /// @dev Most votes of one quadratic ballot; credits have 32 bits, so nobody can pay for more.
    uint256 internal constant MAX_VOTES = type(uint16).max;

    /// @dev What a strategy may spend on one answer, the token behind it included. More would let a hostile token
    ///      burn the gas of a whole batch.
    uint256 private constant LOOKUP_GAS = 500_000;
    /// @dev What must be left before such a call, so that it surely gets LOOKUP_GAS.
    uint256 private constant LOOKUP_LEAST = (LOOKUP_GAS * 64) / 63 + 10_000;
    /// @dev Most units of one account or in all, which every ERC20Votes token keeps to: no sum of ballots overflows.
    uint256 internal constant MAX_UNITS = type(uint208).max;

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IVotingEngine
    function getBallotPower(uint256 proposalId, address account) external view returns (uint256) {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _knownClock($, proposalId);
        uint48 snapshot = _past(window.voteStart - 1);
        if (window.counting == ONE_PERSON) return _ballotPower($, proposalId, window, account);
        Window storage stored = $.windows[proposalId];
        if (window.counting == TOKEN) {
            uint256 power = _tokenPower(stored.strategy, account, snapshot);
            return power > MAX_UNITS ? 0 : power;
        }
        uint256 word = $.accounts[account];
        if ($.castable(word, account, snapshot) == 0) return 0;
        address origin = $.originOf(word, account);
        return Math.sqrt(stored.credits - $.creditsSpent[stored.strategy][stored.creditPeriod][origin]);
    }

    /// @inheritdoc IVotingEngine
    function creditsSpent(address strategy, address account, uint256 period) external view returns (uint256) {
        EngineStorage storage $ = _storage();
        return $.creditsSpent[strategy][period][$.originOf($.accounts[account], account)];
    }

    // ------------------------------------------------------------------- people

    /// @dev Takes votes^2 credits of the period that the vote began in, or says why not.
    function _payVotes(
        EngineStorage storage $,
        uint256 proposalId,
        WindowClock memory window,
        address voter,
        uint256 word,
        uint256 votes
    ) internal returns (bytes4) {
        if (votes == 0 || votes > MAX_VOTES) return VotingEngineInvalidParams.selector;
        if ($.castable(word, voter, window.voteStart - 1) == 0) return VotingEngineNoPower.selector;
        Window storage stored = $.windows[proposalId];
        mapping(address => uint256) storage spent = $.creditsSpent[stored.strategy][stored.creditPeriod];
        address origin = $.originOf(word, voter);
        uint256 total = spent[origin] + votes * votes;
        if (total > stored.credits) return VotingEngineCreditsExceeded.selector;
        spent[origin] = total;
        return 0;
    }

    /// @dev Weight of a voter who ever delegated or received units.
    function _flaggedWeight(
        EngineStorage storage $,
        uint256 proposalId,
        WindowClock memory window,
        address voter,
        uint256 word,
        uint8 support,
        uint256 tally
    ) internal returns (uint256 weight, uint256 newTally) {
        uint256 own = $.castable(word, voter, window.voteStart - 1);
        weight = own;
        if (word & AccountSlot.IS_DELEGATE != 0) {
            weight += _castReceived($, proposalId, window, voter, word, support, own != 0);
        }
        newTally = own == 0 ? tally : _takeBack($, proposalId, window, voter, word, tally);
    }

    /// @dev Units that delegators left to the voter, who casts them now; none if the voter lost DELEGATE.
    function _castReceived(
        EngineStorage storage $,
        uint256 proposalId,
        WindowClock memory window,
        address voter,
        uint256 word,
        uint8 support,
        bool ownCounted
    ) private returns (uint256 left) {
        uint48 snapshot = window.voteStart - 1;
        DelegateBallot storage ballot = $.delegateBallots[proposalId][voter];
        left = $.receivedAt(word, voter, window.proposalType, snapshot) - ballot.taken;
        if (left == 0 || !$.standsSince(voter, snapshot)) return 0;
        ballot.supportPlusOne = support + 1;
        ballot.ownCounted = ownCounted;
    }

    /// @dev The voter casts the own unit: if it was with a delegate, it leaves the delegate's weight, and the
    ///      tally if it was counted. Of a delegate who can't cast it any more nothing is taken, but it is noted as used
    ///      all the same.
    function _takeBack(
        EngineStorage storage $,
        uint256 proposalId,
        WindowClock memory window,
        address voter,
        uint256 word,
        uint256 tally
    ) private returns (uint256) {
        address holder = $.holderAt(word, voter, window.proposalType, window.voteStart - 1);
        if (holder == address(0)) return tally;
        DelegateBallot storage ballot = $.delegateBallots[proposalId][holder];
        bool counted = ballot.supportPlusOne != 0;
        if (counted || $.standsSince(holder, window.voteStart - 1)) {
            uint256 oldWeight = _delegateWeight($, proposalId, window, holder);
            emit DelegateWeightReduced(holder, proposalId, voter, oldWeight, oldWeight - 1, counted);
        }
        ++ballot.taken;
        return counted ? tally - (1 << ((uint256(ballot.supportPlusOne) - 1) * 64)) : tally;
    }

    /// @dev What a one-person ballot of the account weighs now, cast or not.
    function _ballotPower(
        EngineStorage storage $,
        uint256 proposalId,
        WindowClock memory window,
        address account
    ) private view returns (uint256) {
        uint256 word = $.accounts[account];
        uint48 snapshot = window.voteStart - 1;
        bool casts = word & AccountSlot.IS_DELEGATE != 0 &&
            ($.delegateBallots[proposalId][account].supportPlusOne != 0 || $.standsSince(account, snapshot));
        return
            casts ? _delegateWeight($, proposalId, window, account) : $.castable(word, account, snapshot);
    }

    /// @dev The same of a delegate who may cast what was received, or did so.
    function _delegateWeight(
        EngineStorage storage $,
        uint256 proposalId,
        WindowClock memory window,
        address account
    ) private view returns (uint256) {
        DelegateBallot storage ballot = $.delegateBallots[proposalId][account];
        uint256 word = $.accounts[account];
        uint48 snapshot = window.voteStart - 1;
        uint256 own = ballot.supportPlusOne != 0
            ? (ballot.ownCounted ? 1 : 0)
            : $.castable(word, account, snapshot);
        return own + $.receivedAt(word, account, window.proposalType, snapshot) - ballot.taken;
    }

    // --------------------------------------------------------------- strategies

    /// @dev Power under a strategy of tokens; the greatest number if it fails to say.
    function _tokenPower(address strategy, address account, uint48 snapshot) internal view returns (uint256) {
        return _ask(strategy, abi.encodeCall(IVotingStrategy.getVotingPower, (account, snapshot)));
    }

    /// @dev Units in all under a strategy of tokens; the greatest number if it fails to say.
    function _tokenSupply(address strategy, uint48 snapshot) internal view returns (uint256) {
        return _ask(strategy, abi.encodeCall(IVotingStrategy.getPastTotalSupply, (snapshot)));
    }

    /// @dev The number that a strategy answers; the greatest if it fails. A call gets at most 63/64 of the gas
    ///      that is left: one that failed and may have had less than LOOKUP_GAS reverts all, or the sender of a
    ///      transaction could choose which answers fail.
    function _ask(address strategy, bytes memory question) private view returns (uint256 answer) {
        uint256 lookupGas = LOOKUP_GAS;
        uint256 available = gasleft();
        bool answered;
        assembly ("memory-safe") {
            // The call is made first: Yul evaluates from the right.
            answered := and(
                gt(returndatasize(), 0x1f),
                staticcall(lookupGas, strategy, add(question, 0x20), mload(question), 0, 0x20)
            )
            answer := mload(0)
        }
        if (answered) return answer;
        if (available < LOOKUP_LEAST) revert VotingEngineTooLittleGas();
        return type(uint256).max;
    }
}
