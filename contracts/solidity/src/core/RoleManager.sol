// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {Member} from "../interfaces/GovernanceTypes.sol";
import {IExecutionModule} from "../interfaces/IExecutionModule.sol";
import {IGovernanceCore} from "../interfaces/IGovernanceCore.sol";
import {IRoleManager} from "../interfaces/IRoleManager.sol";
import {IUpgradeChecked} from "../interfaces/IUpgradeChecked.sol";
import {OfficerChanges} from "./roles/OfficerChanges.sol";

/// @title Who holds which role; two administrators, or an executed ROLE proposal, change it.
/// @dev In parts: RolesBase (storage and reads), Persons, Standings (how roles begin and end), Census (the weekly limit),
///      Requests (what two administrators do at once), OfficerChanges (what waits for objections).
/// @custom:security-contact security@civicportal.example
contract RoleManager is OfficerChanges, ERC165, IUpgradeChecked {
    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @inheritdoc IRoleManager
    function initialize(
        address core,
        address votingEngine,
        address executionModule,
        Member[] calldata administrators,
        Member[] calldata guardians,
        Member[] calldata citizens
    ) external initializer {
        RoleStorage storage $ = _storage();
        $.core = core;
        $.votingEngine = votingEngine;
        $.executionModule = executionModule;
        _seatFirst(ADMINISTRATOR, administrators);
        _seatFirst(GUARDIAN, guardians);
        _seatFirst(CITIZEN, citizens);
        _requireFirst(ADMINISTRATOR);
        _requireFirst(GUARDIAN);
    }

    /// @inheritdoc IRoleManager
    function grantRole(bytes32 role, address account, bytes32 personKey) external {
        _submit(_changeOf(role, _one(account), _one(personKey), type(uint48).max, 0, true));
    }

    /// @inheritdoc IRoleManager
    function grantTemporaryRole(bytes32 role, address account, bytes32 personKey, uint48 until) external {
        _submit(_changeOf(role, _one(account), _one(personKey), until, 0, true));
    }

    /// @inheritdoc IRoleManager
    function grantRoles(
        bytes32 role,
        address[] calldata accounts,
        bytes32[] calldata personKeys,
        uint48 until
    ) external {
        _submit(_changeOf(role, accounts, personKeys, until, 0, true));
    }

    /// @inheritdoc IRoleManager
    function revokeRole(bytes32 role, address account, bytes32 reasonHash) external {
        _submit(_changeOf(role, _one(account), new bytes32[](0), 0, reasonHash, false));
    }

    /// @inheritdoc IRoleManager
    function revokeRoles(bytes32 role, address[] calldata accounts, bytes32 reasonHash) external {
        _submit(_changeOf(role, accounts, new bytes32[](0), 0, reasonHash, false));
    }

    // ------------------------------------------------------------ after upgrades

    /// @inheritdoc IUpgradeChecked
    function contractName() external pure returns (bytes32) {
        return "RoleManager";
    }

    /// @inheritdoc IUpgradeChecked
    function storageVersion() external pure returns (uint64) {
        return 1;
    }

    /// @inheritdoc IUpgradeChecked
    function selfCheck() external view {
        RoleStorage storage $ = _storage();
        uint256 persons = officerCount(ADMINISTRATOR);
        if (persons < MIN_PERSONS) revert RoleManagerTooFewPersons(ADMINISTRATOR, persons);
        if (IGovernanceCore($.core).roleManager() != address(this)) revert RoleManagerUnauthorized($.core);
        _engine().citizenCount();
        IExecutionModule($.executionModule).running();
    }

    /// @notice ERC-165.
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return
            interfaceId == type(IRoleManager).interfaceId ||
            interfaceId == type(IUpgradeChecked).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    // ------------------------------------------------------------------- private

    /// @dev Seats holders of the first day, by the rules of every other grant.
    function _seatFirst(bytes32 role, Member[] calldata members) private {
        Change memory change = _changeOf(role, _one(address(0)), _one(bytes32(0)), type(uint48).max, 0, true);
        change.by = msg.sender;
        for (uint256 i; i < members.length; ++i) {
            change.accounts[0] = members[i].account;
            change.personKeys[0] = members[i].personKey;
            _validate(change);
            _apply(change);
        }
    }

    /// @dev One person more than the minimum, so that one can be replaced.
    function _requireFirst(bytes32 role) private view {
        uint256 persons = officerCount(role);
        if (persons <= MIN_PERSONS) revert RoleManagerTooFewPersons(role, persons);
    }

    function _one(address account) private pure returns (address[] memory accounts) {
        accounts = new address[](1);
        accounts[0] = account;
    }

    function _one(bytes32 personKey) private pure returns (bytes32[] memory personKeys) {
        personKeys = new bytes32[](1);
        personKeys[0] = personKey;
    }
}
