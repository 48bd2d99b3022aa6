// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {AccountSlot} from "../../lib/AccountSlot.sol";
import {Ballots} from "./Ballots.sol";

/// @title Many signed ballots of one proposal in one transaction, 123 bytes each, or 125 in a quadratic vote.
/// @dev Nearly all are read, checked and counted in one tight loop; the rest by the rules of a single ballot, see
///      {Ballots}. The loop works on memory at fixed places, reserved before anything else is: adding to a pointer for
///      every word would be a tenth of what it costs. The places, all of one word unless said:
///
///      0x080 the EIP-712 struct: type hash, hash of the statement, proposal, rules hash, voter, support, hash of
///            params, reason hash, deadline
///      0x1a0 the 66 bytes that the digest is of: 0x1901, domain separator, struct hash
///      0x200 what ecrecover takes: digest, v, r, s
///      0x280 the bits of a voter's word that tell a plain ballot: epoch, flags, the receipt at hand
///      0x2a0 what these bits are for a plain ballot
///      0x2c0 the receipt's bit
///      0x2e0 the vote's first second where a word has the unit's beginning, in the highest 48 bits
///      0x300 the current second, likewise, and ones below: a unit's end, shifted there, must be above
///      0x320 hashes of the statements, by support: against, for, abstain; last for any other support, see {Ballots}
/// @custom:security-contact security@civicportal.example
abstract contract PackedBallots is Ballots {
    /// @dev What the ballots of a batch share.
    struct Batch {
        uint256 proposalId;
        /// The packed tally of people's votes, written back once.
        uint256 tally;
        /// Bytes of a packed ballot.
        uint256 size;
    }

    uint256 private constant PACKED_BALLOT = 123;
    uint256 private constant PACKED_VOTES = 2;
    /// @dev One above half the order of secp256k1; an s from there on is the malleable twin of a signature.
    uint256 private constant S_LIMIT = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A1;

    /// @inheritdoc IVotingEngine
    function castVotesBySig(
        uint256 proposalId,
        bytes32 rulesHash,
        bytes calldata packed
    ) external returns (uint256 counted) {
        assembly ("memory-safe") {
            // Nothing is allocated yet; if ever a compiler does so, stop rather than write over it.
            if sub(mload(0x40), 0x80) {
                invalid()
            }
            mstore(0x40, 0x3a0)
        }
        EngineStorage storage $ = _storage();
        WindowClock memory window = _openWindow($, proposalId);
        if ($.windows[proposalId].rulesHash != rulesHash) {
            revert VotingEngineRulesChanged(proposalId, $.windows[proposalId].rulesHash);
        }
        Batch memory batch = Batch({
            proposalId: proposalId,
            tally: $.tallies[proposalId],
            size: window.counting == QUADRATIC ? PACKED_BALLOT + PACKED_VOTES : PACKED_BALLOT
        });
        if (packed.length % batch.size != 0) revert VotingEngineBatchLength(packed.length);
        _prepare(proposalId, rulesHash, window);
        if (window.counting != QUADRATIC) _word(proposalId);
        uint256 oldTally = batch.tally;
        counted = _countAll($, window, batch, packed);
        if (batch.tally != oldTally) $.tallies[proposalId] = batch.tally;
    }

    /// @dev Writes to memory what all ballots of the batch share.
    function _prepare(uint256 proposalId, bytes32 rulesHash, WindowClock memory window) private view {
        bytes32 separator = _domainSeparator();
        bytes32 typeHash = BALLOT_TYPEHASH;
        uint256 bit = 1 << (window.index & 127);
        uint256 mask = AccountSlot.EPOCH | AccountSlot.FLAGS | bit;
        // Elsewhere than in one person, one vote no ballot is plain: the mask lacks a bit that is asked for.
        uint256 plain = window.counting == ONE_PERSON ? uint256(window.index >> 7) << 128 : 1 << 255;
        uint256 voteStart = window.voteStart;
        assembly ("memory-safe") {
            mstore(0x80, typeHash)
            mstore(0xc0, proposalId)
            mstore(0xe0, rulesHash)
            mstore(0x1a0, shl(240, 0x1901))
            mstore(0x1a2, separator)
            mstore(0x280, mask)
            mstore(0x2a0, plain)
            mstore(0x2c0, bit)
            mstore(0x2e0, shl(208, voteStart))
            mstore(0x300, or(shl(208, timestamp()), shr(48, not(0))))
        }
    }

    /// @dev Writes to memory the statements of all ballots of the batch, where votes have no price.
    function _word(uint256 proposalId) private view {
        (bytes32 against, bytes32 for_, bytes32 abstain) = _statements.ballotHashes(proposalId);
        bytes32 other = EMPTY_HASH;
        assembly ("memory-safe") {
            mstore(0x320, against)
            mstore(0x340, for_)
            mstore(0x360, abstain)
            mstore(0x380, other)
        }
    }

    /// @dev Writes to memory the statement and returns the hash of the params of the quadratic ballot at `offset`.
    ///      Both are its own: votes have a price, so each ballot says how many it casts. Leaves no memory behind.
    function _wordVotes(uint256 proposalId, uint256 offset) private view returns (bytes32 paramsHash) {
        uint256 votes = _votesAt(offset);
        uint8 support;
        uint256 free;
        assembly ("memory-safe") {
            support := byte(20, calldataload(offset))
            free := mload(0x40)
        }
        bytes32 statement = _statementHash(proposalId, QUADRATIC, support, votes);
        assembly ("memory-safe") {
            // One that isn't of this support is never read.
            mstore(0x320, statement)
            mstore(0x340, statement)
            mstore(0x360, statement)
            mstore(0x380, statement)
            mstore(0, votes)
            paramsHash := keccak256(0, 0x20)
            mstore(0x40, free)
        }
    }

    function _countAll(
        EngineStorage storage $,
        WindowClock memory window,
        Batch memory batch,
        bytes calldata packed
    ) private returns (uint256 counted) {
        uint256 offset;
        uint256 end;
        assembly ("memory-safe") {
            offset := packed.offset
            end := add(offset, packed.length)
        }
        bool priced = batch.size != PACKED_BALLOT;
        unchecked {
            while (offset < end) {
                bytes32 paramsHash = priced ? _wordVotes(batch.proposalId, offset) : EMPTY_HASH;
                (uint256 next, bool signed) = _countPlain(batch, offset, end, paramsHash);
                uint256 plain = (next - offset) / PACKED_BALLOT;
                batch.tally += plain * ONE_BALLOT;
                counted += plain;
                offset = next;
                if (offset >= end) break;
                if (_countOther($, window, batch, offset, signed)) ++counted;
                offset += batch.size;
            }
        }
    }

    /// @dev Counts ballots from calldata `offset` on that are well signed, in time, and of citizens who never
    ///      delegated nor were delegates, and have no receipt of a newer epoch: nearly all of them. Stops at `end` or
    ///      at the first ballot, read to memory by then, that is not of this kind; `signed` tells whether it is well
    ///      signed and in time. One comparison tells a plain word, since receipts, epoch and flags lie side by side; a
    ///      word without a unit has an end of 0. All in one piece of assembly: this is what a ballot costs.
    function _countPlain(
        Batch memory batch,
        uint256 offset,
        uint256 end,
        bytes32 paramsHash
    ) private returns (uint256 next, bool signed) {
        mapping(address => uint256) storage accounts = _storage().accounts;
        uint256 sLimit = S_LIMIT;
        bytes32 topic = VoteCast.selector;
        uint256 tally = batch.tally;
        assembly ("memory-safe") {
            // With the voter at 0, the place of the voter's word is the hash of the first 64 bytes.
            mstore(0x20, accounts.slot)
            for {

            } lt(offset, end) {
                offset := add(offset, 123)
            } {
                let support := calldataload(offset)
                let voter := shr(96, support)
                mstore(0x180, and(shr(40, support), 0xffffffffffff))
                support := byte(20, support)
                // 3 stands for everything above 2.
                let other := gt(support, 2)
                mstore(0xa0, mload(add(0x320, shl(5, xor(support, mul(other, xor(support, 3)))))))
                mstore(0x100, voter)
                mstore(0x120, support)
                mstore(0x140, paramsHash)
                mstore(0x160, calldataload(add(offset, 27)))
                mstore(0x1c2, keccak256(0x80, 0x120))
                mstore(0x200, keccak256(0x1a0, 66))
                let vs := calldataload(add(offset, 91))
                mstore(0x220, add(27, shr(255, vs)))
                mstore(0x240, calldataload(add(offset, 59)))
                mstore(0x260, shr(1, shl(1, vs)))
                // A failed recovery leaves what is no address.
                mstore(0, not(0))
                pop(staticcall(gas(), 1, 0x200, 0x80, 0, 0x20))
                // Greater: the one holds and the other doesn't.
                signed := and(eq(mload(0), voter), gt(lt(mload(0x260), sLimit), gt(timestamp(), mload(0x180))))
                let slot := keccak256(0, 0x40)
                let word := sload(slot)
                if iszero(
                    and(
                        and(signed, iszero(other)),
                        and(
                            eq(and(word, mload(0x280)), mload(0x2a0)),
                            and(gt(shl(48, word), mload(0x300)), lt(word, mload(0x2e0)))
                        )
                    )
                ) {
                    break
                }
                sstore(slot, or(word, mload(0x2c0)))
                // The weight takes the place of the params between support and reason: the data of VoteCast.
                mstore(0x140, 1)
                log3(0x120, 0x60, topic, voter, mload(0xc0))
                tally := add(tally, shl(shl(6, support), 1))
            }
            next := offset
        }
        batch.tally = tally;
    }

    /// @dev Counts the ballot in memory, which is not of the plain kind, or names it with the selector of what is
    /// wrong.
    function _countOther(
        EngineStorage storage $,
        WindowClock memory window,
        Batch memory batch,
        uint256 offset,
        bool signed
    ) private returns (bool) {
        bytes32 digest;
        uint256 deadline;
        assembly ("memory-safe") {
            digest := mload(0x200)
            deadline := mload(0x180)
        }
        bytes4 code;
        if (signed) code = _countSigned($, window, batch, offset);
        else if (block.timestamp > deadline) code = VotingEngineSignatureExpired.selector;
        else code = VotingEngineInvalidSignature.selector;
        if (code == 0) return true;
        emit BallotSkipped(digest, _voterInMemory(), batch.proposalId, code);
        return false;
    }

    /// @dev Counts by the rules of a single ballot. Returns 0 or the selector of what is wrong.
    function _countSigned(
        EngineStorage storage $,
        WindowClock memory window,
        Batch memory batch,
        uint256 offset
    ) private returns (bytes4 code) {
        uint8 support;
        bytes32 reasonHash;
        assembly ("memory-safe") {
            support := mload(0x120)
            reasonHash := mload(0x160)
        }
        uint256 votes = batch.size == PACKED_BALLOT ? 0 : _votesAt(offset);
        address voter = _voterInMemory();
        uint256 weight;
        (code, weight, batch.tally) = _count($, batch.proposalId, window, voter, support, votes, batch.tally);
        if (code == 0) emit VoteCast(voter, batch.proposalId, support, weight, reasonHash);
    }

    function _voterInMemory() private pure returns (address voter) {
        assembly ("memory-safe") {
            voter := mload(0x100)
        }
    }

    /// @dev How many votes the quadratic ballot at `offset` asks for.
    function _votesAt(uint256 offset) private pure returns (uint256 votes) {
        assembly ("memory-safe") {
            votes := shr(240, calldataload(add(offset, 123)))
        }
    }
}
