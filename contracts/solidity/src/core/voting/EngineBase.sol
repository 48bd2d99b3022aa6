// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {ProposalType} from "../../interfaces/GovernanceTypes.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {AccountSlot} from "../../lib/AccountSlot.sol";
import {TypedData} from "../../lib/TypedData.sol";

/// @title What every part of the VotingEngine shares: its storage, its errors, its clocks.
/// @dev All state of the engine is declared here, in one struct, so that no part can move another's.
abstract contract EngineBase is IVotingEngine, TypedData {
    using AccountSlot for uint256;
    using Checkpoints for Checkpoints.Trace160;
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

    /// @dev One slot. `since` is 0 when no pause was begun since the last one was folded into `accumulated`.
    struct PauseClock {
        uint48 since;
        uint48 until;
        uint64 accumulated;
    }

    /// @dev What must be remembered of a delegate in one proposal.
    struct DelegateBallot {
        /// Units that delegators took back by voting in person.
        uint64 taken;
        /// 0 until the delegate has voted, then 1 + support.
        uint8 supportPlusOne;
        /// Whether the ballot held the delegate's own unit.
        bool ownCounted;
    }

    /// @dev Longest window not yet over, measured on a clock that stands still while paused.
    struct LongestWindow {
        uint48 period;
        uint48 end;
    }

    /// @custom:storage-location erc7201:civicportal.storage.VotingEngine
    struct EngineStorage {
        address core;
        address proposalManager;
        address roleManager;
        uint24 windowCount;
        PauseClock pause;
        LongestWindow longest;
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
        /// 1 where a unit that has ended began, 0 where it ended.
        mapping(address account => Checkpoints.Trace208) pastUnits;
        /// Overall (scope 0): the delegate, zero for oneself. For a type (scope 1 + type): the delegate for that type,
        /// one's own address for oneself, zero for as overall.
        mapping(uint8 scope => mapping(address account => Checkpoints.Trace160)) delegateOf;
        /// Overall: units received. For a type: what to add to these in proposals of that type, modulo 2^208.
        mapping(uint8 scope => mapping(address account => Checkpoints.Trace208)) received;
        mapping(address account => uint256) nonces;
        mapping(address strategy => mapping(uint256 period => mapping(address account => uint256))) creditsSpent;
    }

    bytes32 private constant STORAGE = 0x9c047d8848d89fed1b536685a87cb173914074cb50372955c9c5e4602f9a1900;

    // How ballots of a vote are weighed, from the kind of its strategy. Plain numbers: an enum is checked at each reading.
    uint8 internal constant ONE_PERSON = 0;
    uint8 internal constant TOKEN = 1;
    uint8 internal constant QUADRATIC = 2;

    uint8 internal constant OVERALL = 0;
    uint8 internal constant PROPOSAL_TYPES = uint8(type(ProposalType).max) + 1;

    /// @notice The caller is not the contract of the deployment that this function is for.
    error VotingEngineUnauthorized(address caller);
    error VotingEngineUnknownProposal(uint256 proposalId);
    /// @notice Voting has not begun, is over, or was called off.
    error VotingEngineNotActive(uint256 proposalId);
    error VotingEngineWindowExists(uint256 proposalId);
    error VotingEnginePaused();
    /// @notice The ballot was signed for other rules than those the vote was opened under.
    error VotingEngineRulesChanged(uint256 proposalId, bytes32 rulesHash);
    error VotingEngineInvalidSupport();
    error VotingEngineInvalidSignature();
    error VotingEngineSignatureExpired();
    error VotingEngineAlreadyVoted();
    error VotingEngineNoPower();
    /// @notice The strategy of this proposal takes no params.
    error VotingEngineParamsNotEmpty();
    /// @notice A quadratic ballot says in `params`, as one ABI-encoded uint256, how many votes (1 to 65,535) it casts.
    error VotingEngineInvalidParams();
    /// @notice The votes cost more credits than the voter has left in the period in which voting began.
    error VotingEngineCreditsExceeded();
    /// @notice Packed ballots must be a multiple of 123 bytes, of 125 in a quadratic vote.
    error VotingEngineBatchLength(uint256 length);
    error VotingEngineInvalidNonce(address account, uint256 current);
    error VotingEngineNotCitizen(address account);
    error VotingEngineNotDelegate(address account);
    error VotingEngineUnknownType(uint8 proposalType);
    /// @notice Only times before now can be looked up.
    error VotingEngineFutureLookup(uint256 timepoint, uint48 now_);

    function _storage() internal pure returns (EngineStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }

    /// @inheritdoc TypedData
    function _domainName() internal pure override returns (string memory) {
        return "VotingEngine";
    }

    function _knownClock(EngineStorage storage $, uint256 proposalId) internal view returns (WindowClock memory window) {
        window = $.windows[proposalId].clock;
        if (window.voteStart == 0) revert VotingEngineUnknownProposal(proposalId);
    }

    /// @dev voteEnd moved by the pauses since opening; emergencies are decided in a pause, so theirs stands still.
    function _shiftedEnd(WindowClock memory window, PauseClock memory pause) internal view returns (uint48) {
        if (window.proposalType == uint8(ProposalType.EMERGENCY)) return window.voteEnd;
        return uint48(window.voteEnd + _secondsPaused(pause) - window.pausedBefore);
    }

    function _isPaused(PauseClock memory pause) internal view returns (bool) {
        return pause.since != 0 && block.timestamp < pause.until;
    }

    function _secondsPaused(PauseClock memory pause) internal view returns (uint64) {
        if (pause.since == 0) return pause.accumulated;
        uint256 end = block.timestamp < pause.until ? block.timestamp : pause.until;
        return uint64(pause.accumulated + end - pause.since);
    }

    /// @dev 1 if the unit stood at the snapshot and has not ended now.
    function _ownUnit(uint256 word, uint48 snapshot) internal view returns (uint256) {
        return word.since() <= snapshot && word.isValid(block.timestamp) ? 1 : 0;
    }

    /// @dev Who held the unit of `account` at `timepoint` in proposals of this type; zero for the account itself.
    function _holderAt(
        EngineStorage storage $,
        uint256 word,
        address account,
        uint8 proposalType,
        uint48 timepoint
    ) internal view returns (address holder) {
        if (word & AccountSlot.HAS_DELEGATED == 0) return address(0);
        if (word & AccountSlot.typed(proposalType) != 0) {
            holder = address($.delegateOf[proposalType + 1][account].upperLookupRecent(timepoint));
            if (holder == account) return address(0);
        }
        if (holder == address(0)) holder = address($.delegateOf[OVERALL][account].upperLookupRecent(timepoint));
    }

    /// @dev Units that `account` held for others at `timepoint` in proposals of this type.
    function _receivedAt(
        EngineStorage storage $,
        uint256 word,
        address account,
        uint8 proposalType,
        uint48 timepoint
    ) internal view returns (uint256) {
        if (word & AccountSlot.IS_DELEGATE == 0) return 0;
        uint208 units = $.received[OVERALL][account].upperLookupRecent(timepoint);
        if (word & AccountSlot.typed(proposalType) != 0) {
            uint208 difference = $.received[proposalType + 1][account].upperLookupRecent(timepoint);
            unchecked {
                units += difference;
            }
        }
        return units;
    }

    function _past(uint256 timepoint) internal view returns (uint48) {
        if (timepoint >= block.timestamp) revert VotingEngineFutureLookup(timepoint, uint48(block.timestamp));
        return uint48(timepoint);
    }
}
