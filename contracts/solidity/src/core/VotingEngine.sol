// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Counting} from "../interfaces/GovernanceTypes.sol";
import {IBallotBox} from "../interfaces/IBallotBox.sol";
import {IQuadraticStrategy} from "../interfaces/IQuadraticStrategy.sol";
import {IStatements} from "../interfaces/IStatements.sol";
import {IUpgradeChecked} from "../interfaces/IUpgradeChecked.sol";
import {IVotingEngine} from "../interfaces/IVotingEngine.sol";
import {Delegations} from "./voting/Delegations.sol";
import {EngineBase} from "./voting/EngineBase.sol";
import {PackedBallots} from "./voting/PackedBallots.sol";

/// @title Citizens, delegations, ballots and tallies.
/// @dev Made of parts in voting/; what is left here are the windows and the pause. Every outside call of the
///      engine is a static one (a strategy's power, a role, a sentence, an ERC-1271 signature), so no state can change
///      underneath and no reentrancy guard is paid for.
/// @custom:security-contact security@civicportal.example
contract VotingEngine is Delegations, PackedBallots, Initializable, IUpgradeChecked, IERC165 {
    using Checkpoints for Checkpoints.Trace208;

    modifier onlyProposalManager() {
        _onlyBy(_storage().proposalManager);
        _;
    }

    modifier onlyCore() {
        _onlyBy(_storage().core);
        _;
    }

    /// @param statements_ The sentences that people sign, in the language of the deployment.
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(IStatements statements_) EngineBase(statements_) {
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

    /// @inheritdoc IBallotBox
    function openWindow(
        uint256 proposalId,
        bytes32 rulesHash,
        uint48 voteStart,
        uint48 voteEnd,
        address strategy,
        uint8 proposalType,
        Counting counting
    ) external onlyProposalManager {
        EngineStorage storage $ = _storage();
        Window storage window = $.windows[proposalId];
        if (window.clock.voteStart != 0) revert VotingEngineWindowExists(proposalId);
        uint48 pausedBefore = uint48(_secondsPaused($.pause));
        window.clock = WindowClock({
            voteStart: voteStart,
            voteEnd: voteEnd,
            pausedBefore: pausedBefore,
            index: $.windowCount++,
            proposalType: proposalType,
            counting: uint8(counting),
            closed: false
        });
        window.rulesHash = rulesHash;
        window.strategy = strategy;
        if (counting == Counting.QUADRATIC) {
            window.credits = IQuadraticStrategy(strategy).credits();
            window.creditPeriod = IQuadraticStrategy(strategy).periodOf(voteStart);
        }
        if (voteEnd - pausedBefore > $.lastEnd) $.lastEnd = voteEnd - pausedBefore;
        emit VotingWindowOpened(proposalId, rulesHash, voteStart, voteEnd, strategy);
    }

    /// @inheritdoc IBallotBox
    function closeWindow(uint256 proposalId) external onlyProposalManager {
        EngineStorage storage $ = _storage();
        _knownClock($, proposalId);
        $.windows[proposalId].clock.closed = true;
        emit VotingWindowClosed(proposalId);
    }

    /// @inheritdoc IVotingEngine
    function setPaused(uint48 until) external onlyCore {
        EngineStorage storage $ = _storage();
        PauseClock memory pause = $.pause;
        if (!_isPaused(pause)) {
            uint64 total = _secondsPaused(pause);
            if (pause.since != 0) $.pauses.push(pause.since, (uint208(pause.until) << 64) | total);
            pause.accumulated = total;
            pause.since = uint48(block.timestamp);
        }
        pause.until = until;
        $.pause = pause;
    }

    /// @inheritdoc IVotingEngine
    function clearPaused() external onlyCore {
        EngineStorage storage $ = _storage();
        if (_isPaused($.pause)) $.pause.until = uint48(block.timestamp);
    }

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IBallotBox
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
            uint256 turnout,
            bool tallied
        )
    {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _knownClock($, proposalId);
        uint48 snapshot = _past(window.voteStart - 1);
        voteEnd = _shiftedEnd($, window, $.pause);
        (againstVotes, forVotes, abstainVotes) = _votes($, proposalId, window.counting);
        turnout = window.counting == QUADRATIC ? $.tallies[proposalId] >> 192 : forVotes + abstainVotes;
        supply = window.counting == TOKEN
            ? _tokenSupply($.windows[proposalId].strategy, snapshot)
            : $.supply.upperLookupRecent(snapshot);
        // Ballots are counted as they are cast.
        tallied = true;
    }

    /// @inheritdoc IBallotBox
    function votingWindow(
        uint256 proposalId
    ) external view returns (uint48 voteStart, uint48 voteEnd, bytes32 rulesHash, address strategy) {
        EngineStorage storage $ = _storage();
        WindowClock memory window = _knownClock($, proposalId);
        Window storage stored = $.windows[proposalId];
        return (window.voteStart, _shiftedEnd($, window, $.pause), stored.rulesHash, stored.strategy);
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
    function remainingVotingTime() external view returns (uint48) {
        EngineStorage storage $ = _storage();
        uint256 now_ = block.timestamp - _secondsPaused($.pause);
        uint48 lastEnd = $.lastEnd;
        return now_ < lastEnd ? uint48(lastEnd - now_) : 0;
    }

    /// @inheritdoc IERC6372
    function clock() external view returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @inheritdoc IERC6372
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=timestamp";
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return
            interfaceId == type(IERC165).interfaceId ||
            interfaceId == type(IVotingEngine).interfaceId ||
            interfaceId == type(IBallotBox).interfaceId ||
            interfaceId == type(IUpgradeChecked).interfaceId ||
            interfaceId == type(IERC6372).interfaceId ||
            interfaceId == type(IERC5267).interfaceId;
    }

    // ----------------------------------------------------------------- upgrades

    /// @inheritdoc IUpgradeChecked
    function contractName() external pure returns (bytes32) {
        return "VotingEngine";
    }

    /// @inheritdoc IUpgradeChecked
    function storageVersion() external pure returns (uint64) {
        return 1;
    }

    /// @inheritdoc IUpgradeChecked
    function selfCheck() external view {
        EngineStorage storage $ = _storage();
        bool known = IUpgradeChecked($.core).contractName() == "GovernanceCore" &&
            IUpgradeChecked($.proposalManager).contractName() == "ProposalManager" &&
            IUpgradeChecked($.roleManager).contractName() == "RoleManager";
        if (!known) revert VotingEngineSelfCheckFailed();
        // The contract that words what is signed and the linked library answer, or the call reverts.
        _statements.language();
        _powerAt(address(0), uint48(block.timestamp));
    }
}
