// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Ballot, ProposalType} from "../../interfaces/GovernanceTypes.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {IVotingStrategy} from "../../interfaces/IVotingStrategy.sol";
import {AccountSlot} from "../../lib/AccountSlot.sol";
import {EngineBase} from "./EngineBase.sol";

/// @title Ballots one by one: who may cast them, what they weigh, their receipts and tallies.
/// @dev A one-person ballot reads the window's clock, the pause clock, the voter's word and the tally, and writes the
///      last two; a quadratic one reads and writes what the voter spent as well. Neither calls another contract.
abstract contract Ballots is EngineBase {
    using AccountSlot for uint256;

    bytes32 internal constant BALLOT_TYPEHASH = keccak256(
        "Ballot(uint256 proposalId,bytes32 rulesHash,address voter,uint8 support,bytes params,bytes32 reasonHash,uint48 deadline)"
    );
    bytes32 internal constant EMPTY_HASH = keccak256("");

    uint256 internal constant ONE_BALLOT = 1 << 192;
    /// @dev Most votes of one quadratic ballot; credits have 32 bits, so nobody can pay for more.
    uint256 internal constant MAX_VOTES = type(uint16).max;

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
        bytes32 rulesHash = _storage().windows[ballot.proposalId].rulesHash;
        if (ballot.rulesHash != rulesHash) revert VotingEngineRulesChanged(ballot.proposalId, rulesHash);
        bytes32 structHash = keccak256(
            abi.encode(
                BALLOT_TYPEHASH,
                ballot.proposalId,
                rulesHash,
                ballot.voter,
                ballot.support,
                ballot.params.length == 0 ? EMPTY_HASH : keccak256(ballot.params),
                ballot.reasonHash,
                ballot.deadline
            )
        );
        if (!_isSignedBy(ballot.voter, _digest(structHash), signature)) revert VotingEngineInvalidSignature();
        return _castOne(ballot.proposalId, ballot.voter, ballot.support, ballot.reasonHash, _votesIn(ballot.params));
    }

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IVotingEngine
    function getBallotPower(uint256 proposalId, address account) external view returns (uint256) {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _knownClock($, proposalId);
        uint48 snapshot = _past(window.voteStart - 1);
        if (window.counting == ONE_PERSON) return _delegateWeight($, proposalId, window, account);
        Window storage stored = $.windows[proposalId];
        if (window.counting == TOKEN) {
            return IVotingStrategy(stored.strategy).getVotingPower(account, snapshot);
        }
        if (_ownUnit($.accounts[account], snapshot) == 0) return 0;
        return Math.sqrt(stored.credits - $.creditsSpent[stored.strategy][stored.creditPeriod][account]);
    }

    /// @inheritdoc IVotingEngine
    function creditsSpent(address strategy, address account, uint256 period) external view returns (uint256) {
        return _storage().creditsSpent[strategy][period][account];
    }

    /// @inheritdoc IVotingEngine
    function hasVoted(uint256 proposalId, address account) external view returns (bool) {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _knownClock($, proposalId);
        return _hasReceipt($, account, $.accounts[account], window.index);
    }

    /// @inheritdoc IVotingEngine
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
    function _openWindow(EngineStorage storage $, uint256 proposalId) internal view returns (WindowClock memory window) {
        window = _knownClock($, proposalId);
        if (window.closed || block.timestamp < window.voteStart) revert VotingEngineNotActive(proposalId);
        PauseClock memory pause = $.pause;
        if (window.proposalType != uint8(ProposalType.EMERGENCY) && _isPaused(pause)) revert VotingEnginePaused();
        if (block.timestamp >= _shiftedEnd(window, pause)) revert VotingEngineNotActive(proposalId);
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
            if (word & AccountSlot.FLAGS == 0) weight = _ownUnit(word, window.voteStart - 1);
            else (weight, tally) = _flaggedWeight($, proposalId, window, voter, word, support, tally);
            if (weight == 0) return (VotingEngineNoPower.selector, 0, tally);
            unchecked {
                tally += (weight << (uint256(support) * 64)) + ONE_BALLOT;
            }
        } else if (window.counting == TOKEN) {
            if (votes != 0) return (VotingEngineParamsNotEmpty.selector, 0, tally);
            weight = IVotingStrategy($.windows[proposalId].strategy).getVotingPower(voter, window.voteStart - 1);
            if (weight == 0) return (VotingEngineNoPower.selector, 0, tally);
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
        if (_ownUnit(word, window.voteStart - 1) == 0) return VotingEngineNoPower.selector;
        Window storage stored = $.windows[proposalId];
        mapping(address => uint256) storage spent = $.creditsSpent[stored.strategy][stored.creditPeriod];
        uint256 total = spent[voter] + votes * votes;
        if (total > stored.credits) return VotingEngineCreditsExceeded.selector;
        spent[voter] = total;
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
        uint48 snapshot = window.voteStart - 1;
        uint256 own = _ownUnit(word, snapshot);
        weight = own;
        if (word & AccountSlot.IS_DELEGATE != 0) {
            DelegateBallot storage ballot = $.delegateBallots[proposalId][voter];
            weight += _receivedAt($, word, voter, window.proposalType, snapshot) - ballot.taken;
            if (weight != 0) {
                ballot.supportPlusOne = support + 1;
                ballot.ownCounted = own != 0;
            }
        }
        if (own != 0) {
            address holder = _holderAt($, word, voter, window.proposalType, snapshot);
            if (holder != address(0)) tally = _takeBack($, proposalId, window, holder, voter, tally);
        }
        return (weight, tally);
    }

    /// @dev A delegator votes in person: the unit leaves the delegate's weight, and the tally if it was counted.
    function _takeBack(
        EngineStorage storage $,
        uint256 proposalId,
        WindowClock memory window,
        address delegatee,
        address delegator,
        uint256 tally
    ) private returns (uint256) {
        uint256 oldWeight = _delegateWeight($, proposalId, window, delegatee);
        DelegateBallot storage ballot = $.delegateBallots[proposalId][delegatee];
        ++ballot.taken;
        uint8 supportPlusOne = ballot.supportPlusOne;
        bool counted = supportPlusOne != 0;
        if (counted) tally -= 1 << ((uint256(supportPlusOne) - 1) * 64);
        emit DelegateWeightReduced(delegatee, proposalId, delegator, oldWeight, oldWeight - 1, counted);
        return tally;
    }

    /// @dev What the account's ballot weighs now, cast or not.
    function _delegateWeight(
        EngineStorage storage $,
        uint256 proposalId,
        WindowClock memory window,
        address account
    ) private view returns (uint256) {
        DelegateBallot storage ballot = $.delegateBallots[proposalId][account];
        uint256 word = $.accounts[account];
        uint48 snapshot = window.voteStart - 1;
        uint256 own = ballot.supportPlusOne != 0 ? (ballot.ownCounted ? 1 : 0) : _ownUnit(word, snapshot);
        return own + _receivedAt($, word, account, window.proposalType, snapshot) - ballot.taken;
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
