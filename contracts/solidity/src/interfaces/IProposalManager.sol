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

    event ProposalCreated(
        uint256 indexed proposalId,
        address indexed proposer,
        ProposalType proposalType,
        address strategy,
        bytes32 metadataHash,
        bytes32 contentHash,
        Action[] actions
    );
    event ProposalEndorsed(uint256 indexed proposalId, address indexed endorser, uint32 oldEndorsements, uint32 newEndorsements);
    event ProposalActivated(
        uint256 indexed proposalId,
        address indexed activatedBy,
        bytes32 rulesHash,
        uint48 voteStart,
        uint48 voteEnd,
        uint16 quorumPercentage
    );
    event ProposalQueued(uint256 indexed proposalId, uint48 executionTime, uint48 expiresAt);
    event ProposalExecuted(uint256 indexed proposalId, address indexed executedBy);
    /// @notice One administrator asked to cancel; the identical call of another carries it out.
    event ProposalCancellationRequested(uint256 indexed proposalId, address indexed administrator);
    event ProposalCancelled(uint256 indexed proposalId, address indexed cancelledBy);

    function createProposal(ProposalType proposalType, Action[] calldata actions, bytes32 metadataHash, address strategy)
        external
        returns (uint256 proposalId);
    function createProposalBySig(
        address proposer,
        ProposalType proposalType,
        Action[] calldata actions,
        bytes32 metadataHash,
        address strategy,
        uint48 deadline,
        bytes calldata signature
    ) external returns (uint256 proposalId);

    function endorseProposal(uint256 proposalId) external;
    function endorseProposalBySig(uint256 proposalId, address endorser, uint48 deadline, bytes calldata signature) external;

    /// @param voteStart Unix seconds at which voting opens, at most 30 days ahead; 0 opens it one second after this block.
    ///        Only an administrator may give a time of their own.
    function activateProposal(uint256 proposalId, uint48 voteStart) external;
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

    function cancelProposal(uint256 proposalId) external;
    function cancelProposalBySig(uint256 proposalId, address canceller, uint48 deadline, bytes calldata signature) external;

    function state(uint256 proposalId) external view returns (ProposalState);
    function getProposal(uint256 proposalId) external view returns (Proposal memory);
    function proposalCount() external view returns (uint256);
    /// @notice The proposal with this contentHash, 0 if none.
    function proposalOf(bytes32 contentHash) external view returns (uint256);
    /// @notice The rulesHash that activation would fix now.
    function previewRulesHash(uint256 proposalId) external view returns (bytes32);
    function hasEndorsed(uint256 proposalId, address account) external view returns (bool);
    /// @notice Votes (For plus Abstain) needed, rounded up; reverts before the snapshot.
    function quorum(uint256 proposalId) external view returns (uint256);
}
