// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Ballot, ProposalType} from "../../interfaces/GovernanceTypes.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {IVotingStrategy} from "../../interfaces/IVotingStrategy.sol";
import {AccountSlot} from "../../lib/AccountSlot.sol";
import {EngineBase} from "./EngineBase.sol";

/// @title Ballots one by one: who may cast them, what they weigh, their receipts and tallies.
/// @dev A one-person ballot reads the window's clock, the pause clock, the voter's word and the tally, and writes the
///      last two; it calls no other contract.
abstract contract Ballots is EngineBase {
    using AccountSlot for uint256;
    using Checkpoints for Checkpoints.Trace160;
    using Checkpoints for Checkpoints.Trace208;

    bytes32 internal constant BALLOT_TYPEHASH = keccak256(
        "Ballot(uint256 proposalId,bytes32 rulesHash,address voter,uint8 support,bytes params,bytes32 reasonHash,uint48 deadline)"
    );
    bytes32 internal constant EMPTY_HASH = keccak256("");

    uint256 internal constant ONE_BALLOT = 1 << 192;

    // ------------------------------------------------------------------ casting

    /// @inheritdoc IVotingEngine
    function castVote(uint256 proposalId, uint8 support) external returns (uint256) {
        return _castOne(proposalId, msg.sender, support, 0);
    }

    /// @inheritdoc IVotingEngine
    function castVoteWithReason(uint256 proposalId, uint8 support, string calldata reason) external returns (uint256) {
        return _castWithReason(proposalId, support, reason);
    }

    /// @inheritdoc IVotingEngine
    function castVoteWithParams(
        uint256 proposalId,
        uint8 support,
        string calldata reason,
        bytes calldata params
    ) external returns (uint256) {
        if (params.length != 0) revert VotingEngineParamsNotEmpty();
        return _castWithReason(proposalId, support, reason);
    }

    /// @inheritdoc IVotingEngine
    function castVoteBySig(Ballot calldata ballot, bytes calldata signature) external returns (uint256) {
        if (block.timestamp > ballot.deadline) revert VotingEngineSignatureExpired();
        if (ballot.params.length != 0) revert VotingEngineParamsNotEmpty();
        bytes32 rulesHash = _storage().windows[ballot.proposalId].rulesHash;
        if (ballot.rulesHash != rulesHash) revert VotingEngineRulesChanged(ballot.proposalId, rulesHash);
        bytes32 structHash = keccak256(
            abi.encode(
                BALLOT_TYPEHASH,
                ballot.proposalId,
                rulesHash,
                ballot.voter,
                ballot.support,
                EMPTY_HASH,
                ballot.reasonHash,
                ballot.deadline
            )
        );
        if (!_isSignedBy(ballot.voter, _digest(structHash), signature)) revert VotingEngineInvalidSignature();
        return _castOne(ballot.proposalId, ballot.voter, ballot.support, ballot.reasonHash);
    }

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IVotingEngine
    function getBallotPower(uint256 proposalId, address account) external view returns (uint256) {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _knownClock($, proposalId);
        uint48 snapshot = _past(window.voteStart - 1);
        if (!window.onePerson) {
            return IVotingStrategy($.windows[proposalId].strategy).getVotingPower(account, snapshot);
        }
        return _delegateWeight($, proposalId, snapshot, account);
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
        return _votes($, proposalId, _knownClock($, proposalId).onePerson);
    }

    // ----------------------------------------------------------------- counting

    function _castWithReason(
        uint256 proposalId,
        uint8 support,
        string calldata reason
    ) private returns (uint256 weight) {
        bool given = bytes(reason).length != 0;
        weight = _castOne(proposalId, msg.sender, support, given ? keccak256(bytes(reason)) : bytes32(0));
        if (given) emit VoteReasonPublished(msg.sender, proposalId, reason);
    }

    function _castOne(
        uint256 proposalId,
        address voter,
        uint8 support,
        bytes32 reasonHash
    ) private returns (uint256 weight) {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _openWindow($, proposalId);
        uint256 oldTally = window.onePerson ? $.tallies[proposalId] : 0;
        uint256 tally;
        bytes4 code;
        (code, weight, tally) = _count($, proposalId, window, voter, support, oldTally);
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

    /// @dev Counts one ballot or says, by an error's selector, why not. `tally` is the packed one-person tally, which
    ///      the caller writes back; wide tallies are written here.
    function _count(
        EngineStorage storage $,
        uint256 proposalId,
        WindowClock memory window,
        address voter,
        uint8 support,
        uint256 tally
    ) internal returns (bytes4 code, uint256 weight, uint256 newTally) {
        if (support > 2) return (VotingEngineInvalidSupport.selector, 0, tally);
        uint256 word = $.accounts[voter];
        if (_hasReceipt($, voter, word, window.index)) return (VotingEngineAlreadyVoted.selector, 0, tally);
        uint48 snapshot = window.voteStart - 1;
        if (window.onePerson) {
            weight = _ownUnit(word, snapshot);
            if (word & AccountSlot.FLAGS != 0) {
                (weight, tally) = _flaggedWeight($, proposalId, snapshot, voter, word, support, tally);
            }
            if (weight == 0) return (VotingEngineNoPower.selector, 0, tally);
            unchecked {
                tally += (weight << (uint256(support) * 64)) + ONE_BALLOT;
            }
        } else {
            weight = IVotingStrategy($.windows[proposalId].strategy).getVotingPower(voter, snapshot);
            if (weight == 0) return (VotingEngineNoPower.selector, 0, tally);
            $.wideTallies[proposalId][support] += weight;
        }
        _giveReceipt($, voter, word, window.index);
        return (0, weight, tally);
    }

    // ------------------------------------------------------------------ weights

    /// @dev 1 if the unit stood at the snapshot and has not ended now.
    function _ownUnit(uint256 word, uint48 snapshot) private view returns (uint256) {
        return word.since() <= snapshot && word.isValid(block.timestamp) ? 1 : 0;
    }

    /// @dev Weight of a voter who ever delegated or received units.
    function _flaggedWeight(
        EngineStorage storage $,
        uint256 proposalId,
        uint48 snapshot,
        address voter,
        uint256 word,
        uint8 support,
        uint256 tally
    ) private returns (uint256 weight, uint256 newTally) {
        uint256 own = _ownUnit(word, snapshot);
        weight = own;
        if (word & AccountSlot.IS_DELEGATE != 0) {
            DelegateBallot storage ballot = $.delegateBallots[proposalId][voter];
            weight += $.received[OVERALL][voter].upperLookupRecent(snapshot) - ballot.taken;
            if (weight != 0) {
                ballot.supportPlusOne = support + 1;
                ballot.ownCounted = own != 0;
            }
        }
        if (own != 0 && word & AccountSlot.HAS_DELEGATED != 0) {
            address delegatee = address($.delegateOf[OVERALL][voter].upperLookupRecent(snapshot));
            if (delegatee != address(0)) tally = _takeBack($, proposalId, snapshot, delegatee, voter, tally);
        }
        return (weight, tally);
    }

    /// @dev A delegator votes in person: the unit leaves the delegate's weight, and the tally if it was counted.
    function _takeBack(
        EngineStorage storage $,
        uint256 proposalId,
        uint48 snapshot,
        address delegatee,
        address delegator,
        uint256 tally
    ) private returns (uint256) {
        uint256 oldWeight = _delegateWeight($, proposalId, snapshot, delegatee);
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
        uint48 snapshot,
        address account
    ) private view returns (uint256) {
        DelegateBallot storage ballot = $.delegateBallots[proposalId][account];
        uint256 own =
            ballot.supportPlusOne != 0 ? (ballot.ownCounted ? 1 : 0) : _ownUnit($.accounts[account], snapshot);
        return own + $.received[OVERALL][account].upperLookupRecent(snapshot) - ballot.taken;
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
        bool onePerson
    ) internal view returns (uint256 againstVotes, uint256 forVotes, uint256 abstainVotes) {
        if (onePerson) {
            uint256 tally = $.tallies[proposalId];
            return (uint64(tally), uint64(tally >> 64), uint64(tally >> 128));
        }
        uint256[3] storage wide = $.wideTallies[proposalId];
        return (wide[0], wide[1], wide[2]);
    }
}
