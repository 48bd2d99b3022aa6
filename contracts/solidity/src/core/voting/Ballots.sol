// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ballot, ProposalType} from "../../interfaces/GovernanceTypes.sol";
import {IBallotBox} from "../../interfaces/IBallotBox.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {AccountSlot} from "../../lib/AccountSlot.sol";
import {EngineBase} from "./EngineBase.sol";
import {Units} from "./Units.sol";
import {Weights} from "./Weights.sol";

/// @title Ballots one by one: who may cast them, their receipts and tallies. What they weigh is for {Weights}.
/// @dev A one-person ballot reads the window's clock, the pause clock, the voter's word and the tally, and writes
///      the last two; a quadratic one reads and writes what the voter spent as well. Neither calls another contract,
///      save the one that words what is signed.
/// @custom:security-contact security@civicportal.example
abstract contract Ballots is Weights {
    using AccountSlot for uint256;
    using Units for EngineBase.EngineStorage;

    bytes32 internal constant BALLOT_TYPEHASH = keccak256(
        "Ballot(string statement,uint256 proposalId,bytes32 rulesHash,address voter,uint8 support,bytes params,bytes32 reasonHash,uint48 deadline)"
    );
    bytes32 internal constant EMPTY_HASH = keccak256("");

    uint256 internal constant ONE_BALLOT = 1 << 192;

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
