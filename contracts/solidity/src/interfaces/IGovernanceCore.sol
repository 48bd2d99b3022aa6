// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {GovernanceParams} from "./GovernanceTypes.sol";

/// @title The registry of a deployment: its parameters, its contracts, its strategies, its emergency brake.
interface IGovernanceCore {
    /// @notice A parameter changed; `name` is the field of GovernanceParams as a short string in bytes32.
    event GovernanceParamUpdated(bytes32 indexed name, uint256 oldValue, uint256 newValue);
    /// @notice A voting strategy may be chosen from now on; `kind` is what it calls itself.
    event StrategyRegistered(address indexed strategy, string kind);
    /// @notice The terms, fixed for good, of a quadratic strategy that was registered in the same transaction: credits of
    ///         a citizen in each period, and the length of a period in seconds, counted from Unix time 0.
    event CreditsAllotted(address indexed strategy, uint256 credits, uint256 periodLength);
    /// @notice A contract took its place in the registry (once each, at deployment).
    event ContractRegistered(bytes32 indexed name, address indexed oldAddress, address indexed newAddress);
    /// @notice A guardian stopped voting and execution until `until` (Unix seconds), if nobody lifts it earlier.
    event GovernancePaused(address indexed guardian, uint48 until);
    /// @notice A guardian asked to extend or to lift the pause; the same call by a second guardian carries it out.
    event PauseChangeRequested(address indexed guardian, bool lift);
    /// @notice Two guardians extended the pause.
    event PauseExtended(address indexed guardian, uint48 oldUntil, uint48 newUntil);
    /// @notice The pause was lifted at this block's time by two guardians or by an executed proposal.
    event GovernanceUnpaused(address indexed by);

    /// @notice Seconds a vote stays open.
    function votingPeriod() external view returns (uint48);
    /// @notice Seconds an adopted proposal waits before it can be carried out.
    function executionDelay() external view returns (uint48);
    /// @notice Seconds a draft must be readable before anyone may open its vote.
    function reviewPeriod() external view returns (uint48);
    /// @notice Seconds an adopted proposal may wait to be queued, and a due one to be executed.
    function gracePeriod() external view returns (uint48);
    /// @notice Whole percent (1 to 100) of the power at the snapshot that For and Abstain must reach together.
    function quorumPercentage() external view returns (uint16);
    /// @notice Power a proposer needs, in units of the proposal's strategy.
    function proposalThreshold() external view returns (uint256);
    /// @notice Endorsements a draft needs before anyone may open its vote.
    function endorsements() external view returns (uint32);
    /// @notice All parameters at once.
    function governanceParams() external view returns (GovernanceParams memory);

    /// @notice Address of the ProposalManager.
    function proposalManager() external view returns (address);
    /// @notice Address of the VotingEngine.
    function votingEngine() external view returns (address);
    /// @notice Address of the RoleManager.
    function roleManager() external view returns (address);
    /// @notice Address of the ExecutionModule.
    function executionModule() external view returns (address);
    /// @notice The address registered under `name`, a short string in bytes32 such as "VotingEngine"; zero if none.
    function contractOf(bytes32 name) external view returns (address);
    /// @notice Whether proposals may choose this strategy.
    function isStrategy(address strategy) external view returns (bool);
    /// @notice What a new proposal needs to know, in one call: the strategy's number (from 1, 0 if not admitted),
    ///         whether power is a person's (not a token's), and the proposal threshold.
    function strategyInfo(address strategy) external view returns (uint16 id, bool ofPeople, uint256 threshold);
    /// @notice The strategy with this number, zero if none.
    function strategyAt(uint16 id) external view returns (address);

    /// @notice Replaces all parameters; each change has its event. Only through an executed PARAMETER proposal.
    function updateGovernanceParams(GovernanceParams calldata params) external;
    /// @notice Admits a strategy. Only through an executed PARAMETER proposal (and at initialisation).
    function registerStrategy(address strategy) external;
    /// @notice One guardian stops voting and execution for 14 days; not again by the same guardian within 30 days.
    function pause() external;
    /// @notice Asks for, or as the second guardian carries out, another 14 days of pause.
    function extendPause() external;
    /// @notice Lifts the pause: by an executed EMERGENCY proposal at once, by guardians when the second calls.
    function unpause() external;
}
