// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Ballot, ProposalType} from "../../interfaces/GovernanceTypes.sol";
import {IBallotBox} from "../../interfaces/IBallotBox.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {IVotingStrategy} from "../../interfaces/IVotingStrategy.sol";
import {AccountSlot} from "../../lib/AccountSlot.sol";
import {EngineBase} from "./EngineBase.sol";
import {Units} from "./Units.sol";

/// @title Ballots one by one: who may cast them, what they weigh, their receipts and tallies.
/// @dev A one-person ballot reads the window's clock, the pause clock, the voter's word and the tally, and writes
///      the last two; a quadratic one reads and writes what the voter spent as well. Neither calls another contract,
///      save the one that words what is signed.
/// @custom:security-contact security@civicportal.example
abstract contract Ballots is EngineBase {
    using AccountSlot for uint256;
    using Units for EngineBase.EngineStorage;

    bytes32 internal constant BALLOT_TYPEHASH = keccak256(
        "Ballot(string statement,uint256 proposalId,bytes32 rulesHash,address voter,uint8 support,bytes params,bytes32 reasonHash,uint48 deadline)"
    );
    bytes32 internal constant EMPTY_HASH = keccak256("");

    uint256 internal constant ONE_BALLOT = 1 << 192;
    /// @dev Most votes of one quadratic ballot; credits have 32 bits, so nobody can pay for more.
    uint256 internal constant MAX_VOTES = type(uint16).max;

    /// @dev What a strategy may spend on one answer, the token behind it included. More would let a hostile token
    ///      burn the gas of a whole batch.
    uint256 private constant LOOKUP_GAS = 500_000;
    /// @dev What must be left before such a call, so that it surely gets LOOKUP_GAS.
    uint256 private constant LOOKUP_LEAST = (LOOKUP_GAS * 64) / 63 + 10_000;
    /// @dev Most units of one account or in all, which every ERC20Votes token keeps to: no sum of ballots overflows.
    uint256 private constant MAX_UNITS = type(uint208).max;

    // ------------------------------------------------------------------ casting

    /// @inheritdoc IVotingEngine
    function castVote(uint256 proposalId, uint8 support) external returns (uint256) {
        return _castOne(proposalId, msg.sender, support, 0, 0);
    }

    /// @inheritdoc IVotingEngine
    function castVoteWithReason(uint256 proposalId, uint8 support, string calldata reason) external returns (uint256) {
        return _castWithReason(proposalId, support, reason, 0);
    }

    /// @inheritdoc IVotingEngine
    function castVoteWithParams(
        uint256 proposalId,
        uint8 support,
        string calldata reason,
        bytes calldata params
    ) external returns (uint256) {
        return _castWithReason(proposalId, support, reason, _votesIn(params));
    }

    /// @inheritdoc IVotingEngine
    function castVoteBySig(Ballot calldata ballot, bytes calldata signature) external returns (uint256) {
        if (block.timestamp > ballot.deadline) revert VotingEngineSignatureExpired();
        Window storage window = _storage().windows[ballot.proposalId];
        bytes32 rulesHash = window.rulesHash;
        if (ballot.rulesHash != rulesHash) revert VotingEngineRulesChanged(ballot.proposalId, rulesHash);
        uint256 votes = _votesIn(ballot.params);
        bytes32 structHash = keccak256(
            abi.encode(
                BALLOT_TYPEHASH,
                _statementHash(ballot.proposalId, window.clock.counting, ballot.support, votes),
                ballot.proposalId,
                rulesHash,
                ballot.voter,
                ballot.support,
                keccak256(ballot.params),
                ballot.reasonHash,
                ballot.deadline
            )
        );
        if (!_isSignedBy(ballot.voter, _digest(structHash), signature)) revert VotingEngineInvalidSignature();
        return _castOne(ballot.proposalId, ballot.voter, ballot.support, ballot.reasonHash, votes);
    }

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

    /// @inheritdoc IVotingEngine
    function statements() external view returns (address) {
        return address(_statements);
    }

    /// @inheritdoc IBallotBox
    function hasVoted(uint256 proposalId, address account) external view returns (bool) {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _knownClock($, proposalId);
        return _hasReceipt($, account, $.accounts[account], window.index);
    }

    /// @inheritdoc IBallotBox
    function proposalVotes(
        uint256 proposalId
    ) external view returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes) {
        EngineStorage storage $ = _storage();
        return _votes($, proposalId, _knownClock($, proposalId).counting);
    }

    // ----------------------------------------------------------------- counting

    /// @dev How many votes a ballot's `params` ask for: 0 without params, out of bounds if they are malformed.
    function _votesIn(bytes calldata params) private pure returns (uint256) {
        if (params.length == 0) return 0;
        uint256 votes = params.length == 32 ? uint256(bytes32(params)) : 0;
        return votes == 0 ? type(uint256).max : votes;
    }

    /// @dev Hash of the sentence that a ballot is signed with: the numbers beside it, in words.
    function _statementHash(
        uint256 proposalId,
        uint8 counting,
        uint8 support,
        uint256 votes
    ) internal view returns (bytes32) {
        return
            keccak256(
                bytes(
                    counting == QUADRATIC
                        ? _statements.quadraticBallot(proposalId, support, votes)
                        : _statements.ballot(proposalId, support)
                )
            );
    }

    function _castWithReason(
        uint256 proposalId,
        uint8 support,
        string calldata reason,
        uint256 votes
    ) private returns (uint256 weight) {
        bool given = bytes(reason).length != 0;
        weight = _castOne(proposalId, msg.sender, support, given ? keccak256(bytes(reason)) : bytes32(0), votes);
        if (given) emit VoteReasonPublished(msg.sender, proposalId, reason);
    }

    /// @param votes How many votes the ballot asks for; 0 if it doesn't say.
    function _castOne(
        uint256 proposalId,
        address voter,
        uint8 support,
        bytes32 reasonHash,
        uint256 votes
    ) private returns (uint256 weight) {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _openWindow($, proposalId);
        uint256 oldTally = window.counting == TOKEN ? 0 : $.tallies[proposalId];
        uint256 tally;
        bytes4 code;
        (code, weight, tally) = _count($, proposalId, window, voter, support, votes, oldTally);
        if (code != 0) {
            // None of the errors a ballot can be refused with has arguments: the selector is the whole of it.
            assembly ("memory-safe") {
                mstore(0, code)
                revert(0, 4)
            }
        }
        if (tally != oldTally) $.tallies[proposalId] = tally;
        emit VoteCast(voter, proposalId, support, weight, reasonHash);
    }

    /// @dev The window's clock if ballots are taken now.
    function _openWindow(
        EngineStorage storage $,
        uint256 proposalId
    ) internal view returns (WindowClock memory window) {
        window = _knownClock($, proposalId);
        if (window.closed || block.timestamp < window.voteStart) revert VotingEngineNotActive(proposalId);
        PauseClock memory pause = $.pause;
        if (window.proposalType != uint8(ProposalType.EMERGENCY) && _isPaused(pause)) revert VotingEnginePaused();
        if (block.timestamp >= _shiftedEnd($, window, pause)) revert VotingEngineNotActive(proposalId);
    }

    /// @dev Counts one ballot or says, by an error's selector, why not. `tally` is the packed tally of people's votes,
    ///      which the caller writes back; wide tallies are written here.
    function _count(
        EngineStorage storage $,
        uint256 proposalId,
        WindowClock memory window,
        address voter,
        uint8 support,
        uint256 votes,
        uint256 tally
    ) internal returns (bytes4 code, uint256 weight, uint256 newTally) {
        if (support > 2) return (VotingEngineInvalidSupport.selector, 0, tally);
        uint256 word = $.accounts[voter];
        if (_hasReceipt($, voter, word, window.index)) return (VotingEngineAlreadyVoted.selector, 0, tally);
        if (window.counting == ONE_PERSON) {
            if (votes != 0) return (VotingEngineParamsNotEmpty.selector, 0, tally);
            if (word & AccountSlot.FLAGS == 0) weight = $.castable(word, voter, window.voteStart - 1);
            else (weight, tally) = _flaggedWeight($, proposalId, window, voter, word, support, tally);
            if (weight == 0) return (VotingEngineNoPower.selector, 0, tally);
            unchecked {
                tally += (weight << (uint256(support) * 64)) + ONE_BALLOT;
            }
        } else if (window.counting == TOKEN) {
            if (votes != 0) return (VotingEngineParamsNotEmpty.selector, 0, tally);
            weight = _tokenPower($.windows[proposalId].strategy, voter, window.voteStart - 1);
            if (weight == 0) return (VotingEngineNoPower.selector, 0, tally);
            if (weight > MAX_UNITS) return (VotingEngineStrategyFailed.selector, 0, tally);
            $.wideTallies[proposalId][support] += weight;
        } else {
            code = _payVotes($, proposalId, window, voter, word, votes);
            if (code != 0) return (code, 0, tally);
            weight = votes;
            unchecked {
                tally += (votes << (uint256(support) * 64)) + (support == 0 ? 0 : ONE_BALLOT);
            }
        }
        _giveReceipt($, voter, word, window.index);
        return (0, weight, tally);
    }

    // ------------------------------------------------------------------ weights

    /// @dev Takes votes^2 credits of the period that the vote began in, or says why not.
    function _payVotes(
        EngineStorage storage $,
        uint256 proposalId,
        WindowClock memory window,
        address voter,
        uint256 word,
        uint256 votes
    ) private returns (bytes4) {
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
    ) private returns (uint256 weight, uint256 newTally) {
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
    function _tokenPower(address strategy, address account, uint48 snapshot) private view returns (uint256) {
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

    // ----------------------------------------------------- receipts and tallies

    function _hasReceipt(
        EngineStorage storage $,
        address account,
        uint256 word,
        uint256 index
    ) private view returns (bool) {
        uint256 epoch = index >> 7;
        uint256 newest = word.epoch();
        if (epoch > newest) return false;
        uint256 receipts = epoch == newest ? word : $.archive[account][epoch];
        return (receipts >> (index & 127)) & 1 != 0;
    }

    function _giveReceipt(EngineStorage storage $, address account, uint256 word, uint256 index) private {
        uint256 epoch = index >> 7;
        uint256 newest = word.epoch();
        uint256 bit = 1 << (index & 127);
        if (epoch < newest) {
            $.archive[account][epoch] |= bit;
            return;
        }
        if (epoch > newest) {
            uint256 receipts = word.receipts();
            if (receipts != 0) $.archive[account][newest] = receipts;
            word = word.withEpoch(epoch);
        }
        $.accounts[account] = word | bit;
    }

    function _votes(
        EngineStorage storage $,
        uint256 proposalId,
        uint8 counting
    ) internal view returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes) {
        if (counting == TOKEN) {
            uint256[3] storage wide = $.wideTallies[proposalId];
            return (wide[0], wide[1], wide[2]);
        }
        uint256 tally = $.tallies[proposalId];
        return (uint64(tally), uint64(tally >> 64), uint64(tally >> 128));
    }
}
