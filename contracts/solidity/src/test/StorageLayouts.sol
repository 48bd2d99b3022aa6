// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712Upgradeable} from "@openzeppelin/contracts-upgradeable/utils/cryptography/EIP712Upgradeable.sol";
import {NoncesUpgradeable} from "@openzeppelin/contracts-upgradeable/utils/NoncesUpgradeable.sol";
import {ERC20Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/ERC20Upgradeable.sol";
import {VotesUpgradeable} from "@openzeppelin/contracts-upgradeable/governance/utils/VotesUpgradeable.sol";
import {ExecutionBase} from "../core/execution/ExecutionBase.sol";
import {CoreBase} from "../core/governance/CoreBase.sol";
import {ManagerBase} from "../core/proposals/ManagerBase.sol";
import {RolesBase} from "../core/roles/RolesBase.sol";
import {EngineBase} from "../core/voting/EngineBase.sol";

/// @title Every namespaced struct of the proxied contracts as a plain variable, so that the compiler tells its layout.
/// @dev Only compiled, see scripts/layouts.mjs; the compiler says nothing of storage that only assembly points to.
abstract contract StorageLayouts {
    CoreBase.CoreStorage internal governanceCore;
    ManagerBase.ManagerStorage internal proposalManager;
    EngineBase.EngineStorage internal votingEngine;
    RolesBase.RoleStorage internal roleManager;
    ExecutionBase.ExecutionStorage internal executionModule;
    ERC20Upgradeable.ERC20Storage internal civicTokenERC20;
    VotesUpgradeable.VotesStorage internal civicTokenVotes;
    NoncesUpgradeable.NoncesStorage internal civicTokenNonces;
    EIP712Upgradeable.EIP712Storage internal civicTokenEIP712;
}
