// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {Ballot} from "./GovernanceTypes.sol";
import {IBallotBox} from "./IBallotBox.sol";

/// @title Citizens, delegations, ballots and tallies.
/// @notice One storage word per citizen holds the unit, the receipts of ballots and what else a ballot must
///         know, so that a plain one-person ballot calls no other contract. Times are Unix seconds (ERC-6372
///         `mode=timestamp`).
///
///         Power can be read as in ERC-5805 ({getVotes}, {getPastVotes}, {getPastTotalSupply}, {delegates}); delegating
///         has forms and events of its own, because a citizen may also delegate for one type of proposals.
///
///         WARNING: Whom the RoleManager calls a citizen is a citizen here, and whom it calls a delegate may cast
///         received units. The engine proves that each of them votes once and that every ballot is counted as signed;
///         that each account is one person is the trust put in the officers who check it.
/// @custom:security-contact security@civicportal.example
interface IVotingEngine is IBallotBox, IERC6372 {
    // ------------------------------------------------------------------- events

    /// @notice A ballot was counted; `weight` as cast: a later DelegateWeightReduced lowers the effective weight.
    event VoteCast(
        address indexed voter,
        uint256 indexed proposalId,
        uint8 support,
        uint256 weight,
        bytes32 reasonHash
    );
    /// @notice The text of a reason that its author published for good (castVoteWithReason, castVoteWithParams).
    event VoteReasonPublished(address indexed voter, uint256 indexed proposalId, string reason);
    /// @notice A delegator voted in person, so a delegate's weight in this proposal fell. `counted` tells
    ///         whether the delegate had voted already, so that the tally fell too. Not emitted for a delegate who can't
    ///         cast the unit any more.
    event DelegateWeightReduced(
        address indexed delegate,
        uint256 indexed proposalId,
        address indexed delegator,
        uint256 oldWeight,
        uint256 newWeight,
        bool counted
    );
    /// @notice A ballot of a batch was left out; `code` is the selector of the error it would have reverted with.
    /// @dev WARNING: This is advice to the sender of the batch and proves nothing. Anyone can have it emitted for
    ///      any digest and voter, with a signature that nobody made or by sending a counted ballot again. Whether a
    ///      ballot was counted is told by {VoteCast} and {hasVoted} alone.
    event BallotSkipped(bytes32 indexed digest, address indexed voter, uint256 indexed proposalId, bytes4 code);
    /// @notice `scope` 0 is overall; 1 + ProposalType is for one type. The zero address means oneself overall, and as
    ///         overall for a type; for a type one's own address means oneself.
    event DelegateChanged(
        address indexed delegator,
        uint8 scope,
        address indexed fromDelegate,
        address indexed toDelegate
    );
    /// @notice The units a delegate holds for others (for a type: in proposals of that type) changed, for
    ///         snapshots from this block's time on. A change overall goes for all types, unless one for the type
    ///         follows it in the same transaction: only the last of a transaction stands.
    event DelegateVotesChanged(address indexed delegate, uint8 scope, uint256 oldVotes, uint256 newVotes);
    /// @notice The unit of an account began, ended or got another end. `since` and `until` are 0 when its end
    ///         was recorded and the number of citizens fell. With both numbers of citizens the same and `until` not in
    ///         the future, the unit was revoked and its record waits for {expireCitizen}.
    event CitizenChanged(address indexed account, uint48 since, uint48 until, uint256 oldSupply, uint256 newSupply);
    /// @notice The account used up, or voided, the number that its next signed delegation would have carried.
    event NonceUsed(address indexed account, uint256 nonce);

    // ------------------------------------------------------------------- errors

    /// @notice The caller is not the contract of the deployment that this function is for.
    error VotingEngineUnauthorized(address caller);
    /// @notice No voting window was ever opened for the proposal.
    error VotingEngineUnknownProposal(uint256 proposalId);
    /// @notice Voting has not begun, is over, or was called off.
    error VotingEngineNotActive(uint256 proposalId);
    /// @notice The proposal has a window already.
    error VotingEngineWindowExists(uint256 proposalId);
    /// @notice Governance is paused; only EMERGENCY proposals take ballots.
    error VotingEnginePaused();
    /// @notice The ballot was signed for other rules than those the vote was opened under.
    error VotingEngineRulesChanged(uint256 proposalId, bytes32 rulesHash);
    /// @notice Support is 0 against, 1 for or 2 abstain.
    error VotingEngineInvalidSupport();
    /// @notice The signature is not the account's over these very words and numbers.
    error VotingEngineInvalidSignature();
    /// @notice The deadline that was signed has passed.
    error VotingEngineSignatureExpired();
    /// @notice A ballot of this account was counted before.
    error VotingEngineAlreadyVoted();
    /// @notice No unit stood at the snapshot, or it ran out since, or others cast it; and no received unit is left.
    error VotingEngineNoPower();
    /// @notice The strategy of this proposal takes no params.
    error VotingEngineParamsNotEmpty();
    /// @notice A quadratic ballot says in `params`, as one ABI-encoded uint256, how many votes (1 to 65,535) it casts.
    error VotingEngineInvalidParams();
    /// @notice The votes cost more credits than the voter has left in the period in which voting began.
    error VotingEngineCreditsExceeded();
    /// @notice The strategy, or the token behind it, failed to tell this voter's power.
    error VotingEngineStrategyFailed();
    /// @notice A strategy failed with so little gas left that a lack of gas can't be told from a failure. Send more.
    error VotingEngineTooLittleGas();
    /// @notice Packed ballots must be a multiple of 123 bytes, of 125 in a quadratic vote.
    error VotingEngineBatchLength(uint256 length);
    /// @notice The delegation carries another number than the account's next one.
    error VotingEngineInvalidNonce(address account, uint256 current);
    /// @notice The account has no running unit.
    error VotingEngineNotCitizen(address account);
    /// @notice The account's unit is still running, so its end can't be recorded.
    error VotingEngineUnitRunning(address account);
    /// @notice A unit moves only to an account that never had one, or back to an earlier one of the same person.
    error VotingEngineAccountUsed(address account);
    /// @notice The account doesn't hold DELEGATE.
    error VotingEngineNotDelegate(address account);
    /// @notice There is no proposal type of this number.
    error VotingEngineUnknownType(uint8 proposalType);
    /// @notice Only times before now can be looked up.
    error VotingEngineFutureLookup(uint256 timepoint, uint48 now_);
    /// @notice After an upgrade: a neighbour of the deployment doesn't answer by its name.
    error VotingEngineSelfCheckFailed();

    // ------------------------------------------------------------------ ballots

    /// @notice Casts the caller's ballot.
    /// @dev Requirements: the vote is open and not paused; `support` is at most 2; the caller has not voted; the
    ///      caller has power (VotingEngineNoPower). A quadratic ballot must say its votes (VotingEngineInvalidParams)
    ///      and pay for them (VotingEngineCreditsExceeded), see {castVoteWithParams}.
    ///
    ///      An own unit counts if it stood at the snapshot and has not run out since; one that was revoked after the
    ///      snapshot still counts, so that nobody can be silenced during a vote. Received units count only while the
    ///      voter has held DELEGATE without a break from the snapshot on.
    ///
    ///      Emits {VoteCast}, and {DelegateWeightReduced} if the voter's unit was with a delegate.
    ///
    ///      WARNING: The call names a number only. A reorganisation of the chain may give that number to another
    ///      proposal; a signed ballot names the rules as well and can't be moved.
    /// @param support 0 against, 1 for, 2 abstain.
    /// @return weight Units counted.
    function castVote(uint256 proposalId, uint8 support) external returns (uint256 weight);
    /// @notice As {castVote}; publishes the reason for good.
    /// @dev Emits {VoteReasonPublished} as well, unless the reason is empty.
    function castVoteWithReason(
        uint256 proposalId,
        uint8 support,
        string calldata reason
    ) external returns (uint256 weight);
    /// @notice As {castVoteWithReason}; publishes the reason for good.
    /// @param params For a quadratic vote `abi.encode(uint256 votes)`, 1 to 65,535 votes; empty for any other.
    function castVoteWithParams(
        uint256 proposalId,
        uint8 support,
        string calldata reason,
        bytes calldata params
    ) external returns (uint256 weight);
    /// @notice Casts a ballot signed by its voter: ECDSA (65 bytes, low s) or ERC-1271. Anyone may send it.
    /// @dev The EIP-712 type is `Ballot(string statement,uint256 proposalId,bytes32 rulesHash,address voter,uint8
    ///      support,bytes params,bytes32 reasonHash,uint48 deadline)`. The statement is not sent: the engine builds it
    ///      from proposal, support and votes (see {statements}); it is empty for a `support` above 2.
    ///
    ///      Requirements: those of {castVote} on the voter; the signature, its deadline and its rules are good.
    function castVoteBySig(Ballot calldata ballot, bytes calldata signature) external returns (uint256 weight);
    /// @notice Many ECDSA ballots for one proposal; a bad one is skipped and named, never reverting the others.
    /// @dev Requirements: the vote is open and not paused; `rulesHash` is that of the vote; whole ballots. Emits
    ///      {VoteCast} or {BallotSkipped} for each ballot. Reverts as a whole if the gas isn't enough for all.
    /// @param packed Per ballot, tightly packed: voter (20 bytes), support (1), deadline (6), reasonHash (32), r (32),
    ///        vs (32, EIP-2098). 123 bytes each; in a quadratic vote 125, the last two the number of votes.
    /// @return counted How many were counted.
    function castVotesBySig(
        uint256 proposalId,
        bytes32 rulesHash,
        bytes calldata packed
    ) external returns (uint256 counted);

    /// @notice What `account`'s ballot on this proposal weighs now: as counted and reduced since, or as it
    ///         would be cast. In a quadratic vote the most votes that its credits still buy; 0 if the strategy fails to
    ///         say.
    /// @dev Requirements: the snapshot has passed.
    function getBallotPower(uint256 proposalId, address account) external view returns (uint256);
    /// @notice Credits that the person behind `account` spent in votes under `strategy` that began in `period`,
    ///         from this account or an earlier one.
    function creditsSpent(address strategy, address account, uint256 period) external view returns (uint256);
    /// @notice The IStatements contract whose sentences are part of what people sign here.
    function statements() external view returns (address);

    // --------------------------------------------------------------- delegation

    /// @notice Overall delegation to a holder of DELEGATE; zero or oneself takes it back.
    /// @dev Requirements, unless it is taken back: the caller is a citizen; `delegatee` holds DELEGATE. Emits
    ///      {NonceUsed}, so that a delegation signed earlier and held back is void, {DelegateChanged} and
    ///      {DelegateVotesChanged}.
    ///
    ///      WARNING: The delegate casts the unit in every vote in which the delegator doesn't vote in person, while the
    ///      delegate holds DELEGATE. A delegate who lost it before casting leaves the unit to the delegator alone.
    function delegate(address delegatee) external;
    /// @notice The same, signed by `delegator` and sent by anyone: ECDSA or ERC-1271 over `Delegate(string
    ///         statement,address delegator,address delegatee,uint256 nonce,uint48 deadline)`.
    /// @param nonce The delegator's next number, see {nonces}.
    /// @param deadline Unix seconds after which the signature is void.
    function delegateBySig(
        address delegator,
        address delegatee,
        uint256 nonce,
        uint48 deadline,
        bytes calldata signature
    ) external;
    /// @notice Delegation for one type of proposals, which comes before the overall one. To oneself keeps the own vote
    ///         in that type; zero takes the arrangement back, so that the overall one holds again.
    /// @dev Requirements and events as for {delegate}.
    /// @param proposalType A ProposalType as a number.
    function delegateFor(uint8 proposalType, address delegatee) external;
    /// @notice The same, signed by `delegator` and sent by anyone: ECDSA or ERC-1271 over `DelegateFor(string
    ///         statement,address delegator,uint8 proposalType,address delegatee,uint256 nonce,uint48 deadline)`.
    function delegateForBySig(
        address delegator,
        uint8 proposalType,
        address delegatee,
        uint256 nonce,
        uint48 deadline,
        bytes calldata signature
    ) external;
    /// @notice Voids what the caller signed as a delegation and has not sent yet.
    /// @dev Emits {NonceUsed}.
    function invalidateNonce() external;
    /// @notice The number that the account's next signed delegation, of either kind, must carry.
    function nonces(address account) external view returns (uint256);
    /// @notice Who holds the account's unit now; the zero address means oneself.
    function delegates(address account) external view returns (address);
    /// @notice Whom the account chose for one type of proposals: zero as overall, its own address for itself.
    function delegatesFor(address account, uint8 proposalType) external view returns (address);
    /// @notice Who received `account`'s overall unit at a past `timepoint`; the zero address means oneself.
    function delegateAt(address account, uint256 timepoint) external view returns (address);
    /// @notice Who held `account`'s unit at a past `timepoint` in proposals of a type; zero for the account itself.
    function holderAt(address account, uint8 proposalType, uint256 timepoint) external view returns (address);

    // -------------------------------------------------------- citizens and power

    /// @notice Whether the account holds a unit now.
    function isCitizen(address account) external view returns (bool);
    /// @notice (since, until) of the account's last unit in Unix seconds; zeros if none, or if its end was recorded.
    function citizen(address account) external view returns (uint48 since, uint48 until);
    /// @notice The same end, or that of the unit that waits to begin for the account, see {moveCitizen}.
    function unitUntil(address account) external view returns (uint48);
    /// @notice Whether the account had a unit, given away or not, at a past `timepoint`.
    function wasCitizen(address account, uint256 timepoint) external view returns (bool);
    /// @notice Number of citizens now, those included whose units ended and wait for {expireCitizen}.
    function citizenCount() external view returns (uint256);
    /// @notice Number of citizens at a past `timepoint`.
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256);
    /// @notice One-person power at a past `timepoint`: the own unit unless given away, plus units received.
    /// @dev What the histories say. Whether received units may be cast depends on DELEGATE too, see {getBallotPower}.
    function getVotingPower(address account, uint256 timepoint) external view returns (uint256);
    /// @notice The same under its ERC-5805 name.
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256);
    /// @notice One-person power now: the own unit unless given away, plus units received.
    function getVotes(address account) external view returns (uint256);
    /// @notice Whether the account is a citizen now, and its power to propose at a past `timepoint`: the own
    ///         unit, even if given away, plus units received if it has held DELEGATE without a break since.
    function standing(address account, uint256 timepoint) external view returns (bool citizenNow, uint256 power);
    /// @notice The first account of the person behind `account`: itself unless a unit was moved to it.
    function originOf(address account) external view returns (address);
    /// @notice The newest account of the person whose first account is `origin`.
    function currentOf(address origin) external view returns (address);

    // -------------------------------------------------------------------- clocks

    /// @notice Whether a pause is on now.
    function paused() external view returns (bool);
    /// @notice Seconds spent paused since deployment, up to now.
    function pausedSeconds() external view returns (uint256);
    /// @notice (paused now, seconds spent paused since deployment, end of the current pause or 0), in one call.
    function pauseState() external view returns (bool isPaused, uint64 secondsPaused, uint48 until);
    /// @notice Seconds left, on a clock that stands still while paused, until every window opened so far is
    ///         over; 0 if all are. Never too short; a pause before voteStart, or a window called off, may make it too
    ///         long.
    function remainingVotingTime() external view returns (uint48);

    // --------------------------------- only by the other contracts of the deployment

    /// @notice Gives a unit until `until` (Unix seconds), or moves the end of a running one.
    /// @dev Requirements: only the RoleManager. A unit whose end was not recorded yet is recorded first; that of an
    ///      account that has delegated for a type waits to be recorded, and the new one with it, see {moveCitizen}. Emits
    ///      {CitizenChanged}, unless the unit waits.
    function setCitizen(address account, uint48 until) external;
    /// @notice Revokes a running unit, or one that waits to begin. The account keeps its vote in every window whose snapshot has the unit.
    /// @dev Requirements: only the RoleManager; the unit is running (VotingEngineNotCitizen). Costs a bounded
    ///      amount: of an account that has delegated for a type, delegates and the number of citizens are left for
    ///      {expireCitizen}. Emits {CitizenChanged}, unless the unit had not begun.
    function removeCitizen(address account) external;
    /// @notice Records the end of a unit that ran out or was revoked: with the delegates and in the number of citizens.
    ///         A unit of the same person that waited for it begins, unless its time has passed.
    /// @dev Requirements: only the RoleManager; there is a unit (VotingEngineNotCitizen), and it has ended
    ///      (VotingEngineUnitRunning). Emits {CitizenChanged}.
    function expireCitizen(address account) external;
    /// @notice Moves a person's unit to another account: the old unit ends as by {removeCitizen}, a new one
    ///         with the same end begins when the end of the old one is recorded: at once, or, where {removeCitizen} leaves
    ///         that to {expireCitizen}, there. Credits spent stay spent, see {originOf}; delegations end with the old
    ///         unit.
    /// @dev Requirements: only the RoleManager; the old unit is running or waits to begin (VotingEngineNotCitizen); the
    ///      new account never had a unit, or is an earlier one of the same person without one now
    ///      (VotingEngineAccountUsed). Emits {CitizenChanged} for each unit that ends or begins.
    function moveCitizen(address oldAccount, address newAccount) external;
    /// @notice Begins a pause, or moves the end of the running one, to `until` (Unix seconds).
    /// @dev Requirements: only GovernanceCore.
    function setPaused(uint48 until) external;
    /// @notice Ends the pause now, if one is on.
    /// @dev Requirements: only GovernanceCore.
    function clearPaused() external;
}
