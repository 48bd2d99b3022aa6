// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IGovernanceCore} from "../interfaces/IGovernanceCore.sol";
import {IProposalManager} from "../interfaces/IProposalManager.sol";
import {IStatements} from "../interfaces/IStatements.sol";
import {IUpgradeChecked} from "../interfaces/IUpgradeChecked.sol";
import {Activations} from "./proposals/Activations.sol";
import {Cancellations} from "./proposals/Cancellations.sol";
import {Drafts} from "./proposals/Drafts.sol";
import {ManagerBase} from "./proposals/ManagerBase.sol";
import {Outcomes} from "./proposals/Outcomes.sol";
import {Reads} from "./proposals/Reads.sol";

/// @title Proposals from the first draft on chain to their execution.
/// @dev Made of parts in proposals/.
/// @custom:security-contact security@civicportal.example
contract ProposalManager is
    Drafts,
    Activations,
    Cancellations,
    Outcomes,
    Reads,
    IUpgradeChecked,
    ERC165,
    Initializable
{
    /// @param statements_ The sentences of the deployment's language.
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor(IStatements statements_) ManagerBase(statements_) {
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

    /// @inheritdoc ERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return
            interfaceId == type(IProposalManager).interfaceId ||
            interfaceId == type(IUpgradeChecked).interfaceId ||
            interfaceId == type(IERC6372).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    // ------------------------------------------------------------ after an upgrade

    /// @inheritdoc IUpgradeChecked
    function contractName() external pure returns (bytes32) {
        return "ProposalManager";
    }

    /// @inheritdoc IUpgradeChecked
    function storageVersion() external pure returns (uint64) {
        return 1;
    }

    /// @inheritdoc IUpgradeChecked
    function selfCheck() external view {
        ManagerStorage storage $ = _storage();
        _checkRegistered("ProposalManager", address(this));
        _checkRegistered("VotingEngine", $.votingEngine);
        _checkRegistered("RoleManager", $.roleManager);
        _checkRegistered("ExecutionModule", $.executionModule);
        if (bytes(_statements.language()).length == 0) revert ProposalManagerSelfCheckFailed("Statements");
    }

    function _checkRegistered(bytes32 name, address known) private view {
        if (IGovernanceCore(_storage().core).contractOf(name) != known) revert ProposalManagerSelfCheckFailed(name);
    }
}
