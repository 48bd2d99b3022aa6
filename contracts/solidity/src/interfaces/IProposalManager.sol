// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Action, ProposalState, ProposalType} from "./GovernanceTypes.sol";

/// @title Proposals from the first draft on chain to their execution.
interface IProposalManager {
    struct Proposal {
        uint256 id;
        address proposer;
        ProposalType proposalType;
        ProposalState state;
        uint48 createdAt;
        /// Unix seconds; 0 until activated. voteEnd and executionTime already include time spent paused.
        uint48 voteStart;
        uint48 voteEnd;
        uint48 executionTime;
        /// sha2-256 of the canonical JSON text, the digest inside its CIDv1 (raw codec).
        bytes32 metadataHash;
        bytes32 actionsHash;
        /// keccak256 of proposer, type, metadataHash, actionsHash, strategy: unique, names the draft beyond its number.
        bytes32 contentHash;
        /// contentHash plus snapshot rule, quorum and voting period; zero until activated.
        bytes32 rulesHash;
        address strategy;
        uint16 quorumPercentage;
        uint32 endorsements;
        uint256 forVotes;
        uint256 againstVotes;
        uint256 abstainVotes;
    }

    /// @notice A draft was made. `actions` are told in full here and kept on chain by their hash only.
    event ProposalCreated(
        uint256 indexed proposalId,
        address indexed proposer,
        ProposalType proposalType,
        address strategy,
        bytes32 metadataHash,
        bytes32 contentHash,
        Action[] actions
    );
    /// @notice A citizen endorsed a draft.
    event ProposalEndorsed(
        uint256 indexed proposalId,
        address indexed endorser,
        uint32 oldEndorsements,
        uint32 newEndorsements
    );
    /// @notice A vote was set: open from `voteStart` until just before `voteEnd` (Unix seconds, `voteEnd` shifted by
    ///         later pauses). The snapshot is voteStart - 1.
    event ProposalActivated(
        uint256 indexed proposalId,
        address indexed activatedBy,
        bytes32 rulesHash,
        uint48 voteStart,
        uint48 voteEnd,
        uint16 quorumPercentage
    );
    /// @notice An adopted proposal entered the timelock; both times in Unix seconds, shifted by later pauses.
    event ProposalQueued(uint256 indexed proposalId, uint48 executionTime, uint48 expiresAt);
    /// @notice All actions of the proposal ran.
    event ProposalExecuted(uint256 indexed proposalId, address indexed executedBy);
    /// @notice One administrator asked to cancel; the identical call of another carries it out.
    event ProposalCancellationRequested(uint256 indexed proposalId, address indexed administrator);
    /// @notice A draft, or a vote that had not begun, was called off.
    event ProposalCancelled(uint256 indexed proposalId, address indexed cancelledBy);

    /// @notice Makes a draft. The caller needs the threshold's power one second ago and, in a one-person strategy,
    ///         CITIZEN.
    /// @param proposalType Bounds what the actions may call.
    /// @param actions Calls to make if adopted; empty for POLICY and BUDGET, 1 to 16 otherwise.
    /// @param metadataHash sha2-256 of the canonical JSON text; not zero.
    /// @param strategy How votes are counted; one that GovernanceCore admitted.
    /// @return proposalId Running number, from 1.
    function createProposal(
        ProposalType proposalType,
        Action[] calldata actions,
        bytes32 metadataHash,
        address strategy
    ) external returns (uint256 proposalId);
    /// @notice The same, signed by `proposer` (EIP-712 `CreateProposal`; ECDSA or ERC-1271) and sent by anyone.
    /// @param deadline Unix seconds after which the signature is void.
    function createProposalBySig(
        address proposer,
        ProposalType proposalType,
        Action[] calldata actions,
        bytes32 metadataHash,
        address strategy,
        uint48 deadline,
        bytes calldata signature
    ) external returns (uint256 proposalId);

    /// @notice A citizen endorses a draft, once.
    function endorseProposal(uint256 proposalId) external;
    /// @notice The same, signed by `endorser` (EIP-712 `EndorseProposal`, which names the contentHash) and sent by
    ///         anyone.
    function endorseProposalBySig(
        uint256 proposalId,
        address endorser,
        uint48 deadline,
        bytes calldata signature
    ) external;

    /// @notice Sets the vote: an administrator at any time, anyone once reviewPeriod has passed and the endorsements
    ///         are there.
    /// @param voteStart Unix seconds at which voting opens, at most 30 days ahead; 0 opens it one second after this
    ///         block.
    ///        Only an administrator may give a time of their own.
    function activateProposal(uint256 proposalId, uint48 voteStart) external;
    /// @notice The same, signed by `administrator` (EIP-712 `ActivateProposal`) and sent by anyone.
    /// @dev The signature covers the rulesHash computed now: an officer opens the text they read or nothing.
    function activateProposalBySig(
        uint256 proposalId,
        uint48 voteStart,
        address administrator,
        uint48 deadline,
        bytes calldata signature
    ) external;

    /// @notice Anyone queues an adopted proposal with its actions.
    function queueProposal(uint256 proposalId, Action[] calldata actions) external;
    /// @notice Anyone carries out a queued proposal whose delay has passed: all its actions or none.
    function executeProposal(uint256 proposalId, Action[] calldata actions) external payable;

    /// @notice Calls off a draft or a vote that has not begun: the proposer alone, or two administrators who are two
    ///         persons, the second within 7 days of the first.
    function cancelProposal(uint256 proposalId) external;
    /// @notice The same, signed by `canceller` (EIP-712 `CancelProposal`, which names the contentHash) and sent by
    ///         anyone.
    function cancelProposalBySig(
        uint256 proposalId,
        address canceller,
        uint48 deadline,
        bytes calldata signature
    ) external;

    /// @notice Where the proposal stands at this block's time.
    function state(uint256 proposalId) external view returns (ProposalState);
    /// @notice All that is known of a proposal, derived fields included.
    function getProposal(uint256 proposalId) external view returns (Proposal memory);
    /// @notice Number of the newest proposal.
    function proposalCount() external view returns (uint256);
    /// @notice The proposal with this contentHash, 0 if none.
    function proposalOf(bytes32 contentHash) external view returns (uint256);
    /// @notice The rulesHash that activation would fix now.
    function previewRulesHash(uint256 proposalId) external view returns (bytes32);
    /// @notice Whether `account` endorsed this draft.
    function hasEndorsed(uint256 proposalId, address account) external view returns (bool);
    /// @notice Votes (For plus Abstain) needed, rounded up; reverts before the snapshot.
    function quorum(uint256 proposalId) external view returns (uint256);
}
