// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {AccountSlot} from "../../lib/AccountSlot.sol";
import {Ballots} from "./Ballots.sol";

/// @title Many signed ballots of one proposal in one transaction, 123 bytes each.
/// @dev Nearly all are counted on a short path of their own; the rest by the rules of a single ballot, see {Ballots}.
abstract contract PackedBallots is Ballots {
    using AccountSlot for uint256;

    /// @dev What the ballots of a batch share; in memory, where it costs fewer moves than on the stack.
    struct Batch {
        uint256 proposalId;
        /// Where the ballot at hand is read to, see {_prepareBatch}.
        uint256 scratch;
        uint256 snapshot;
        /// Receipts epoch of the window with no flags beside it; out of reach unless one person has one vote.
        uint256 plainEpoch;
        uint256 bit;
        /// The packed one-person tally, written back once.
        uint256 tally;
    }

    uint256 private constant PACKED_BALLOT = 123;
    /// @dev Half the order of secp256k1; a higher s is the malleable twin of a signature.
    uint256 private constant HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @inheritdoc IVotingEngine
    function castVotesBySig(
        uint256 proposalId,
        bytes32 rulesHash,
        bytes calldata packed
    ) external returns (uint256 counted) {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _openWindow($, proposalId);
        if ($.windows[proposalId].rulesHash != rulesHash) {
            revert VotingEngineRulesChanged(proposalId, $.windows[proposalId].rulesHash);
        }
        if (packed.length % PACKED_BALLOT != 0) revert VotingEngineBatchLength(packed.length);
        Batch memory batch = _prepareBatch($, proposalId, rulesHash, window);
        uint256 oldTally = batch.tally;
        uint256 offset;
        uint256 end;
        assembly ("memory-safe") {
            offset := packed.offset
            end := add(offset, packed.length)
        }
        unchecked {
            for (; offset < end; offset += PACKED_BALLOT) {
                if (_countPacked($, window, batch, offset)) ++counted;
            }
        }
        if (batch.tally != oldTally) $.tallies[proposalId] = batch.tally;
    }

    /// @dev Reserves memory for one ballot at a time: the 8 words of the EIP-712 struct, the 66 bytes of its digest
    ///      (padded to 96), the 3 words of the event. What all ballots of the batch share is written here once.
    function _prepareBatch(
        EngineStorage storage $,
        uint256 proposalId,
        bytes32 rulesHash,
        WindowClock memory window
    ) private view returns (Batch memory batch) {
        bytes32 separator = _domainSeparator();
        bytes32 typeHash = BALLOT_TYPEHASH;
        bytes32 emptyHash = EMPTY_HASH;
        uint256 scratch;
        assembly ("memory-safe") {
            scratch := mload(0x40)
            mstore(0x40, add(scratch, 0x1c0))
            mstore(scratch, typeHash)
            mstore(add(scratch, 0x20), proposalId)
            mstore(add(scratch, 0x40), rulesHash)
            mstore(add(scratch, 0xa0), emptyHash)
            mstore(add(scratch, 0x100), shl(240, 0x1901))
            mstore(add(scratch, 0x102), separator)
            mstore(add(scratch, 0x180), 1)
        }
        batch.proposalId = proposalId;
        batch.scratch = scratch;
        batch.snapshot = window.voteStart - 1;
        batch.plainEpoch = window.onePerson ? window.index >> 7 : type(uint256).max;
        batch.bit = 1 << (window.index & 127);
        batch.tally = $.tallies[proposalId];
    }

    /// @dev Counts the packed ballot at calldata `offset`, or says why it is left out.
    function _countPacked(
        EngineStorage storage $,
        WindowClock memory window,
        Batch memory batch,
        uint256 offset
    ) private returns (bool) {
        (bytes32 digest, bytes4 code) = _readPacked(offset, batch.scratch);
        if (code == 0) {
            if (_countPlain($, batch)) return true;
            code = _countOther($, window, batch);
            if (code == 0) return true;
        }
        (address voter, , ) = _lastRead(batch.scratch);
        emit BallotSkipped(digest, voter, batch.proposalId, code);
        return false;
    }

    /// @dev The ballot of a citizen who never delegated nor was a delegate, and has no receipt of a newer epoch: nearly
    ///      all of them. One expression decides, since the epoch and the flags lie side by side and a word without a
    ///      unit has an end of 0. False, with nothing changed, if the ballot is not of this kind or must be refused.
    function _countPlain(EngineStorage storage $, Batch memory batch) private returns (bool) {
        mapping(address => uint256) storage accounts = $.accounts;
        uint256 scratch = batch.scratch;
        uint256 support;
        uint256 slot;
        uint256 word;
        assembly ("memory-safe") {
            support := mload(add(scratch, 0x80))
            mstore(0, mload(add(scratch, 0x60)))
            mstore(0x20, accounts.slot)
            slot := keccak256(0, 0x40)
            word := sload(slot)
        }
        uint256 bit = batch.bit;
        if (
            uint32(word >> 128) != batch.plainEpoch ||
            word & bit != 0 ||
            word.until() <= block.timestamp ||
            word >> 208 > batch.snapshot ||
            support > 2
        ) return false;
        bytes32 topic = VoteCast.selector;
        uint256 proposalId = batch.proposalId;
        assembly ("memory-safe") {
            sstore(slot, or(word, bit))
            mstore(add(scratch, 0x160), support)
            mstore(add(scratch, 0x1a0), mload(add(scratch, 0xc0)))
            log3(add(scratch, 0x160), 0x60, topic, mload(add(scratch, 0x60)), proposalId)
        }
        unchecked {
            batch.tally += (1 << (support << 6)) + ONE_BALLOT;
        }
        return true;
    }

    /// @dev Any other ballot, by the same rules as a single one. Returns 0 or the selector of what is wrong.
    function _countOther(
        EngineStorage storage $,
        WindowClock memory window,
        Batch memory batch
    ) private returns (bytes4 code) {
        (address voter, uint8 support, bytes32 reasonHash) = _lastRead(batch.scratch);
        uint256 weight;
        (code, weight, batch.tally) = _count($, batch.proposalId, window, voter, support, batch.tally);
        if (code == 0) emit VoteCast(voter, batch.proposalId, support, weight, reasonHash);
    }

    /// @dev What {_readPacked} left in memory.
    function _lastRead(uint256 scratch) private pure returns (address voter, uint8 support, bytes32 reasonHash) {
        assembly ("memory-safe") {
            voter := mload(add(scratch, 0x60))
            support := mload(add(scratch, 0x80))
            reasonHash := mload(add(scratch, 0xc0))
        }
    }

    /// @dev Reads the packed ballot at calldata `offset` into memory and checks its deadline and signature. `code` is 0
    ///      or the selector of what is wrong.
    function _readPacked(uint256 offset, uint256 scratch) private view returns (bytes32 digest, bytes4 code) {
        uint256 deadline;
        uint256 vs;
        assembly ("memory-safe") {
            deadline := shr(208, calldataload(add(offset, 21)))
            vs := calldataload(add(offset, 91))
            mstore(add(scratch, 0x60), shr(96, calldataload(offset)))
            mstore(add(scratch, 0x80), byte(0, calldataload(add(offset, 20))))
            mstore(add(scratch, 0xc0), calldataload(add(offset, 27)))
            mstore(add(scratch, 0xe0), deadline)
            mstore(add(scratch, 0x122), keccak256(scratch, 0x100))
            digest := keccak256(add(scratch, 0x100), 66)
        }
        if (block.timestamp > deadline) return (digest, VotingEngineSignatureExpired.selector);
        uint256 s = vs & (type(uint256).max >> 1);
        uint256 signer;
        if (s <= HALF_ORDER) {
            assembly ("memory-safe") {
                let input := mload(0x40)
                mstore(input, digest)
                mstore(add(input, 0x20), add(27, shr(255, vs)))
                mstore(add(input, 0x40), calldataload(add(offset, 59)))
                mstore(add(input, 0x60), s)
                mstore(0, 0)
                pop(staticcall(gas(), 1, input, 0x80, 0, 0x20))
                // A failed recovery leaves zero, which must never pass for the zero address: then `signer` stays 0.
                if eq(mload(0), mload(add(scratch, 0x60))) {
                    signer := mload(0)
                }
            }
        }
        if (signer == 0) code = VotingEngineInvalidSignature.selector;
    }
}
