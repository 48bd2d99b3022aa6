// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.28;

import {Counting, GovernanceParams, ProposalType, StrategyTerms, Terms} from "./GovernanceTypes.sol";

/// @notice Least values of the parameters that a deployment chose for good, in seconds.
struct Floors {
    uint48 votingPeriod;
    uint48 executionDelay;
    uint48 reviewPeriod;
    uint48 noticePeriod;
    uint48 officerDelay;
}

/// @title The registry of a deployment: its parameters, its contracts, its strategies, its emergency brake.
/// @notice WARNING: two of the guardians can keep a deployment paused for as long as no EMERGENCY proposal lifts the
///         pause; EMERGENCY proposals are decided and carried out in a pause, within periods that together
///         are shorter than what one guardian alone can pause.
/// @custom:security-contact security@civicportal.example
interface IGovernanceCore {
    // ------------------------------------------------------------------- events

    /// @notice A parameter changed; `name` is the field of GovernanceParams as a short string in bytes32.
    event GovernanceParamUpdated(bytes32 indexed name, uint256 oldValue, uint256 newValue);
    /// @notice An executed proposal asked for the value that the parameter has already.
    event GovernanceParamUnchanged(bytes32 indexed name, uint256 value);
    /// @notice A strategy may be chosen from now on. `kind` is what it calls itself, `counting` a Counting, bit n of
    ///         `types` says that it may decide ProposalType n, `threshold` is in base units of its token, 0 where people
    ///         are counted.
    event StrategyRegistered(address indexed strategy, string kind, uint8 counting, uint8 types, uint256 threshold);
    /// @notice An executed proposal asked for what the strategy is already: registered on these terms, or retired.
    event StrategyUnchanged(address indexed strategy);
    /// @notice No draft may choose this strategy any more, and no draft that did is opened; open votes go on.
    event StrategyRetired(address indexed strategy);
    /// @notice The terms, fixed for good, of a quadratic strategy that was registered in the same transaction: credits of
    ///         a citizen in each period, and the length of a period in seconds, counted from Unix time 0.
    event CreditsAllotted(address indexed strategy, uint256 credits, uint256 periodLength);
    /// @notice A contract took its place in the registry (once each, at deployment).
    event ContractRegistered(bytes32 indexed name, address indexed oldAddress, address indexed newAddress);
    /// @notice A guardian stopped voting and execution until `until` (Unix seconds), if nobody lifts it earlier. The
    ///         words behind `reasonHash` are public, off chain.
    event GovernancePaused(uint256 indexed pauseNumber, address indexed guardian, uint48 until, bytes32 reasonHash);
    /// @notice A guardian asked to extend (`lift` false) or to lift the pause; the same call by another person before
    ///         `expiresAt` carries it out.
    event PauseChangeRequested(uint256 indexed pauseNumber, address indexed guardian, bool lift, uint48 expiresAt);
    /// @notice A guardian took back what they had asked for.
    event PauseRequestWithdrawn(uint256 indexed pauseNumber, address indexed guardian, bool lift);
    /// @notice A second guardian joined the pause, or two extended it.
    event PauseExtended(uint256 indexed pauseNumber, address indexed guardian, uint48 oldUntil, uint48 newUntil);
    /// @notice The pause was lifted at this block's time. By an executed proposal nobody may pause before `immuneUntil`;
    ///         by two guardians it is 0.
    event GovernanceUnpaused(uint256 indexed pauseNumber, address indexed by, uint48 immuneUntil);
    /// @notice An executed proposal asked to lift a pause that is not on any more.
    event UnpauseNotNeeded(uint256 indexed pauseNumber);

    // ------------------------------------------------------------------- errors

    /// @notice The caller is neither the ExecutionModule nor, where guardians act, a guardian.
    error GovernanceCoreUnauthorized(address caller);
    /// @notice No parameter has this name.
    error GovernanceCoreParamUnknown(bytes32 name);
    /// @notice The value lies outside of the bounds of the parameter, see {bounds}.
    error GovernanceCoreParamOutOfBounds(bytes32 name, uint256 value, uint256 min, uint256 max);
    /// @notice The parameter is not any more what the proposal said it would be.
    error GovernanceCoreParamChanged(bytes32 name, uint256 expected, uint256 current);
    /// @notice A floor of the implementation is zero or above the maximum of its parameter.
    error GovernanceCoreFloorOutOfBounds(bytes32 name, uint256 floor);
    /// @notice The deployment left out this contract.
    error GovernanceCoreZeroAddress(bytes32 name);
    /// @notice A strategy decides at least one type, none that doesn't exist, and, unless it counts one person one vote,
    ///         nothing but POLICY and BUDGET.
    error GovernanceCoreTypesNotAllowed(Counting counting, uint8 types);
    /// @notice A threshold is at least 1 and fits 208 bits for a token, and is 0 where people are counted.
    error GovernanceCoreThresholdNotAllowed(Counting counting, uint256 threshold);
    /// @notice The first strategy of a deployment counts one person one vote and decides every type.
    error GovernanceCoreFirstStrategyUnfit();
    /// @notice No strategy has this address.
    error GovernanceCoreStrategyUnknown(address strategy);
    /// @notice Strategy number 1 decides what no other may; without it nothing could be decided.
    error GovernanceCoreStrategyNeeded(address strategy);
    /// @notice Pausing needs the hash of a reason.
    error GovernanceCoreReasonNeeded();
    /// @notice A pause is on already.
    error GovernanceCorePaused();
    /// @notice No pause is on.
    error GovernanceCoreNotPaused();
    /// @notice The pause that is on has the number `running`.
    error GovernanceCoreOtherPause(uint256 pauseNumber, uint256 running);
    /// @notice The same person may pause again from `from` (Unix seconds) on.
    error GovernanceCorePauseTooSoon(uint48 from);
    /// @notice A proposal lifted a pause; nobody may pause before `immuneUntil`.
    error GovernanceCoreImmune(uint48 immuneUntil);
    /// @notice Who began a pause can't join it.
    error GovernanceCoreSecondGuardianNeeded();
    /// @notice The pause reaches as far ahead as a pause may, until `until`.
    error GovernanceCorePauseAtLimit(uint48 until);
    /// @notice A self-check after an upgrade found this part of the contract's state or of its neighbours wrong.
    error GovernanceCoreSelfCheckFailed(bytes32 what);

    // --------------------------------------------------------------- parameters

    /// @notice Seconds a vote stays open.
    function votingPeriod() external view returns (uint48);
    /// @notice Seconds an adopted proposal waits before it can be carried out.
    function executionDelay() external view returns (uint48);
    /// @notice Seconds a draft must be readable before anyone may open its vote.
    function reviewPeriod() external view returns (uint48);
    /// @notice Seconds an adopted proposal may wait to be queued, and a due one to be executed.
    function gracePeriod() external view returns (uint48);
    /// @notice Least seconds between the activation of a vote and its opening.
    function noticePeriod() external view returns (uint48);
    /// @notice Seconds a change of administrators or guardians by two administrators waits for an objection.
    function officerDelay() external view returns (uint48);
    /// @notice Whole percent of the power at the snapshot that For and Abstain must reach together.
    function quorumPercentage() external view returns (uint16);
    /// @notice Permille of the roll, one second before a draft was made, that must endorse it before anyone may open its
    ///         vote; rounded up, at least one.
    function endorsementPermille() external view returns (uint16);
    /// @notice Units a proposer needs where people are counted; for PARAMETER and EMERGENCY always 1.
    function proposalThreshold() external view returns (uint8);
    /// @notice All parameters at once.
    function governanceParams() external view returns (GovernanceParams memory);
    /// @notice The least values that this deployment's implementation fixes.
    function floors() external view returns (Floors memory);
    /// @notice Least and greatest value of a parameter.
    /// @dev Requirements:
    /// - `name` is a field of GovernanceParams, else {GovernanceCoreParamUnknown}.
    function bounds(bytes32 name) external view returns (uint256 min, uint256 max);
    /// @notice The rules under which a proposal of this type would be decided now: the parameters, for an EMERGENCY no
    ///         longer than its caps, and the passing share of the type.
    function termsFor(ProposalType proposalType) external view returns (Terms memory);
    /// @notice Sets one parameter. Only through an executed PARAMETER proposal.
    /// @param name The field of GovernanceParams.
    /// @param oldValue What the parameter is expected to be, so that of two adopted proposals none undoes the other
    ///        unseen.
    /// @param newValue What it shall be.
    /// @dev Requirements:
    /// - the caller is the ExecutionModule;
    /// - `newValue` lies within {bounds};
    /// - the parameter is `oldValue`, or `newValue` already.
    ///
    /// Emits {GovernanceParamUpdated}, or {GovernanceParamUnchanged} if it is `newValue` already.
    function updateGovernanceParams(bytes32 name, uint256 oldValue, uint256 newValue) external;

    // ----------------------------------------------------------------- registry

    /// @notice Address of the ProposalManager.
    function proposalManager() external view returns (address);
    /// @notice Address of the VotingEngine.
    function votingEngine() external view returns (address);
    /// @notice Address of the RoleManager.
    function roleManager() external view returns (address);
    /// @notice Address of the ExecutionModule.
    function executionModule() external view returns (address);
    /// @notice Address of the factory that makes the deployment's strategies.
    function strategyFactory() external view returns (address);
    /// @notice The address registered under `name`, a short string in bytes32 such as "VotingEngine"; zero if none.
    function contractOf(bytes32 name) external view returns (address);

    // --------------------------------------------------------------- strategies

    /// @notice What a new draft needs to know, in one call.
    /// @return id The strategy's number from 1, 0 if it is unknown; then all else is zero.
    /// @return counting How its ballots are weighed.
    /// @return types Bit n says that it may decide ProposalType n.
    /// @return threshold What a proposer needs: the parameter `proposalThreshold` where people are counted (PARAMETER and
    ///         EMERGENCY need 1 whatever it is), base units of the token otherwise.
    /// @return retired Whether it takes no new draft and no activation.
    function strategyInfo(
        address strategy
    ) external view returns (uint16 id, Counting counting, uint8 types, uint256 threshold, bool retired);
    /// @notice The strategy with this number, zero if none.
    function strategyAt(uint16 id) external view returns (address);
    /// @notice All that the activation of a vote needs to know, in one call; zeros for an unknown number.
    /// @return strategy The strategy with this number.
    /// @return counting How its ballots are weighed.
    /// @return box Number of the ballot box that takes its ballots, see {ballotBoxAt}.
    /// @return retired Whether it takes no activation any more.
    /// @return threshold What a proposer of this type needs.
    /// @return terms {termsFor} the type.
    function openingOf(
        uint16 strategyId,
        ProposalType proposalType
    )
        external
        view
        returns (address strategy, Counting counting, uint8 box, bool retired, uint256 threshold, Terms memory terms);
    /// @notice The contract that takes and counts ballots under this number; 0 is the VotingEngine, zero if none.
    function ballotBoxAt(uint8 id) external view returns (address);
    /// @notice Has the deployment's factory make a strategy and admits it. Only through an executed UPGRADE proposal.
    /// @dev Requirements:
    /// - the caller is the ExecutionModule;
    /// - `terms.types` and `terms.threshold` suit the counting;
    /// - the factory takes the terms.
    ///
    /// Emits {StrategyRegistered}, for a quadratic one {CreditsAllotted}, or {StrategyUnchanged} if a strategy on these
    /// very terms is registered and not retired; then that one is returned.
    ///
    /// WARNING: a token-weighted strategy trusts the code of its token with the votes of POLICY and BUDGET proposals.
    function registerStrategy(StrategyTerms calldata terms) external returns (address);
    /// @notice Ends the use of a strategy. Only through an executed UPGRADE proposal.
    /// @dev Requirements:
    /// - the caller is the ExecutionModule;
    /// - the strategy is registered and not number 1.
    ///
    /// Emits {StrategyRetired}, or {StrategyUnchanged} if it is retired already.
    function retireStrategy(address strategy) external;

    // ------------------------------------------------------------------- pauses

    /// @notice Number of the latest pause, from 1; 0 before the first.
    function pauseNumber() external view returns (uint256);
    /// @notice Nobody may pause before this Unix time; 0 if no proposal ever lifted a pause.
    function immuneUntil() external view returns (uint48);
    /// @notice The open wish of one guardian to extend (`lift` false) or to lift the pause that is on; zeros if none.
    function pauseRequest(bool lift) external view returns (address first, uint48 expiresAt);
    /// @notice One guardian stops voting and execution for 72 hours.
    /// @dev Requirements:
    /// - the caller is a guardian who, as a person, began no pause within 30 days;
    /// - `reasonHash` is not zero;
    /// - no pause is on, and no immunity.
    ///
    /// Emits {GovernancePaused}.
    function pause(bytes32 reasonHash) external;
    /// @notice Once a pause, another guardian than who began it makes it last until 14 days after its begin, alone. After
    ///         that two guardians add 14 days, never beyond 28 days from now.
    /// @dev Requirements:
    /// - the caller is a guardian, a pause is on;
    /// - the first time: another person than who began it.
    ///
    /// Emits {PauseExtended}, or {PauseChangeRequested} when a second guardian has to make the call too.
    function extendPause() external;
    /// @notice Lifts a pause: by an executed EMERGENCY proposal at once, by guardians when the second calls.
    /// @dev Requirements:
    /// - the caller is the ExecutionModule or a guardian;
    /// - for guardians: `pauseNumber` is the pause that is on.
    ///
    /// Emits {GovernanceUnpaused}; {PauseChangeRequested} when a second guardian has to make the call too;
    /// {UnpauseNotNeeded} for a proposal whose pause is over.
    function unpause(uint256 pauseNumber) external;
    /// @notice A guardian takes back what they asked for.
    /// @dev Emits {PauseRequestWithdrawn}. Reverts with TwoPersonsNotYours if the caller asked for nothing.
    function withdrawPauseRequest(bool lift) external;
}
