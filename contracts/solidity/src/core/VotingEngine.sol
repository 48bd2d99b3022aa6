// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IQuadraticStrategy} from "../interfaces/IQuadraticStrategy.sol";
import {IVotingEngine} from "../interfaces/IVotingEngine.sol";
import {IVotingStrategy} from "../interfaces/IVotingStrategy.sol";
import {Delegations} from "./voting/Delegations.sol";
import {PackedBallots} from "./voting/PackedBallots.sol";

/// @title Citizens, delegations, ballots and tallies.
/// @dev Made of parts in voting/; what is left here are the windows and the pause. Every outside call of the engine is
///      a static one (a strategy's power, a role, an ERC-1271 signature), so no state can change underneath and no
///      reentrancy guard is paid for.
contract VotingEngine is Delegations, PackedBallots, Initializable {
    using Checkpoints for Checkpoints.Trace208;

    bytes32 private constant ONE_PERSON_KIND = keccak256("one-person-one-vote");
    bytes32 private constant QUADRATIC_KIND = keccak256("quadratic");

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Names the contracts that may move this one.
    /// @param core GovernanceCore: the pause.
    /// @param proposalManager_ ProposalManager: windows.
    /// @param roleManager_ RoleManager: citizens.
    function initialize(address core, address proposalManager_, address roleManager_) external initializer {
        EngineStorage storage $ = _storage();
        $.core = core;
        $.proposalManager = proposalManager_;
        $.roleManager = roleManager_;
    }

    // -------------------------------------------- by the deployment's contracts

    /// @inheritdoc IVotingEngine
    function openWindow(
        uint256 proposalId,
        bytes32 rulesHash,
        uint48 voteStart,
        uint48 voteEnd,
        address strategy,
        uint8 proposalType
    ) external {
        EngineStorage storage $ = _storage();
        if (msg.sender != $.proposalManager) revert VotingEngineUnauthorized(msg.sender);
        Window storage window = $.windows[proposalId];
        if (window.clock.voteStart != 0) revert VotingEngineWindowExists(proposalId);
        uint48 pausedBefore = uint48(_secondsPaused($.pause));
        uint8 counting = _countingOf(strategy);
        window.clock = WindowClock({
            voteStart: voteStart,
            voteEnd: voteEnd,
            pausedBefore: pausedBefore,
            index: $.windowCount++,
            proposalType: proposalType,
            counting: counting,
            closed: false
        });
        window.rulesHash = rulesHash;
        window.strategy = strategy;
        if (counting == QUADRATIC) {
            window.credits = IQuadraticStrategy(strategy).credits();
            window.creditPeriod = IQuadraticStrategy(strategy).periodOf(voteStart);
        }

        LongestWindow memory longest = $.longest;
        uint48 period = voteEnd - voteStart;
        bool over = block.timestamp - pausedBefore >= longest.end;
        if (over || period > longest.period) longest.period = period;
        if (voteEnd - pausedBefore > longest.end) longest.end = voteEnd - pausedBefore;
        $.longest = longest;
        emit VotingWindowOpened(proposalId, rulesHash, voteStart, voteEnd, strategy);
    }

    /// @inheritdoc IVotingEngine
    function closeWindow(uint256 proposalId) external {
        EngineStorage storage $ = _storage();
        if (msg.sender != $.proposalManager) revert VotingEngineUnauthorized(msg.sender);
        _knownClock($, proposalId);
        $.windows[proposalId].clock.closed = true;
        emit VotingWindowClosed(proposalId);
    }

    /// @inheritdoc IVotingEngine
    function setPaused(uint48 until) external {
        EngineStorage storage $ = _storage();
        if (msg.sender != $.core) revert VotingEngineUnauthorized(msg.sender);
        PauseClock memory pause = $.pause;
        if (!_isPaused(pause)) {
            pause.accumulated = _secondsPaused(pause);
            pause.since = uint48(block.timestamp);
        }
        pause.until = until;
        $.pause = pause;
    }

    /// @inheritdoc IVotingEngine
    function clearPaused() external {
        EngineStorage storage $ = _storage();
        if (msg.sender != $.core) revert VotingEngineUnauthorized(msg.sender);
        $.pause = PauseClock({since: 0, until: 0, accumulated: _secondsPaused($.pause)});
    }

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IVotingEngine
    function result(
        uint256 proposalId
    )
        external
        view
        returns (
            uint48 voteEnd,
            uint256 againstVotes,
            uint256 forVotes,
            uint256 abstainVotes,
            uint256 supply,
            uint256 turnout
        )
    {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _knownClock($, proposalId);
        uint48 snapshot = _past(window.voteStart - 1);
        voteEnd = _shiftedEnd(window, $.pause);
        (againstVotes, forVotes, abstainVotes) = _votes($, proposalId, window.counting);
        turnout = window.counting == QUADRATIC ? $.tallies[proposalId] >> 192 : forVotes + abstainVotes;
        supply =
            window.counting == TOKEN
                ? IVotingStrategy($.windows[proposalId].strategy).getPastTotalSupply(snapshot)
                : $.supply.upperLookupRecent(snapshot);
    }

    /// @inheritdoc IVotingEngine
    function votingWindow(
        uint256 proposalId
    ) external view returns (uint48 voteStart, uint48 voteEnd, bytes32 rulesHash, address strategy) {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _knownClock($, proposalId);
        Window storage stored = $.windows[proposalId];
        return (window.voteStart, _shiftedEnd(window, $.pause), stored.rulesHash, stored.strategy);
    }

    /// @inheritdoc IVotingEngine
    function paused() external view returns (bool) {
        return _isPaused(_storage().pause);
    }

    /// @inheritdoc IVotingEngine
    function pausedSeconds() external view returns (uint256) {
        return _secondsPaused(_storage().pause);
    }

    /// @inheritdoc IVotingEngine
    function pauseState() external view returns (bool isPaused, uint64 secondsPaused, uint48 until) {
        PauseClock memory pause = _storage().pause;
        isPaused = _isPaused(pause);
        return (isPaused, _secondsPaused(pause), isPaused ? pause.until : 0);
    }

    /// @inheritdoc IVotingEngine
    function longestOpenPeriod() external view returns (uint48) {
        EngineStorage storage $ = _storage();
        LongestWindow memory longest = $.longest;
        return block.timestamp - _secondsPaused($.pause) < longest.end ? longest.period : 0;
    }

    /// @inheritdoc IVotingEngine
    function clock() external view returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @inheritdoc IVotingEngine
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=timestamp";
    }

    /// @dev How ballots are weighed under `strategy`. GovernanceCore admits no other kinds than these.
    function _countingOf(address strategy) private view returns (uint8) {
        bytes32 kind = keccak256(bytes(IVotingStrategy(strategy).kind()));
        if (kind == ONE_PERSON_KIND) return ONE_PERSON;
        return kind == QUADRATIC_KIND ? QUADRATIC : TOKEN;
    }
}
