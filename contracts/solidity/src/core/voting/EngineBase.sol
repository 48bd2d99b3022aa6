// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Counting, ProposalType} from "../../interfaces/GovernanceTypes.sol";
import {IStatements} from "../../interfaces/IStatements.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {TypedData} from "../../lib/TypedData.sol";

/// @title What every part of the VotingEngine shares: its storage and its clocks.
/// @dev All state of the engine is declared here, in one struct, so that no part can move another's.
/// @custom:security-contact security@civicportal.example
abstract contract EngineBase is IVotingEngine, TypedData {
    using Checkpoints for Checkpoints.Trace208;

    /// @dev One slot: all that deciding "is it open" needs.
    struct WindowClock {
        uint48 voteStart;
        uint48 voteEnd;
        /// Seconds already spent paused when the window was opened.
        uint48 pausedBefore;
        /// Running number of the window, which names its receipt bit.
        uint24 index;
        uint8 proposalType;
        /// How ballots are weighed: ONE_PERSON, TOKEN or QUADRATIC.
        uint8 counting;
        bool closed;
    }

    struct Window {
        WindowClock clock;
        bytes32 rulesHash;
        address strategy;
        /// What a citizen may spend in `creditPeriod`; 0 unless votes cost credits.
        uint32 credits;
        /// The period that the ballots of this vote are paid from: that of voteStart.
        uint48 creditPeriod;
    }

    /// @dev The newest pause, running or over; zeros before the first. One slot.
    struct PauseClock {
        uint48 since;
        uint48 until;
        /// Seconds spent paused before `since`.
        uint64 accumulated;
    }

    /// @dev What must be remembered of a delegate in one proposal.
    struct DelegateBallot {
        /// Units that delegators took back by voting in person.
        uint64 taken;
        /// 0 until the delegate has cast received units, then 1 + support.
        uint8 supportPlusOne;
        /// Whether that ballot held the delegate's own unit.
        bool ownCounted;
    }

    /// @dev A unit that begins for a person's newest account once the end of that of the account `from` is recorded.
    struct Waiting {
        address from;
        uint48 until;
    }

    /// @custom:storage-location erc7201:civicportal.storage.VotingEngine
    struct EngineStorage {
        address core;
        address proposalManager;
        address roleManager;
        uint24 windowCount;
        /// When the last window not yet over ends, on a clock that stands still while paused.
        uint48 lastEnd;
        PauseClock pause;
        /// Pauses before the newest, by when they began: their end (48 bits), and the seconds paused up to it (64).
        Checkpoints.Trace208 pauses;
        /// AccountSlot words.
        mapping(address account => uint256 word) accounts;
        /// Receipts of earlier epochs.
        mapping(address account => mapping(uint256 epoch => uint256 receipts)) archive;
        mapping(uint256 proposalId => Window) windows;
        /// Tallies of people's votes: against, for, abstain, ballots, 64 bits each from the lowest. Where votes cost
        /// credits, the last is only of those who voted for or abstained: the quorum counts people.
        mapping(uint256 proposalId => uint256 packedTally) tallies;
        /// Tallies of strategies whose units need more room.
        mapping(uint256 proposalId => uint256[3] votes) wideTallies;
        mapping(uint256 proposalId => mapping(address delegate => DelegateBallot)) delegateBallots;
        Checkpoints.Trace208 supply;
        /// Units that have ended, see {Units}.
        mapping(address account => Checkpoints.Trace208) pastUnits;
        /// Overall (scope 0): the delegate, zero for oneself. For a type (scope 1 + type): the delegate for that type,
        /// one's own address for oneself, zero for as overall.
        mapping(uint8 scope => mapping(address account => Checkpoints.Trace160)) delegateOf;
        /// Overall: units received. For a type: what to add to these in proposals of that type, modulo 2^208.
        mapping(uint8 scope => mapping(address account => Checkpoints.Trace208)) received;
        mapping(address account => uint256) nonces;
        mapping(address strategy => mapping(uint256 period => mapping(address origin => uint256))) creditsSpent;
        /// The first account of the person a unit was moved to; set where the word says MOVED.
        mapping(address account => address) origins;
        /// The newest account of a person whose unit was moved.
        mapping(address origin => address) newest;
        /// While there is one, no unit of the person runs.
        mapping(address origin => Waiting) waiting;
    }

    bytes32 private constant STORAGE = 0x9c047d8848d89fed1b536685a87cb173914074cb50372955c9c5e4602f9a1900;

    // How ballots of a vote are weighed. Plain numbers: an enum is checked at each reading.
    uint8 internal constant ONE_PERSON = uint8(Counting.ONE_PERSON);
    uint8 internal constant TOKEN = uint8(Counting.TOKEN);
    uint8 internal constant QUADRATIC = uint8(Counting.QUADRATIC);

    /// @dev The sentences that people sign, in the language of the deployment.
    IStatements internal immutable _statements;

    constructor(IStatements statements_) {
        _statements = statements_;
    }

    function _storage() internal pure returns (EngineStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }

    /// @dev Reverts unless the caller is this contract of the deployment.
    function _onlyBy(address neighbour) internal view {
        if (msg.sender != neighbour) revert VotingEngineUnauthorized(msg.sender);
    }

    /// @inheritdoc TypedData
    function _domainName() internal pure override returns (string memory) {
        return "VotingEngine";
    }

    function _knownClock(
        EngineStorage storage $,
        uint256 proposalId
    ) internal view returns (WindowClock memory window) {
        window = $.windows[proposalId].clock;
        if (window.voteStart == 0) revert VotingEngineUnknownProposal(proposalId);
    }

    /// @dev voteEnd moved by what was paused since voteStart. Emergencies are decided in a pause, so theirs stands
    ///      still. As long as nothing was paused since opening, the history of pauses isn't read.
    function _shiftedEnd(
        EngineStorage storage $,
        WindowClock memory window,
        PauseClock memory pause
    ) internal view returns (uint48) {
        if (window.proposalType == uint8(ProposalType.EMERGENCY)) return window.voteEnd;
        uint256 total = _secondsPaused(pause);
        if (total == window.pausedBefore || block.timestamp <= window.voteStart) return window.voteEnd;
        return uint48(window.voteEnd + total - _secondsPausedAt($, pause, window.voteStart));
    }

    function _isPaused(PauseClock memory pause) internal view returns (bool) {
        return block.timestamp < pause.until;
    }

    /// @dev Seconds spent paused up to now.
    function _secondsPaused(PauseClock memory pause) internal view returns (uint64) {
        return uint64(pause.accumulated + Math.min(block.timestamp, pause.until) - pause.since);
    }

    /// @dev Seconds spent paused up to `time`, which isn't in the future.
    function _secondsPausedAt(
        EngineStorage storage $,
        PauseClock memory pause,
        uint48 time
    ) private view returns (uint256) {
        if (time >= pause.since) return pause.accumulated + Math.min(time, pause.until) - pause.since;
        uint256 earlier = $.pauses.upperLookupRecent(time);
        uint256 end = earlier >> 64;
        uint256 total = uint64(earlier);
        return time < end ? total - (end - time) : total;
    }

    function _past(uint256 timepoint) internal view returns (uint48) {
        if (timepoint >= block.timestamp) revert VotingEngineFutureLookup(timepoint, uint48(block.timestamp));
        return uint48(timepoint);
    }
}
