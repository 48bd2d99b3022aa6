// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {IERC5805} from "@openzeppelin/contracts/interfaces/IERC5805.sol";
import {GovernanceParams} from "../interfaces/GovernanceTypes.sol";
import {IGovernanceCore} from "../interfaces/IGovernanceCore.sol";
import {IOnePersonStrategy} from "../interfaces/IOnePersonStrategy.sol";
import {IQuadraticStrategy} from "../interfaces/IQuadraticStrategy.sol";
import {IRoleManager} from "../interfaces/IRoleManager.sol";
import {ITokenStrategy} from "../interfaces/ITokenStrategy.sol";
import {IVotingEngine} from "../interfaces/IVotingEngine.sol";
import {IVotingStrategy} from "../interfaces/IVotingStrategy.sol";

/// @title The registry of a deployment: parameters, contracts, strategies, emergency brake.
contract GovernanceCore is IGovernanceCore, Initializable {
    /// @dev A guardian's request to extend or lift the pause that ends at `pauseUntil`.
    struct PauseRequest {
        address guardian;
        uint48 pauseUntil;
    }

    struct StrategyInfo {
        uint16 id;
        /// Whether power is a person's, not a token's.
        bool ofPeople;
    }

    /// @custom:storage-location erc7201:civicportal.storage.GovernanceCore
    struct CoreStorage {
        /// All but `proposalThreshold` share one slot, which is what most callers read.
        uint48 votingPeriod;
        uint48 executionDelay;
        uint48 reviewPeriod;
        uint48 gracePeriod;
        uint16 quorumPercentage;
        uint32 endorsements;
        uint256 proposalThreshold;
        address proposalManager;
        address votingEngine;
        address roleManager;
        address executionModule;
        mapping(bytes32 name => address) contracts;
        mapping(address strategy => StrategyInfo) strategies;
        address[] strategyList;
        /// When the person behind a guardian last began a pause.
        mapping(bytes32 person => uint48) lastPause;
        PauseRequest extension;
        PauseRequest lifting;
    }

    /// @dev Where each contract of the deployment lives; `civicToken` may be zero.
    struct Registry {
        address proposalManager;
        address votingEngine;
        address roleManager;
        address executionModule;
        address civicToken;
    }

    bytes32 private constant STORAGE = 0x67134039db162a2c0672473c28feb00dd50a2fb21affe85b71f28b8e47616000;
    bytes32 private constant GUARDIAN = keccak256("GUARDIAN");
    bytes32 private constant ONE_PERSON = keccak256("one-person-one-vote");
    bytes32 private constant TOKEN_WEIGHTED = keccak256("token-weighted");
    bytes32 private constant QUADRATIC = keccak256("quadratic");
    bytes32 private constant TIMESTAMP_MODE = keccak256("mode=timestamp");

    /// @notice How long one guardian's pause lasts, and how much an extension adds. In seconds.
    uint48 public constant PAUSE_LENGTH = 14 days;
    /// @notice How long the same guardian must wait between two pauses. In seconds.
    uint48 public constant PAUSE_REPEAT = 30 days;

    /// @notice Bounds of the parameters; durations in seconds.
    uint48 public constant MIN_VOTING_PERIOD = 5 minutes;
    uint48 public constant MAX_VOTING_PERIOD = 60 days;
    uint48 public constant MIN_EXECUTION_DELAY = 1 minutes;
    uint48 public constant MAX_EXECUTION_DELAY = 60 days;
    uint48 public constant MIN_REVIEW_PERIOD = 1 minutes;
    uint48 public constant MAX_REVIEW_PERIOD = 90 days;
    uint48 public constant MIN_GRACE_PERIOD = 1 hours;
    uint48 public constant MAX_GRACE_PERIOD = 90 days;
    uint16 public constant MIN_QUORUM_PERCENTAGE = 1;
    uint16 public constant MAX_QUORUM_PERCENTAGE = 100;
    /// @dev The room that a token's votes have (ERC-5805 implementations count in 208 bits).
    uint256 public constant MAX_PROPOSAL_THRESHOLD = type(uint208).max;
    uint32 public constant MIN_ENDORSEMENTS = 1;
    uint32 public constant MAX_ENDORSEMENTS = 1_000_000;

    error GovernanceCoreUnauthorized(address caller);
    /// @notice `name` is the field of GovernanceParams as a short string.
    error GovernanceCoreParamOutOfBounds(bytes32 name, uint256 value, uint256 min, uint256 max);
    error GovernanceCoreZeroAddress(bytes32 name);
    error GovernanceCoreStrategyKnown(address strategy);
    /// @notice Its kind is none of ours, it counts by another engine, or its token has another clock.
    error GovernanceCoreStrategyUnfit(address strategy);
    error GovernanceCorePaused();
    error GovernanceCoreNotPaused();
    /// @notice The same person may pause again from `from` (Unix seconds) on.
    error GovernanceCorePauseTooSoon(uint48 from);
    /// @notice The request stands; the identical call must come from another person.
    error GovernanceCoreSecondGuardianNeeded();

    modifier onlyExecution() {
        if (msg.sender != _storage().executionModule) revert GovernanceCoreUnauthorized(msg.sender);
        _;
    }

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Fills the registry; called once, by the transaction that deploys everything.
    /// @param params First parameters, within bounds.
    /// @param registry The other contracts of the deployment.
    /// @param strategies Strategies that proposals may choose from the first day.
    function initialize(
        GovernanceParams calldata params,
        Registry calldata registry,
        address[] calldata strategies
    ) external initializer {
        CoreStorage storage $ = _storage();
        $.proposalManager = _register($, "ProposalManager", registry.proposalManager);
        $.votingEngine = _register($, "VotingEngine", registry.votingEngine);
        $.roleManager = _register($, "RoleManager", registry.roleManager);
        $.executionModule = _register($, "ExecutionModule", registry.executionModule);
        _register($, "GovernanceCore", address(this));
        if (registry.civicToken != address(0)) _register($, "CivicToken", registry.civicToken);
        _setParams($, params);
        for (uint256 i; i < strategies.length; ++i) {
            _registerStrategy($, strategies[i]);
        }
    }

    /// @inheritdoc IGovernanceCore
    function updateGovernanceParams(GovernanceParams calldata params) external onlyExecution {
        _setParams(_storage(), params);
    }

    /// @inheritdoc IGovernanceCore
    function registerStrategy(address strategy) external onlyExecution {
        _registerStrategy(_storage(), strategy);
    }

    /// @inheritdoc IGovernanceCore
    function pause() external {
        CoreStorage storage $ = _storage();
        bytes32 person = _guardianPerson($);
        IVotingEngine engine = IVotingEngine($.votingEngine);
        if (engine.paused()) revert GovernanceCorePaused();
        uint48 last = $.lastPause[person];
        if (last != 0 && block.timestamp < last + PAUSE_REPEAT) revert GovernanceCorePauseTooSoon(last + PAUSE_REPEAT);
        $.lastPause[person] = uint48(block.timestamp);
        delete $.extension;
        delete $.lifting;
        uint48 until = uint48(block.timestamp) + PAUSE_LENGTH;
        engine.setPaused(until);
        emit GovernancePaused(msg.sender, until);
    }

    /// @inheritdoc IGovernanceCore
    function extendPause() external {
        CoreStorage storage $ = _storage();
        bytes32 person = _guardianPerson($);
        uint48 until = _currentPause($);
        if (!_secondGuardian($, $.extension, person, until, false)) return;
        delete $.extension;
        uint48 newUntil = until + PAUSE_LENGTH;
        IVotingEngine($.votingEngine).setPaused(newUntil);
        emit PauseExtended(msg.sender, until, newUntil);
    }

    /// @inheritdoc IGovernanceCore
    function unpause() external {
        CoreStorage storage $ = _storage();
        if (msg.sender == $.executionModule) {
            _currentPause($);
        } else {
            bytes32 person = _guardianPerson($);
            if (!_secondGuardian($, $.lifting, person, _currentPause($), true)) return;
        }
        delete $.extension;
        delete $.lifting;
        IVotingEngine($.votingEngine).clearPaused();
        emit GovernanceUnpaused(msg.sender);
    }

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IGovernanceCore
    function votingPeriod() external view returns (uint48) {
        return _storage().votingPeriod;
    }

    /// @inheritdoc IGovernanceCore
    function executionDelay() external view returns (uint48) {
        return _storage().executionDelay;
    }

    /// @inheritdoc IGovernanceCore
    function reviewPeriod() external view returns (uint48) {
        return _storage().reviewPeriod;
    }

    /// @inheritdoc IGovernanceCore
    function gracePeriod() external view returns (uint48) {
        return _storage().gracePeriod;
    }

    /// @inheritdoc IGovernanceCore
    function quorumPercentage() external view returns (uint16) {
        return _storage().quorumPercentage;
    }

    /// @inheritdoc IGovernanceCore
    function proposalThreshold() external view returns (uint256) {
        return _storage().proposalThreshold;
    }

    /// @inheritdoc IGovernanceCore
    function endorsements() external view returns (uint32) {
        return _storage().endorsements;
    }

    /// @inheritdoc IGovernanceCore
    function governanceParams() external view returns (GovernanceParams memory) {
        CoreStorage storage $ = _storage();
        return
            GovernanceParams({
                votingPeriod: $.votingPeriod,
                executionDelay: $.executionDelay,
                reviewPeriod: $.reviewPeriod,
                gracePeriod: $.gracePeriod,
                quorumPercentage: $.quorumPercentage,
                proposalThreshold: $.proposalThreshold,
                endorsements: $.endorsements
            });
    }

    /// @inheritdoc IGovernanceCore
    function proposalManager() external view returns (address) {
        return _storage().proposalManager;
    }

    /// @inheritdoc IGovernanceCore
    function votingEngine() external view returns (address) {
        return _storage().votingEngine;
    }

    /// @inheritdoc IGovernanceCore
    function roleManager() external view returns (address) {
        return _storage().roleManager;
    }

    /// @inheritdoc IGovernanceCore
    function executionModule() external view returns (address) {
        return _storage().executionModule;
    }

    /// @inheritdoc IGovernanceCore
    function contractOf(bytes32 name) external view returns (address) {
        return _storage().contracts[name];
    }

    /// @inheritdoc IGovernanceCore
    function isStrategy(address strategy) external view returns (bool) {
        return _storage().strategies[strategy].id != 0;
    }

    /// @inheritdoc IGovernanceCore
    function strategyInfo(address strategy) external view returns (uint16 id, bool ofPeople, uint256 threshold) {
        CoreStorage storage $ = _storage();
        StrategyInfo memory info = $.strategies[strategy];
        return (info.id, info.ofPeople, $.proposalThreshold);
    }

    /// @inheritdoc IGovernanceCore
    function strategyAt(uint16 id) external view returns (address) {
        address[] storage list = _storage().strategyList;
        return id == 0 || id > list.length ? address(0) : list[id - 1];
    }

    // ----------------------------------------------------------------- internal

    function _storage() private pure returns (CoreStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }

    function _register(CoreStorage storage $, bytes32 name, address place) private returns (address) {
        if (place == address(0)) revert GovernanceCoreZeroAddress(name);
        $.contracts[name] = place;
        emit ContractRegistered(name, address(0), place);
        return place;
    }

    function _setParams(CoreStorage storage $, GovernanceParams calldata p) private {
        $.votingPeriod = uint48(
            _checked("votingPeriod", $.votingPeriod, p.votingPeriod, MIN_VOTING_PERIOD, MAX_VOTING_PERIOD)
        );
        $.executionDelay = uint48(
            _checked("executionDelay", $.executionDelay, p.executionDelay, MIN_EXECUTION_DELAY, MAX_EXECUTION_DELAY)
        );
        $.reviewPeriod = uint48(
            _checked("reviewPeriod", $.reviewPeriod, p.reviewPeriod, MIN_REVIEW_PERIOD, MAX_REVIEW_PERIOD)
        );
        $.gracePeriod = uint48(
            _checked("gracePeriod", $.gracePeriod, p.gracePeriod, MIN_GRACE_PERIOD, MAX_GRACE_PERIOD)
        );
        $.quorumPercentage = uint16(
            _checked(
                "quorumPercentage",
                $.quorumPercentage,
                p.quorumPercentage,
                MIN_QUORUM_PERCENTAGE,
                MAX_QUORUM_PERCENTAGE
            )
        );
        $.proposalThreshold = _checked(
            "proposalThreshold",
            $.proposalThreshold,
            p.proposalThreshold,
            1,
            MAX_PROPOSAL_THRESHOLD
        );
        $.endorsements = uint32(
            _checked("endorsements", $.endorsements, p.endorsements, MIN_ENDORSEMENTS, MAX_ENDORSEMENTS)
        );
    }

    /// @dev Refuses a value out of bounds, announces a changed one, returns the new one.
    function _checked(
        bytes32 name,
        uint256 oldValue,
        uint256 newValue,
        uint256 min,
        uint256 max
    ) private returns (uint256) {
        if (newValue < min || newValue > max) revert GovernanceCoreParamOutOfBounds(name, newValue, min, max);
        if (newValue != oldValue) emit GovernanceParamUpdated(name, oldValue, newValue);
        return newValue;
    }

    function _registerStrategy(CoreStorage storage $, address strategy) private {
        if ($.strategies[strategy].id != 0) revert GovernanceCoreStrategyKnown(strategy);
        string memory kind = IVotingStrategy(strategy).kind();
        bytes32 kindHash = keccak256(bytes(kind));
        bool fit;
        if (kindHash == ONE_PERSON) {
            fit = IOnePersonStrategy(strategy).votingEngine() == $.votingEngine;
        } else if (kindHash == TOKEN_WEIGHTED) {
            string memory mode = IERC5805(ITokenStrategy(strategy).token()).CLOCK_MODE();
            fit = keccak256(bytes(mode)) == TIMESTAMP_MODE;
        } else if (kindHash == QUADRATIC) {
            fit = IQuadraticStrategy(strategy).votingEngine() == $.votingEngine;
        }
        if (!fit) revert GovernanceCoreStrategyUnfit(strategy);
        // Both reads must work: a strategy that can't answer would leave its proposals without a state.
        IVotingStrategy(strategy).getPastTotalSupply(block.timestamp - 1);
        IVotingStrategy(strategy).getVotingPower(address(this), block.timestamp - 1);
        $.strategyList.push(strategy);
        $.strategies[strategy] = StrategyInfo({
            id: uint16($.strategyList.length),
            ofPeople: kindHash != TOKEN_WEIGHTED
        });
        emit StrategyRegistered(strategy, kind);
        if (kindHash == QUADRATIC) {
            IQuadraticStrategy priced = IQuadraticStrategy(strategy);
            emit CreditsAllotted(strategy, priced.credits(), priced.periodLength());
        }
    }

    /// @dev The person behind the calling guardian.
    function _guardianPerson(CoreStorage storage $) private view returns (bytes32) {
        IRoleManager roles = IRoleManager($.roleManager);
        if (!roles.hasRole(GUARDIAN, msg.sender)) revert GovernanceCoreUnauthorized(msg.sender);
        return roles.personOf(msg.sender);
    }

    /// @dev When the pause that is on now ends.
    function _currentPause(CoreStorage storage $) private view returns (uint48 until) {
        bool isPaused;
        (isPaused, , until) = IVotingEngine($.votingEngine).pauseState();
        if (!isPaused) revert GovernanceCoreNotPaused();
    }

    /// @dev True if another person, still a guardian, asked the same for this very pause; else notes the request.
    function _secondGuardian(
        CoreStorage storage $,
        PauseRequest storage request,
        bytes32 person,
        uint48 until,
        bool lift
    ) private returns (bool) {
        address first = request.guardian;
        IRoleManager roles = IRoleManager($.roleManager);
        if (first != address(0) && request.pauseUntil == until && roles.hasRole(GUARDIAN, first)) {
            if (roles.personOf(first) == person) revert GovernanceCoreSecondGuardianNeeded();
            return true;
        }
        request.guardian = msg.sender;
        request.pauseUntil = until;
        emit PauseChangeRequested(msg.sender, lift);
        return false;
    }
}
