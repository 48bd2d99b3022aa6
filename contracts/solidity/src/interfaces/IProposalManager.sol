// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {Action, ProposalState, ProposalType} from "./GovernanceTypes.sol";

/// @title Proposals from the first draft on chain to their execution.
/// @notice DRAFT (lapses after 180 days: EXPIRED) -> PENDING -> ACTIVE -> TALLYING while the ballot box has no result yet
///         -> DEFEATED or SUCCEEDED. A decision in words ends there; one with actions goes on to QUEUED -> EXECUTED, or
///         to EXPIRED when nobody queues or executes it in its grace. CANCELLED ends a DRAFT or a PENDING vote.
/// @dev Signed acts are EIP-712 typed data, signed by ECDSA or ERC-1271 and sent by anyone. Each begins with
///      `string statement`, the sentence of {IStatements} for the other fields: the contract builds and hashes it, so
///      it is not sent.
/// @custom:security-contact security@civicportal.example
interface IProposalManager is IERC6372 {
    /// @notice All that is known of a proposal.
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
        /// keccak256(abi.encode(actions)).
        bytes32 actionsHash;
        /// keccak256 of proposer, type, metadataHash, actionsHash, strategy: unique, names the draft beyond its number.
        bytes32 contentHash;
        /// contentHash plus snapshot rule and the sealed terms; zero until activated.
        bytes32 rulesHash;
        address strategy;
        uint16 quorumPercentage;
        uint32 endorsements;
        uint256 forVotes;
        uint256 againstVotes;
        uint256 abstainVotes;
    }

    /// @notice The rules one vote is decided under, fixed when it was set and part of its rulesHash.
    struct SealedTerms {
        /// Unix seconds; the snapshot is one second earlier.
        uint48 voteStart;
        /// Seconds from voteStart to voteEnd, pauses left out.
        uint48 votingPeriod;
        /// Seconds an adopted proposal waits before it can be carried out.
        uint48 executionDelay;
        /// Seconds an adopted proposal may wait to be queued, and a due one to be executed.
        uint48 gracePeriod;
        /// Whole percent of the power at the snapshot that For and Abstain must reach, rounded up.
        uint16 quorumPercentage;
        /// Whole percent of For + Against that For must reach; 50 means more For than Against.
        uint8 passingPercentage;
        /// The ballot box that counts it: 0 the VotingEngine.
        uint8 box;
        /// Power that a proposer needed under the strategy then.
        uint256 proposalThreshold;
    }

    // --- errors ---

    /// @notice The caller, or who signed, may not do this.
    error ProposalManagerUnauthorized(address account);
    /// @notice There is no proposal with this number.
    error ProposalManagerUnknownProposal(uint256 proposalId);
    /// @notice The signature's last second has passed.
    error ProposalManagerSignatureExpired(uint48 deadline);
    /// @notice The signature is not of the named account, or is of another text.
    error ProposalManagerInvalidSignature();
    /// @notice The signed number has been used or voided; `current` is the next one.
    error ProposalManagerInvalidNonce(address account, uint256 current);
    /// @notice GovernanceCore has not admitted the strategy.
    error ProposalManagerUnknownStrategy(address strategy);
    /// @notice The strategy was retired: no new draft may choose it, and no vote opens under it.
    error ProposalManagerRetiredStrategy(address strategy);
    /// @notice Proposals of this type may not be decided by this way of counting.
    error ProposalManagerTypeNotCounted(ProposalType proposalType, address strategy);
    /// @notice A proposal must have a text.
    error ProposalManagerZeroMetadata();
    /// @notice The same proposer made this proposal already.
    error ProposalManagerDuplicate(uint256 proposalId);
    /// @notice The account is no citizen now.
    error ProposalManagerNotCitizen(address account);
    /// @notice The proposer had less power one second ago than the strategy asks for.
    error ProposalManagerBelowThreshold(address proposer, uint256 power, uint256 threshold);
    /// @notice The proposal's state does not allow this.
    error ProposalManagerUnexpectedState(uint256 proposalId, ProposalState current);
    /// @notice The person endorsed this draft already, be it from an earlier account.
    error ProposalManagerAlreadyEndorsed(uint256 proposalId, address account);
    /// @notice Anyone may open the vote only from `readyAt` (Unix seconds) on and with `needed` endorsements.
    error ProposalManagerNotReady(uint256 proposalId, uint48 readyAt, uint32 endorsements, uint32 needed);
    /// @notice The opening must lie between `earliest` and `latest` (Unix seconds).
    error ProposalManagerVoteStartOutOfRange(uint48 voteStart, uint48 earliest, uint48 latest);
    /// @notice A signed opening must name its second, unless anyone may open the vote anyway.
    error ProposalManagerVoteStartNeeded(uint256 proposalId);
    /// @notice These are not the actions that were voted on.
    error ProposalManagerActionsChanged(uint256 proposalId);
    /// @notice The vote has not been set yet.
    error ProposalManagerNotActivated(uint256 proposalId);
    /// @notice A decision in words is done when it is adopted.
    error ProposalManagerNothingToCarryOut(uint256 proposalId);
    /// @notice Administrators cancel no proposal that was ever endorsed and no EMERGENCY; its proposer cancels no vote
    ///         that was set and was ever endorsed.
    error ProposalManagerNotCancellable(uint256 proposalId);
    /// @notice An administrator must give a reason.
    error ProposalManagerReasonNeeded(uint256 proposalId);
    /// @notice A self-check after an upgrade found this neighbour wrong.
    error ProposalManagerSelfCheckFailed(bytes32 what);

    // --- events ---

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
    /// @notice The draft had the endorsements it `needed` for the first time. From now on administrators can't cancel it,
    ///         nor put its vote off for long, even if endorsements are struck.
    event ProposalEndorsementReached(uint256 indexed proposalId, uint32 endorsements, uint32 needed);
    /// @notice The endorsement of someone who is no citizen any more was taken off; `endorser` is the account that gave
    ///         it.
    event EndorsementStruck(
        uint256 indexed proposalId,
        address indexed endorser,
        uint32 oldEndorsements,
        uint32 newEndorsements
    );
    /// @notice A vote was set: open from `voteStart` until just before `voteEnd` (Unix seconds, `voteEnd` shifted by
    ///         later pauses). The snapshot is voteStart - 1. The other fields are its {SealedTerms}.
    event ProposalActivated(
        uint256 indexed proposalId,
        address indexed activatedBy,
        bytes32 rulesHash,
        uint48 voteStart,
        uint48 voteEnd,
        uint16 quorumPercentage,
        uint8 passingPercentage,
        uint48 executionDelay,
        uint48 gracePeriod,
        uint256 proposalThreshold
    );
    /// @notice An adopted proposal entered the timelock; both times in Unix seconds, shifted by later pauses.
    event ProposalQueued(uint256 indexed proposalId, uint48 executionTime, uint48 expiresAt);
    /// @notice All actions of the proposal ran.
    event ProposalExecuted(uint256 indexed proposalId, address indexed executedBy);
    /// @notice One administrator asked to cancel, and waits until just before `expiresAt` (Unix seconds) for another to
    ///         ask the same. The wish ends earlier when the vote is set, the proposal cancelled, the wish withdrawn, or
    ///         the administrator loses the role; it has no effect once the draft is endorsed.
    event ProposalCancellationRequested(
        uint256 indexed proposalId,
        address indexed administrator,
        bytes32 reasonHash,
        uint48 expiresAt
    );
    /// @notice An administrator took the wish to cancel back.
    event ProposalCancellationWithdrawn(uint256 indexed proposalId, address indexed administrator);
    /// @notice A draft, or a vote that had not begun, was called off. `reasonHash` is keccak256 of the reason's UTF-8
    ///         text; only a proposer may leave it zero.
    event ProposalCancelled(uint256 indexed proposalId, address indexed cancelledBy, bytes32 reasonHash);
    /// @notice `nonce` of `account` was used by a signed cancellation, or voided by the account.
    event NonceUsed(address indexed account, uint256 nonce);

    // --- acts ---

    /// @notice Makes a draft, by the caller.
    ///
    /// Requirements:
    /// - `metadataHash` is not zero, and the same proposer has not made the same proposal before.
    /// - `strategy` is admitted, not retired, and may decide proposals of this type.
    /// - Where people are counted (one person one vote, quadratic) the proposer is a citizen.
    /// - The proposer had the strategy's threshold of power one second ago; for PARAMETER and EMERGENCY one unit is
    ///   always enough.
    /// - The ExecutionModule allows the actions for the type.
    ///
    /// Emits a {ProposalCreated} event.
    /// @param proposalType Bounds what the actions may call.
    /// @param actions Calls to make if adopted.
    /// @param metadataHash sha2-256 of the canonical JSON text.
    /// @param strategy How votes are counted.
    /// @return proposalId Running number, from 1.
    function createProposal(
        ProposalType proposalType,
        Action[] calldata actions,
        bytes32 metadataHash,
        address strategy
    ) external returns (uint256 proposalId);

    /// @notice The same, signed by `proposer` (EIP-712 `CreateProposal`, which holds the actions in full).
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

    /// @notice The caller endorses a draft: one endorsement a person, kept when the person's account changes.
    ///
    /// Requirements:
    /// - The proposal is a DRAFT.
    /// - The caller is a citizen, and has not endorsed it, from no account.
    ///
    /// Emits a {ProposalEndorsed} event, and a {ProposalEndorsementReached} event if the draft is endorsed with it.
    function endorseProposal(uint256 proposalId) external;

    /// @notice The same, signed by `endorser` (EIP-712 `EndorseProposal`, which names the contentHash).
    function endorseProposalBySig(
        uint256 proposalId,
        address endorser,
        uint48 deadline,
        bytes calldata signature
    ) external;

    /// @notice Anyone takes off endorsements of persons who are no citizens now; they may endorse again when they are.
    ///         Skips who has not endorsed or still is a citizen.
    ///
    /// Requirements: the proposal is a DRAFT.
    ///
    /// Emits an {EndorsementStruck} event for each.
    /// @param endorsers Any accounts of the persons.
    /// @return struck How many were taken off.
    function strikeEndorsements(uint256 proposalId, address[] calldata endorsers) external returns (uint256 struck);

    /// @notice Sets the vote, under the rules of now, which are sealed in the rulesHash.
    ///
    /// Requirements:
    /// - The proposal is a DRAFT and its strategy is not retired.
    /// - The caller is an administrator; or the draft is ready, see {isReady}, and `voteStart` is 0.
    /// - `voteStart` gives at least `noticePeriod` notice and lies at most 30 days ahead; of a draft that {isEndorsed} at
    ///   most 7 days, counted from the end of its review if that is to come; of an EMERGENCY always at most 1 day; or as
    ///   far as the notice where that is longer.
    ///
    /// Emits a {ProposalActivated} event.
    /// @param voteStart Unix seconds at which voting opens; 0 opens it as soon as the notice has passed, and at least
    ///        one second from now.
    function activateProposal(uint256 proposalId, uint48 voteStart) external;

    /// @notice The same, signed by `administrator` (EIP-712 `ActivateProposal`).
    /// @dev The signature covers the rulesHash computed now: an officer opens the text they read, under the rules they
    ///      read, or nothing. A `voteStart` of 0 would let the holder of the signature choose the second, and with it
    ///      the snapshot: it is taken only where anyone may open the vote anyway.
    function activateProposalBySig(
        uint256 proposalId,
        uint48 voteStart,
        address administrator,
        uint48 deadline,
        bytes calldata signature
    ) external;

    /// @notice Anyone queues an adopted proposal with its actions.
    ///
    /// Requirements:
    /// - The proposal SUCCEEDED.
    /// - `actions` are those voted on, at least one: a decision in words is done when it is adopted.
    ///
    /// Emits a {ProposalQueued} event.
    function queueProposal(uint256 proposalId, Action[] calldata actions) external;

    /// @notice Anyone carries out a queued proposal: all its actions or none.
    ///
    /// Requirements:
    /// - The proposal is queued, its delay has passed, it has not expired, and no pause is on, except for an EMERGENCY.
    /// - `actions` are those voted on, and each is still allowed for the type.
    ///
    /// Emits a {ProposalExecuted} event.
    function executeProposal(uint256 proposalId, Action[] calldata actions) external;

    /// @notice Calls off a draft or a vote that has not begun. Its proposer does so alone: a draft always, a vote that
    ///         was set only if it was never endorsed. Two administrators who are two persons do so together,
    ///         the second within 7 days of the first.
    ///
    /// Requirements:
    /// - The proposal is a DRAFT or PENDING.
    /// - By administrators: it was never endorsed, see {isEndorsed}, is no EMERGENCY, and `reasonHash` is not zero. The second need
    ///   not give the same reason; the proposer may give none.
    ///
    /// Emits a {ProposalCancelled} event; for the first of two administrators a {ProposalCancellationRequested} event.
    ///
    /// WARNING: a draft that was never endorsed is in the hands of any two administrators, who must say why in public.
    /// @param reasonHash keccak256 of the reason's UTF-8 text, which is kept off chain and public.
    function cancelProposal(uint256 proposalId, bytes32 reasonHash) external;

    /// @notice The same, signed by `canceller` (EIP-712 `CancelProposal`, which names the contentHash).
    /// @param nonce The canceller's next number, see {nonces}; used up, so that a wish that was withdrawn or has lapsed
    ///        is not renewed by others.
    function cancelProposalBySig(
        uint256 proposalId,
        bytes32 reasonHash,
        address canceller,
        uint256 nonce,
        uint48 deadline,
        bytes calldata signature
    ) external;

    /// @notice The administrator who asked to cancel takes the wish back.
    ///
    /// Emits a {ProposalCancellationWithdrawn} event.
    function withdrawCancellation(uint256 proposalId) external;

    /// @notice Voids the cancellation that the caller may have signed under the next number.
    ///
    /// Emits a {NonceUsed} event.
    function invalidateNonce() external;

    // --- reads ---

    /// @notice Where the proposal stands at this block's time.
    function state(uint256 proposalId) external view returns (ProposalState);

    /// @notice All that is known of a proposal, derived fields included.
    function getProposal(uint256 proposalId) external view returns (Proposal memory);

    /// @notice Number of the newest proposal.
    function proposalCount() external view returns (uint256);

    /// @notice The proposal with this contentHash, 0 if none.
    function proposalOf(bytes32 contentHash) external view returns (uint256);

    /// @notice The rulesHash that was fixed at activation; before, the one that activation would fix now.
    function previewRulesHash(uint256 proposalId) external view returns (bytes32);

    /// @notice The rules fixed at activation; zeros before.
    function sealedTerms(uint256 proposalId) external view returns (SealedTerms memory);

    /// @notice Whether the person of `account` endorsed this draft, be it from an earlier account.
    function hasEndorsed(uint256 proposalId, address account) external view returns (bool);

    /// @notice Endorsements without which only an administrator opens the vote: `endorsementPermille` of the roll one
    ///         second before the draft was made, rounded up, at least one.
    function endorsementsNeeded(uint256 proposalId) external view returns (uint32);

    /// @notice Whether the draft ever had the endorsements it needed at that time, struck ones included.
    function isEndorsed(uint256 proposalId) external view returns (bool);

    /// @notice Whether anyone may open the vote now: a DRAFT with its endorsements whose review period has passed, and
    ///         whose strategy was not retired.
    function isReady(uint256 proposalId) external view returns (bool);

    /// @notice The administrator whose wish to cancel waits for a second, and until when (Unix seconds); zeros if none
    ///         does, or if administrators may not cancel the proposal now.
    function cancellationRequest(uint256 proposalId) external view returns (address administrator, uint48 expiresAt);

    /// @notice The next number of a signed cancellation.
    function nonces(address account) external view returns (uint256);

    /// @notice The contract of the sentences that typed data begins with, see {IStatements}.
    function statements() external view returns (address);

    // --- the Governor's read interface, for tools made for it ---

    /// @notice The last second whose standings count, Unix seconds; 0 until activated.
    function proposalSnapshot(uint256 proposalId) external view returns (uint256);

    /// @notice The second at which voting ends, Unix seconds, with pauses so far; 0 until activated.
    function proposalDeadline(uint256 proposalId) external view returns (uint256);

    /// @notice The second from which the proposal may be carried out, Unix seconds; 0 until queued.
    function proposalEta(uint256 proposalId) external view returns (uint256);

    /// @notice Who made the proposal.
    function proposalProposer(uint256 proposalId) external view returns (address);

    /// @notice Power a proposer needs where people are counted.
    function proposalThreshold() external view returns (uint256);

    /// @notice What For and Abstain must reach: votes, in a quadratic vote people; rounded up. Reverts before the
    ///         snapshot.
    function quorum(uint256 proposalId) external view returns (uint256);

    /// @notice Whether the account's ballot was counted in this proposal, in any way.
    function hasVoted(uint256 proposalId, address account) external view returns (bool);

    /// @notice How ballots are read and what the quorum counts, as in OpenZeppelin's Governor.
    // solhint-disable-next-line func-name-mixedcase
    function COUNTING_MODE() external view returns (string memory);
}
