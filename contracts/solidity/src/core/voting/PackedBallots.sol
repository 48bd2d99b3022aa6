// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {Ballots} from "./Ballots.sol";

/// @title Many signed ballots of one proposal in one transaction, 123 bytes each, or 125 in a quadratic vote.
/// @dev Nearly all are read, checked and counted on a short path of their own; the rest by the rules of a single ballot,
///      see {Ballots}.
abstract contract PackedBallots is Ballots {
    /// @dev What the ballots of a batch share, and where the ballot at hand is read to; all in memory, since the stack is
    ///      too small. The short path reads the fields by their place: keep their order.
    struct Batch {
        uint256 proposalId;
        /// The 8 words of the EIP-712 struct at hand, then the 66 bytes of its digest's input, see {_prepareBatch}.
        uint256 scratch;
        uint256 snapshot;
        /// Receipts epoch of the window with no flags beside it; out of reach unless one person has one vote.
        uint256 plainEpoch;
        uint256 bit;
        /// The packed tally of people's votes, written back once.
        uint256 tally;
        /// Storage slot of the mapping of accounts.
        uint256 accounts;
        /// Bytes of a packed ballot.
        uint256 size;
    }

    uint256 private constant PACKED_BALLOT = 123;
    uint256 private constant PACKED_VOTES = 2;
    /// @dev One above half the order of secp256k1; an s from there on is the malleable twin of a signature.
    uint256 private constant S_LIMIT = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A1;

    // How far the short path came with a ballot.
    uint256 private constant UNSIGNED = 0;
    uint256 private constant SIGNED = 1;
    uint256 private constant COUNTED = 2;

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
        Batch memory batch = _prepareBatch($, proposalId, rulesHash, window);
        if (packed.length % batch.size != 0) revert VotingEngineBatchLength(packed.length);
        uint256 oldTally = batch.tally;
        counted = _countAll($, window, batch, packed);
        if (batch.tally != oldTally) $.tallies[proposalId] = batch.tally;
    }

    /// @dev Writes once what all ballots of the batch share into the memory that each is then read to.
    function _prepareBatch(
        EngineStorage storage $,
        uint256 proposalId,
        bytes32 rulesHash,
        WindowClock memory window
    ) private view returns (Batch memory batch) {
        bytes32 separator = _domainSeparator();
        bytes32 typeHash = BALLOT_TYPEHASH;
        mapping(address => uint256) storage accounts = $.accounts;
        uint256 scratch;
        uint256 accountsSlot;
        assembly ("memory-safe") {
            scratch := mload(0x40)
            mstore(0x40, add(scratch, 0x160))
            mstore(scratch, typeHash)
            mstore(add(scratch, 0x20), proposalId)
            mstore(add(scratch, 0x40), rulesHash)
            mstore(add(scratch, 0x100), shl(240, 0x1901))
            mstore(add(scratch, 0x102), separator)
            accountsSlot := accounts.slot
        }
        batch.proposalId = proposalId;
        batch.scratch = scratch;
        batch.snapshot = window.voteStart - 1;
        batch.plainEpoch = window.counting == ONE_PERSON ? window.index >> 7 : type(uint256).max;
        batch.bit = 1 << (window.index & 127);
        batch.tally = $.tallies[proposalId];
        batch.accounts = accountsSlot;
        batch.size = window.counting == QUADRATIC ? PACKED_BALLOT + PACKED_VOTES : PACKED_BALLOT;
    }

    function _countAll(
        EngineStorage storage $,
        WindowClock memory window,
        Batch memory batch,
        bytes calldata packed
    ) private returns (uint256 counted) {
        uint256 size = batch.size;
        uint256 offset;
        uint256 end;
        assembly ("memory-safe") {
            offset := packed.offset
            end := add(offset, packed.length)
        }
        unchecked {
            for (; offset < end; offset += size) {
                uint256 reached = _countPlain(batch, offset, size == PACKED_BALLOT ? EMPTY_HASH : _votesHash(offset));
                if (reached == COUNTED || _countOther($, window, batch, offset, reached)) ++counted;
            }
        }
    }

    /// @dev Reads the packed ballot at calldata `offset` into memory, checks its deadline and signature, and counts it if
    ///      its citizen never delegated nor was a delegate, and has no receipt of a newer epoch: nearly all of them. One
    ///      comparison tells, since the epoch and the flags lie side by side; a word without a unit has an end of 0.
    ///      All in one piece of assembly: this is what a ballot costs.
    function _countPlain(Batch memory batch, uint256 offset, bytes32 paramsHash) private returns (uint256 reached) {
        uint256 sLimit = S_LIMIT;
        bytes32 topic = VoteCast.selector;
        assembly ("memory-safe") {
            let scratch := mload(add(batch, 0x20))
            let head := calldataload(offset)
            let voter := shr(96, head)
            let support := byte(20, head)
            let deadline := and(shr(40, head), 0xffffffffffff)
            mstore(add(scratch, 0x60), voter)
            mstore(add(scratch, 0x80), support)
            mstore(add(scratch, 0xa0), paramsHash)
            mstore(add(scratch, 0xc0), calldataload(add(offset, 27)))
            mstore(add(scratch, 0xe0), deadline)
            mstore(add(scratch, 0x122), keccak256(scratch, 0x100))

            let input := mload(0x40)
            let vs := calldataload(add(offset, 91))
            let s := shr(1, shl(1, vs))
            mstore(input, keccak256(add(scratch, 0x100), 66))
            mstore(add(input, 0x20), add(27, shr(255, vs)))
            mstore(add(input, 0x40), calldataload(add(offset, 59)))
            mstore(add(input, 0x60), s)
            mstore(0, 0)
            pop(staticcall(gas(), 1, input, 0x80, 0, 0x20))
            // A failed recovery leaves zero, which must never pass for the zero address.
            reached := and(
                and(lt(s, sLimit), iszero(gt(timestamp(), deadline))),
                and(eq(mload(0), voter), iszero(iszero(voter)))
            )
            if reached {
                // The voter lies at 0 already.
                mstore(0x20, mload(add(batch, 0xc0)))
                let slot := keccak256(0, 0x40)
                let word := sload(slot)
                let bit := mload(add(batch, 0x80))
                if and(
                    and(
                        eq(and(shr(128, word), 0xffffffff), mload(add(batch, 0x60))),
                        and(iszero(and(word, bit)), lt(support, 3))
                    ),
                    and(
                        gt(and(shr(160, word), 0xffffffffffff), timestamp()),
                        iszero(gt(shr(208, word), mload(add(batch, 0x40))))
                    )
                ) {
                    sstore(slot, or(word, bit))
                    // The weight takes the place of the params between support and reason: the data of VoteCast.
                    mstore(add(scratch, 0xa0), 1)
                    log3(add(scratch, 0x80), 0x60, topic, voter, mload(batch))
                    let tally := add(batch, 0xa0)
                    mstore(tally, add(mload(tally), add(shl(192, 1), shl(shl(6, support), 1))))
                    reached := 2
                }
            }
        }
    }

    /// @dev Counts a ballot that is not of the plain kind, or names it with the selector of what is wrong.
    function _countOther(
        EngineStorage storage $,
        WindowClock memory window,
        Batch memory batch,
        uint256 offset,
        uint256 reached
    ) private returns (bool) {
        bytes4 code = reached == UNSIGNED ? _whyUnsigned(batch.scratch) : _countSigned($, window, batch, offset);
        if (code == 0) return true;
        uint256 scratch = batch.scratch;
        bytes32 digest;
        assembly ("memory-safe") {
            digest := keccak256(add(scratch, 0x100), 66)
        }
        emit BallotSkipped(digest, _voterAt(offset), batch.proposalId, code);
        return false;
    }

    /// @dev Counts by the rules of a single ballot. Returns 0 or the selector of what is wrong.
    function _countSigned(
        EngineStorage storage $,
        WindowClock memory window,
        Batch memory batch,
        uint256 offset
    ) private returns (bytes4 code) {
        uint256 scratch = batch.scratch;
        uint8 support;
        bytes32 reasonHash;
        assembly ("memory-safe") {
            support := mload(add(scratch, 0x80))
            reasonHash := mload(add(scratch, 0xc0))
        }
        uint256 votes = batch.size == PACKED_BALLOT ? 0 : _votesAt(offset);
        uint256 weight;
        (code, weight, batch.tally) = _count(
            $,
            batch.proposalId,
            window,
            _voterAt(offset),
            support,
            votes,
            batch.tally
        );
        if (code == 0) emit VoteCast(_voterAt(offset), batch.proposalId, support, weight, reasonHash);
    }

    /// @dev What is wrong with a ballot whose deadline or signature doesn't hold.
    function _whyUnsigned(uint256 scratch) private view returns (bytes4) {
        uint256 deadline;
        assembly ("memory-safe") {
            deadline := mload(add(scratch, 0xe0))
        }
        return
            block.timestamp > deadline
                ? VotingEngineSignatureExpired.selector
                : VotingEngineInvalidSignature.selector;
    }

    function _voterAt(uint256 offset) private pure returns (address voter) {
        assembly ("memory-safe") {
            voter := shr(96, calldataload(offset))
        }
    }

    /// @dev How many votes the quadratic ballot at `offset` asks for.
    function _votesAt(uint256 offset) private pure returns (uint256 votes) {
        assembly ("memory-safe") {
            votes := shr(240, calldataload(add(offset, 123)))
        }
    }

    /// @dev Hash of the `params` that its voter signed.
    function _votesHash(uint256 offset) private pure returns (bytes32) {
        return keccak256(abi.encode(_votesAt(offset)));
    }
}
