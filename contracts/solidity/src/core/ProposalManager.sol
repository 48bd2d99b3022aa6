// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {Action, GovernanceParams, ProposalState, ProposalType} from "../interfaces/GovernanceTypes.sol";
import {IExecutionModule} from "../interfaces/IExecutionModule.sol";
import {IGovernanceCore} from "../interfaces/IGovernanceCore.sol";
import {IProposalManager} from "../interfaces/IProposalManager.sol";
import {IRoleManager} from "../interfaces/IRoleManager.sol";
import {IVotingEngine} from "../interfaces/IVotingEngine.sol";
import {IVotingStrategy} from "../interfaces/IVotingStrategy.sol";
import {TypedData} from "../lib/TypedData.sol";

/// @title Proposals from the first draft on chain to their execution.
/// @dev Stores what can't be derived; what time and tally decide is computed. A function that calls another contract
///      of the deployment has moved its own state before, so that coming back in changes nothing.
contract ProposalManager is IProposalManager, TypedData, Initializable {
    /// @dev What was decided about a proposal, as opposed to what time makes of it.
    enum Status {
        DRAFT,
        ACTIVATED,
        QUEUED,
        EXECUTED,
        CANCELLED
    }

    /// @dev Three slots; contentHash follows from them and is not stored.
    struct Draft {
        address proposer;
        uint40 createdAt;
        uint24 endorsements;
        /// Number of the strategy in GovernanceCore.
        uint16 strategyId;
        ProposalType proposalType;
        Status status;
        bytes32 metadataHash;
        bytes32 actionsHash;
    }

    /// @dev The rules fixed at activation; one slot.
    struct Terms {
        uint48 voteStart;
        uint48 gracePeriod;
        uint16 quorumPercentage;
    }

    /// @dev One administrator's wish to cancel.
    struct CancelRequest {
        address administrator;
        uint48 expiresAt;
    }

    /// @custom:storage-location erc7201:civicportal.storage.ProposalManager
    struct ManagerStorage {
        address core;
        address votingEngine;
        address roleManager;
        address executionModule;
        uint256 proposalCount;
        mapping(uint256 proposalId => Draft) drafts;
        mapping(uint256 proposalId => Terms) terms;
        mapping(bytes32 contentHash => uint256 proposalId) byContent;
        mapping(uint256 proposalId => mapping(address account => bool)) endorsed;
        mapping(uint256 proposalId => CancelRequest) cancelRequests;
    }

    bytes32 private constant STORAGE = 0x1365c860d8206e8b02b82704952446c52831a20979a7ee9f8747182e328e2600;
    bytes32 private constant ADMINISTRATOR = keccak256("ADMINISTRATOR");
    /// @dev Names the rule by which the snapshot follows from voteStart.
    bytes32 private constant SNAPSHOT_RULE = "voteStart-1";

    bytes32 private constant CREATE_TYPEHASH = keccak256(
        "CreateProposal(address proposer,uint8 proposalType,bytes32 metadataHash,bytes32 actionsHash,address strategy,uint48 deadline)"
    );
    bytes32 private constant ENDORSE_TYPEHASH = keccak256(
        "EndorseProposal(uint256 proposalId,bytes32 contentHash,address endorser,uint48 deadline)"
    );
    bytes32 private constant ACTIVATE_TYPEHASH = keccak256(
        "ActivateProposal(uint256 proposalId,bytes32 rulesHash,uint48 voteStart,address administrator,uint48 deadline)"
    );
    bytes32 private constant CANCEL_TYPEHASH = keccak256(
        "CancelProposal(uint256 proposalId,bytes32 contentHash,address canceller,uint48 deadline)"
    );

    /// @notice How far ahead an administrator may set the opening. In seconds.
    uint48 public constant MAX_VOTE_START_AHEAD = 30 days;
    /// @notice How long a wish to cancel waits for its second administrator. In seconds.
    uint48 public constant CANCEL_REQUEST_LIFETIME = 7 days;

    error ProposalManagerUnauthorized(address caller);
    error ProposalManagerUnknownProposal(uint256 proposalId);
    error ProposalManagerSignatureExpired(uint48 deadline);
    error ProposalManagerInvalidSignature();
    error ProposalManagerUnknownStrategy(address strategy);
    error ProposalManagerZeroMetadata();
    /// @notice The same proposer made this proposal already.
    error ProposalManagerDuplicate(uint256 proposalId);
    error ProposalManagerNotCitizen(address account);
    error ProposalManagerBelowThreshold(address proposer, uint256 power, uint256 threshold);
    error ProposalManagerUnexpectedState(uint256 proposalId, ProposalState current);
    error ProposalManagerAlreadyEndorsed(uint256 proposalId, address account);
    /// @notice Not an administrator, and the review period or the endorsements are not there yet.
    error ProposalManagerNotReady(uint256 proposalId, uint48 readyAt, uint32 endorsements, uint32 needed);
    /// @notice The opening must lie ahead, at most 30 days.
    error ProposalManagerVoteStartOutOfRange(uint48 voteStart);
    error ProposalManagerActionsChanged(uint256 proposalId);
    error ProposalManagerNotActivated(uint256 proposalId);
    /// @notice The request stands; the identical call must come from an administrator who is another person.
    error ProposalManagerSecondPersonNeeded(uint256 proposalId);

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Names the other contracts of the deployment.
    /// @param core GovernanceCore: parameters and strategies.
    /// @param votingEngine VotingEngine: citizens and windows.
    /// @param roleManager RoleManager: administrators.
    /// @param executionModule ExecutionModule: the timelock.
    function initialize(
        address core,
        address votingEngine,
        address roleManager,
        address executionModule
    ) external initializer {
        ManagerStorage storage $ = _storage();
        $.core = core;
        $.votingEngine = votingEngine;
        $.roleManager = roleManager;
        $.executionModule = executionModule;
    }

    // ------------------------------------------------------------------ creation

    /// @inheritdoc IProposalManager
    function createProposal(
        ProposalType proposalType,
        Action[] calldata actions,
        bytes32 metadataHash,
        address strategy
    ) external returns (uint256) {
        return _create(msg.sender, proposalType, actions, keccak256(abi.encode(actions)), metadataHash, strategy);
    }

    /// @inheritdoc IProposalManager
    function createProposalBySig(
        address proposer,
        ProposalType proposalType,
        Action[] calldata actions,
        bytes32 metadataHash,
        address strategy,
        uint48 deadline,
        bytes calldata signature
    ) external returns (uint256) {
        bytes32 actionsHash = keccak256(abi.encode(actions));
        _checkSignature(
            proposer,
            deadline,
            keccak256(
                abi.encode(
                    CREATE_TYPEHASH,
                    proposer,
                    uint8(proposalType),
                    metadataHash,
                    actionsHash,
                    strategy,
                    deadline
                )
            ),
            signature
        );
        return _create(proposer, proposalType, actions, actionsHash, metadataHash, strategy);
    }

    // --------------------------------------------------------------- endorsement

    /// @inheritdoc IProposalManager
    function endorseProposal(uint256 proposalId) external {
        _endorse(proposalId, msg.sender);
    }

    /// @inheritdoc IProposalManager
    function endorseProposalBySig(
        uint256 proposalId,
        address endorser,
        uint48 deadline,
        bytes calldata signature
    ) external {
        bytes32 contentHash = _contentHash(_known(proposalId));
        _checkSignature(
            endorser,
            deadline,
            keccak256(abi.encode(ENDORSE_TYPEHASH, proposalId, contentHash, endorser, deadline)),
            signature
        );
        _endorse(proposalId, endorser);
    }

    // ---------------------------------------------------------------- activation

    /// @inheritdoc IProposalManager
    function activateProposal(uint256 proposalId, uint48 voteStart) external {
        _activate(proposalId, voteStart, msg.sender);
    }

    /// @inheritdoc IProposalManager
    function activateProposalBySig(
        uint256 proposalId,
        uint48 voteStart,
        address administrator,
        uint48 deadline,
        bytes calldata signature
    ) external {
        bytes32 rulesHash = previewRulesHash(proposalId);
        _checkSignature(
            administrator,
            deadline,
            keccak256(abi.encode(ACTIVATE_TYPEHASH, proposalId, rulesHash, voteStart, administrator, deadline)),
            signature
        );
        _activate(proposalId, voteStart, administrator);
    }

    // ------------------------------------------------------- queue, execute, cancel

    /// @inheritdoc IProposalManager
    function queueProposal(uint256 proposalId, Action[] calldata actions) external {
        ManagerStorage storage $ = _storage();
        Draft storage draft = _inState(proposalId, ProposalState.SUCCEEDED);
        bytes32 actionsHash = draft.actionsHash;
        if (keccak256(abi.encode(actions)) != actionsHash) revert ProposalManagerActionsChanged(proposalId);
        draft.status = Status.QUEUED;
        (uint48 executionTime, uint48 expiresAt) = IExecutionModule($.executionModule).queueTransaction(
            proposalId,
            draft.proposalType,
            actionsHash
        );
        emit ProposalQueued(proposalId, executionTime, expiresAt);
    }

    /// @inheritdoc IProposalManager
    function executeProposal(uint256 proposalId, Action[] calldata actions) external payable {
        Draft storage draft = _known(proposalId);
        // Delay, expiry, pause and the bounds of the type are the ExecutionModule's to check.
        if (draft.status != Status.QUEUED) revert ProposalManagerUnexpectedState(proposalId, state(proposalId));
        if (keccak256(abi.encode(actions)) != draft.actionsHash) revert ProposalManagerActionsChanged(proposalId);
        draft.status = Status.EXECUTED;
        IExecutionModule(_storage().executionModule).executeTransaction{value: msg.value}(
            proposalId,
            draft.proposalType,
            actions
        );
        emit ProposalExecuted(proposalId, msg.sender);
    }

    /// @inheritdoc IProposalManager
    function cancelProposal(uint256 proposalId) external {
        _cancel(proposalId, msg.sender);
    }

    /// @inheritdoc IProposalManager
    function cancelProposalBySig(
        uint256 proposalId,
        address canceller,
        uint48 deadline,
        bytes calldata signature
    ) external {
        bytes32 contentHash = _contentHash(_known(proposalId));
        _checkSignature(
            canceller,
            deadline,
            keccak256(abi.encode(CANCEL_TYPEHASH, proposalId, contentHash, canceller, deadline)),
            signature
        );
        _cancel(proposalId, canceller);
    }

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IProposalManager
    function state(uint256 proposalId) public view returns (ProposalState) {
        ManagerStorage storage $ = _storage();
        Status status = _known(proposalId).status;
        if (status == Status.DRAFT) return ProposalState.DRAFT;
        if (status == Status.CANCELLED) return ProposalState.CANCELLED;
        if (status == Status.EXECUTED) return ProposalState.EXECUTED;
        if (status == Status.QUEUED) {
            (, uint48 expiresAt) = IExecutionModule($.executionModule).schedule(proposalId);
            return block.timestamp < expiresAt ? ProposalState.QUEUED : ProposalState.EXPIRED;
        }
        Terms memory terms = $.terms[proposalId];
        if (block.timestamp < terms.voteStart) return ProposalState.PENDING;
        (uint48 voteEnd, uint256 againstVotes, uint256 forVotes, uint256 abstainVotes, uint256 supply) = IVotingEngine(
            $.votingEngine
        ).result(proposalId);
        if (block.timestamp < voteEnd) return ProposalState.ACTIVE;
        if (forVotes <= againstVotes || forVotes + abstainVotes < _needed(supply, terms.quorumPercentage)) {
            return ProposalState.DEFEATED;
        }
        return block.timestamp < voteEnd + terms.gracePeriod ? ProposalState.SUCCEEDED : ProposalState.EXPIRED;
    }

    /// @inheritdoc IProposalManager
    function getProposal(uint256 proposalId) external view returns (Proposal memory proposal) {
        ManagerStorage storage $ = _storage();
        Draft memory draft = _known(proposalId);
        Terms memory terms = $.terms[proposalId];
        proposal.id = proposalId;
        proposal.proposer = draft.proposer;
        proposal.proposalType = draft.proposalType;
        proposal.state = state(proposalId);
        proposal.createdAt = draft.createdAt;
        proposal.metadataHash = draft.metadataHash;
        proposal.actionsHash = draft.actionsHash;
        proposal.strategy = IGovernanceCore($.core).strategyAt(draft.strategyId);
        proposal.contentHash = _hashContent(
            draft.proposer,
            draft.proposalType,
            draft.metadataHash,
            draft.actionsHash,
            proposal.strategy
        );
        proposal.endorsements = draft.endorsements;
        if (terms.voteStart == 0) return proposal;
        proposal.quorumPercentage = terms.quorumPercentage;
        IVotingEngine engine = IVotingEngine($.votingEngine);
        (proposal.voteStart, proposal.voteEnd, proposal.rulesHash, ) = engine.votingWindow(proposalId);
        (proposal.againstVotes, proposal.forVotes, proposal.abstainVotes) = engine.proposalVotes(proposalId);
        (proposal.executionTime, ) = IExecutionModule($.executionModule).schedule(proposalId);
    }

    /// @inheritdoc IProposalManager
    function proposalCount() external view returns (uint256) {
        return _storage().proposalCount;
    }

    /// @inheritdoc IProposalManager
    function proposalOf(bytes32 contentHash) external view returns (uint256) {
        return _storage().byContent[contentHash];
    }

    /// @inheritdoc IProposalManager
    function previewRulesHash(uint256 proposalId) public view returns (bytes32) {
        GovernanceParams memory params = IGovernanceCore(_storage().core).governanceParams();
        return _hashRules(_contentHash(_known(proposalId)), params);
    }

    /// @inheritdoc IProposalManager
    function hasEndorsed(uint256 proposalId, address account) external view returns (bool) {
        return _storage().endorsed[proposalId][account];
    }

    /// @inheritdoc IProposalManager
    function quorum(uint256 proposalId) external view returns (uint256) {
        ManagerStorage storage $ = _storage();
        Draft storage draft = _known(proposalId);
        Terms memory terms = $.terms[proposalId];
        if (terms.voteStart == 0) revert ProposalManagerNotActivated(proposalId);
        address strategy = IGovernanceCore($.core).strategyAt(draft.strategyId);
        return _needed(IVotingStrategy(strategy).getPastTotalSupply(terms.voteStart - 1), terms.quorumPercentage);
    }

    // ----------------------------------------------------------------- internal

    function _storage() private pure returns (ManagerStorage storage $) {
        assembly ("memory-safe") {
            $.slot := STORAGE
        }
    }

    /// @inheritdoc TypedData
    function _domainName() internal pure override returns (string memory) {
        return "ProposalManager";
    }

    function _checkSignature(
        address signer,
        uint48 deadline,
        bytes32 structHash,
        bytes calldata signature
    ) private view {
        if (block.timestamp > deadline) revert ProposalManagerSignatureExpired(deadline);
        if (!_isSignedBy(signer, _digest(structHash), signature)) revert ProposalManagerInvalidSignature();
    }

    function _known(uint256 proposalId) private view returns (Draft storage draft) {
        draft = _storage().drafts[proposalId];
        if (draft.proposer == address(0)) revert ProposalManagerUnknownProposal(proposalId);
    }

    function _inState(uint256 proposalId, ProposalState wanted) private view returns (Draft storage draft) {
        draft = _known(proposalId);
        ProposalState current = state(proposalId);
        if (current != wanted) revert ProposalManagerUnexpectedState(proposalId, current);
    }

    function _hashContent(
        address proposer,
        ProposalType proposalType,
        bytes32 metadataHash,
        bytes32 actionsHash,
        address strategy
    ) private pure returns (bytes32) {
        return keccak256(abi.encode(proposer, uint8(proposalType), metadataHash, actionsHash, strategy));
    }

    function _contentHash(Draft storage draft) private view returns (bytes32) {
        return
            _hashContent(
                draft.proposer,
                draft.proposalType,
                draft.metadataHash,
                draft.actionsHash,
                IGovernanceCore(_storage().core).strategyAt(draft.strategyId)
            );
    }

    function _hashRules(bytes32 contentHash, GovernanceParams memory params) private pure returns (bytes32) {
        return keccak256(abi.encode(contentHash, SNAPSHOT_RULE, params.quorumPercentage, params.votingPeriod));
    }

    /// @dev Votes needed of `supply`, rounded up.
    function _needed(uint256 supply, uint16 percentage) private pure returns (uint256) {
        return (supply * percentage + 99) / 100;
    }

    function _create(
        address proposer,
        ProposalType proposalType,
        Action[] calldata actions,
        bytes32 actionsHash,
        bytes32 metadataHash,
        address strategy
    ) private returns (uint256 proposalId) {
        ManagerStorage storage $ = _storage();
        if (metadataHash == 0) revert ProposalManagerZeroMetadata();
        bytes32 contentHash = _hashContent(proposer, proposalType, metadataHash, actionsHash, strategy);
        if ($.byContent[contentHash] != 0) revert ProposalManagerDuplicate($.byContent[contentHash]);
        uint16 strategyId = _checkProposer($, proposer, strategy);
        IExecutionModule($.executionModule).checkActions(proposalType, actions);

        proposalId = ++$.proposalCount;
        $.byContent[contentHash] = proposalId;
        $.drafts[proposalId] = Draft({
            proposer: proposer,
            createdAt: uint40(block.timestamp),
            endorsements: 0,
            strategyId: strategyId,
            proposalType: proposalType,
            status: Status.DRAFT,
            metadataHash: metadataHash,
            actionsHash: actionsHash
        });
        emit ProposalCreated(proposalId, proposer, proposalType, strategy, metadataHash, contentHash, actions);
    }

    /// @dev Power is read one second back, so that nothing borrowed within the block counts.
    function _checkProposer(
        ManagerStorage storage $,
        address proposer,
        address strategy
    ) private view returns (uint16 strategyId) {
        bool onePerson;
        uint256 threshold;
        (strategyId, onePerson, threshold) = IGovernanceCore($.core).strategyInfo(strategy);
        if (strategyId == 0) revert ProposalManagerUnknownStrategy(strategy);
        uint256 power;
        if (onePerson) {
            bool citizenNow;
            (citizenNow, power) = IVotingEngine($.votingEngine).standing(proposer, block.timestamp - 1);
            if (!citizenNow) revert ProposalManagerNotCitizen(proposer);
        } else {
            power = IVotingStrategy(strategy).getVotingPower(proposer, block.timestamp - 1);
        }
        if (power < threshold) revert ProposalManagerBelowThreshold(proposer, power, threshold);
    }

    function _endorse(uint256 proposalId, address endorser) private {
        ManagerStorage storage $ = _storage();
        Draft storage draft = _inState(proposalId, ProposalState.DRAFT);
        if (!IVotingEngine($.votingEngine).isCitizen(endorser)) revert ProposalManagerNotCitizen(endorser);
        if ($.endorsed[proposalId][endorser]) revert ProposalManagerAlreadyEndorsed(proposalId, endorser);
        $.endorsed[proposalId][endorser] = true;
        uint24 endorsements = draft.endorsements;
        draft.endorsements = endorsements + 1;
        emit ProposalEndorsed(proposalId, endorser, endorsements, endorsements + 1);
    }

    function _activate(uint256 proposalId, uint48 voteStart, address activator) private {
        ManagerStorage storage $ = _storage();
        Draft storage draft = _inState(proposalId, ProposalState.DRAFT);
        GovernanceParams memory params = IGovernanceCore($.core).governanceParams();
        if (!IRoleManager($.roleManager).hasRole(ADMINISTRATOR, activator)) {
            if (voteStart != 0) revert ProposalManagerUnauthorized(activator);
            uint48 readyAt = uint48(draft.createdAt) + params.reviewPeriod;
            if (block.timestamp < readyAt || draft.endorsements < params.endorsements) {
                revert ProposalManagerNotReady(proposalId, readyAt, draft.endorsements, params.endorsements);
            }
        }
        uint48 now_ = uint48(block.timestamp);
        if (voteStart == 0) {
            voteStart = now_ + 1;
        } else if (voteStart <= now_ || voteStart > now_ + MAX_VOTE_START_AHEAD) {
            revert ProposalManagerVoteStartOutOfRange(voteStart);
        }
        address strategy = IGovernanceCore($.core).strategyAt(draft.strategyId);
        bytes32 rulesHash = _hashRules(_contentHash(draft), params);
        uint48 voteEnd = voteStart + params.votingPeriod;
        draft.status = Status.ACTIVATED;
        $.terms[proposalId] = Terms({
            voteStart: voteStart,
            gracePeriod: params.gracePeriod,
            quorumPercentage: params.quorumPercentage
        });
        delete $.cancelRequests[proposalId];
        IVotingEngine($.votingEngine).openWindow(
            proposalId,
            rulesHash,
            voteStart,
            voteEnd,
            strategy,
            uint8(draft.proposalType)
        );
        emit ProposalActivated(proposalId, activator, rulesHash, voteStart, voteEnd, params.quorumPercentage);
    }

    function _cancel(uint256 proposalId, address canceller) private {
        ManagerStorage storage $ = _storage();
        Draft storage draft = _known(proposalId);
        ProposalState current = state(proposalId);
        if (current != ProposalState.DRAFT && current != ProposalState.PENDING) {
            revert ProposalManagerUnexpectedState(proposalId, current);
        }
        if (canceller != draft.proposer && !_secondAdministrator($, proposalId, canceller)) return;
        draft.status = Status.CANCELLED;
        delete $.cancelRequests[proposalId];
        if (current == ProposalState.PENDING) IVotingEngine($.votingEngine).closeWindow(proposalId);
        emit ProposalCancelled(proposalId, canceller);
    }

    /// @dev True if another person, still an administrator, asked the same within 7 days; else notes the request.
    function _secondAdministrator(
        ManagerStorage storage $,
        uint256 proposalId,
        address administrator
    ) private returns (bool) {
        IRoleManager roles = IRoleManager($.roleManager);
        if (!roles.hasRole(ADMINISTRATOR, administrator)) revert ProposalManagerUnauthorized(administrator);
        CancelRequest memory request = $.cancelRequests[proposalId];
        if (block.timestamp < request.expiresAt && roles.hasRole(ADMINISTRATOR, request.administrator)) {
            if (roles.personOf(request.administrator) == roles.personOf(administrator)) {
                revert ProposalManagerSecondPersonNeeded(proposalId);
            }
            return true;
        }
        $.cancelRequests[proposalId] = CancelRequest({
            administrator: administrator,
            expiresAt: uint48(block.timestamp) + CANCEL_REQUEST_LIFETIME
        });
        emit ProposalCancellationRequested(proposalId, administrator);
        return false;
    }
}
