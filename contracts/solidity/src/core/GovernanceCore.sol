// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {GovernanceParams, StrategyTerms} from "../interfaces/GovernanceTypes.sol";
import {Floors, IGovernanceCore} from "../interfaces/IGovernanceCore.sol";
import {IUpgradeChecked} from "../interfaces/IUpgradeChecked.sol";
import {Parameters} from "./governance/Parameters.sol";
import {Pauses} from "./governance/Pauses.sol";
import {Strategies} from "./governance/Strategies.sol";

/// @title The registry of a deployment: parameters, contracts, strategies, emergency brake.
/// @custom:security-contact security@civicportal.example
contract GovernanceCore is Strategies, Pauses, IUpgradeChecked, ERC165, Initializable {
    /// @dev Where each contract of the deployment lives; `civicToken` may be zero.
    struct Registry {
        address proposalManager;
        address votingEngine;
        address roleManager;
        address executionModule;
        address strategyFactory;
        address civicToken;
    }

    /// @param floors_ Least values of the parameters, for good.
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(Floors memory floors_) Parameters(floors_) {
        _disableInitializers();
    }

    /// @notice Fills the registry; called once, by the transaction that deploys everything.
    /// @param params First parameters, within bounds.
    /// @param registry The other contracts of the deployment.
    /// @param strategies Strategies that proposals may choose from the first day; the first of them counts one person one
    ///        vote and decides every type.
    function initialize(
        GovernanceParams calldata params,
        Registry calldata registry,
        StrategyTerms[] calldata strategies
    ) external initializer {
        Neighbours storage neighbours = _storage().neighbours;
        neighbours.proposalManager = _register("ProposalManager", registry.proposalManager);
        neighbours.votingEngine = _register("VotingEngine", registry.votingEngine);
        neighbours.roleManager = _register("RoleManager", registry.roleManager);
        neighbours.executionModule = _register("ExecutionModule", registry.executionModule);
        neighbours.strategyFactory = _register("StrategyFactory", registry.strategyFactory);
        _register("GovernanceCore", address(this));
        if (registry.civicToken != address(0)) _register("CivicToken", registry.civicToken);
        _initializeParams(params);
        _initializeStrategies(strategies);
    }

    // ----------------------------------------------------------------- registry

    /// @inheritdoc IGovernanceCore
    function proposalManager() external view returns (address) {
        return _storage().neighbours.proposalManager;
    }

    /// @inheritdoc IGovernanceCore
    function votingEngine() external view returns (address) {
        return _storage().neighbours.votingEngine;
    }

    /// @inheritdoc IGovernanceCore
    function roleManager() external view returns (address) {
        return _storage().neighbours.roleManager;
    }

    /// @inheritdoc IGovernanceCore
    function executionModule() external view returns (address) {
        return _storage().neighbours.executionModule;
    }

    /// @inheritdoc IGovernanceCore
    function strategyFactory() external view returns (address) {
        return _storage().neighbours.strategyFactory;
    }

    /// @inheritdoc IGovernanceCore
    function contractOf(bytes32 name) external view returns (address) {
        return _storage().contracts[name];
    }

    // ---------------------------------------------------------------- self-check

    /// @inheritdoc IUpgradeChecked
    function contractName() external pure returns (bytes32) {
        return "GovernanceCore";
    }

    /// @inheritdoc IUpgradeChecked
    function storageVersion() external pure returns (uint64) {
        return 1;
    }

    /// @notice Reverts unless the parameters lie within their bounds, strategy number 1 can decide every type, and each
    ///         neighbour answers its name.
    /// @inheritdoc IUpgradeChecked
    function selfCheck() external view {
        _checkParams();
        CoreStorage storage $ = _storage();
        StrategyRecord memory first = $.strategies[strategyAt(1)];
        if (first.types != ALL_TYPES || first.retired) revert GovernanceCoreSelfCheckFailed("strategy");
        Neighbours memory neighbours = $.neighbours;
        _expect("ProposalManager", neighbours.proposalManager);
        _expect("VotingEngine", neighbours.votingEngine);
        _expect("RoleManager", neighbours.roleManager);
        _expect("ExecutionModule", neighbours.executionModule);
    }

    /// @inheritdoc ERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return
            interfaceId == type(IGovernanceCore).interfaceId ||
            interfaceId == type(IUpgradeChecked).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    // ----------------------------------------------------------------- internal

    function _register(bytes32 name, address place) private returns (address) {
        if (place == address(0)) revert GovernanceCoreZeroAddress(name);
        _storage().contracts[name] = place;
        emit ContractRegistered(name, address(0), place);
        return place;
    }

    function _expect(bytes32 name, address neighbour) private pure {
        if (IUpgradeChecked(neighbour).contractName() != name) revert GovernanceCoreSelfCheckFailed(name);
    }
}
