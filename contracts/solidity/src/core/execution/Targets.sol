// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ProxyAdmin} from "@openzeppelin/contracts/proxy/transparent/ProxyAdmin.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Action, ProposalType} from "../../interfaces/GovernanceTypes.sol";
import {IExecutionModule} from "../../interfaces/IExecutionModule.sol";
import {IGovernanceCore} from "../../interfaces/IGovernanceCore.sol";
import {IRoleManager} from "../../interfaces/IRoleManager.sol";
import {IUpgradeChecked} from "../../interfaces/IUpgradeChecked.sol";
import {ExecutionBase} from "./ExecutionBase.sol";

/// @title What proposals of each type may call: a table that UPGRADE proposals alone can change, and what no entry of
///        the table can say.
/// @custom:security-contact security@civicportal.example
abstract contract Targets is ExecutionBase {
    bytes32 private constant GUARDIAN = keccak256("GUARDIAN");
    /// @dev A selector and three words: what the two acts about a guardian are long.
    uint256 private constant ROLE_CALL_LENGTH = 100;

    /// @notice Most actions of one proposal.
    uint256 public constant MAX_ACTIONS = 16;
    /// @notice Most bytes that the actions of one ROLE proposal carry together, each counting at least MIN_ROLE_SIZE.
    /// @dev What changes roles costs gas for each account listed, and a transaction has at most 2^24 gas (EIP-7825); a list
    ///      that can't run would be adopted in vain. Measured: a citizen, in 32 bytes at the least, costs 280,000 gas
    ///      if two administrators seated the same person meanwhile under another account, which delegated for a type; the
    ///      first change of an officer among the most that there can be 735,000.
    uint256 public constant MAX_ROLE_DATA = 1920;
    uint256 public constant MIN_ROLE_SIZE = 128;

    modifier onlySelf() {
        if (msg.sender != address(this)) revert ExecutionModuleUnauthorized(msg.sender);
        _;
    }

    /// @inheritdoc IExecutionModule
    function setTarget(ProposalType proposalType, address target, bytes4 selector, bool allowed) external onlySelf {
        bool reserved = target == address(this) || _storage().proxyOf[target] != address(0);
        if (reserved || proposalType == ProposalType.POLICY) {
            revert ExecutionModuleTargetReserved(proposalType, target);
        }
        _allow(proposalType, target, selector, allowed);
    }

    /// @inheritdoc IExecutionModule
    function registerProxy(address proxy) external onlySelf {
        (bool named, uint256 name) = _answer(proxy, IUpgradeChecked.contractName.selector);
        address admin = _adminOf(proxy);
        if (!named || name == 0 || !_isOwner(admin)) revert ExecutionModuleProxyUnfit(proxy);
        _registerProxy(proxy, bytes32(name));
    }

    // -------------------------------------------------------------------- reads

    /// @inheritdoc IExecutionModule
    function checkActions(ProposalType proposalType, Action[] calldata actions) external view {
        _checkActions(proposalType, actions);
    }

    /// @inheritdoc IExecutionModule
    function isAllowed(ProposalType proposalType, address target, bytes4 selector) external view returns (bool) {
        return _storage().allowed[proposalType][target][selector];
    }

    /// @inheritdoc IExecutionModule
    function proxyAdminOf(address proxy) external view returns (address) {
        return _storage().proxies[proxy].admin;
    }

    // ----------------------------------------------------------------- internal

    /// @dev The table of the first day.
    function _initializeTargets(address core, address roles) internal {
        _allow(ProposalType.PARAMETER, core, IGovernanceCore.updateGovernanceParams.selector, true);
        _allow(ProposalType.ROLE, roles, IRoleManager.grantRole.selector, true);
        _allow(ProposalType.ROLE, roles, IRoleManager.grantTemporaryRole.selector, true);
        _allow(ProposalType.ROLE, roles, IRoleManager.grantRoles.selector, true);
        _allow(ProposalType.ROLE, roles, IRoleManager.revokeRole.selector, true);
        _allow(ProposalType.ROLE, roles, IRoleManager.revokeRoles.selector, true);
        _allow(ProposalType.ROLE, roles, IRoleManager.correctPerson.selector, true);
        _allow(ProposalType.ROLE, roles, IRoleManager.moveCitizen.selector, true);
        _allow(ProposalType.UPGRADE, core, IGovernanceCore.registerStrategy.selector, true);
        _allow(ProposalType.UPGRADE, core, IGovernanceCore.retireStrategy.selector, true);
        _allow(ProposalType.UPGRADE, address(this), IExecutionModule.setTarget.selector, true);
        _allow(ProposalType.UPGRADE, address(this), IExecutionModule.registerProxy.selector, true);
        _allow(ProposalType.EMERGENCY, core, IGovernanceCore.unpause.selector, true);
        _allow(ProposalType.EMERGENCY, roles, IRoleManager.grantRole.selector, true);
        _allow(ProposalType.EMERGENCY, roles, IRoleManager.revokeRole.selector, true);
    }

    function _registerProxy(address proxy, bytes32 name) internal {
        address admin = _adminOf(proxy);
        _storage().proxies[proxy] = Proxy({admin: admin, contractName: name});
        _storage().proxyOf[admin] = proxy;
        _allow(ProposalType.UPGRADE, admin, ProxyAdmin.upgradeAndCall.selector, true);
        emit ProxyRegistered(proxy, admin, name);
    }

    function _checkActions(ProposalType proposalType, Action[] calldata actions) internal view {
        uint256 count = actions.length;
        // A decision in words needs no action, and one about money may be one.
        uint256 least = proposalType == ProposalType.POLICY || proposalType == ProposalType.BUDGET ? 0 : 1;
        uint256 most = proposalType == ProposalType.POLICY ? 0 : MAX_ACTIONS;
        if (count < least || count > most) revert ExecutionModuleActionCount(proposalType, count);
        uint256 size;
        for (uint256 i; i < count; ++i) {
            if (!_mayRun(proposalType, actions[i])) revert ExecutionModuleTargetNotAllowed(proposalType, i);
            size += Math.max(actions[i].data.length, MIN_ROLE_SIZE);
        }
        if (proposalType == ProposalType.ROLE && size > MAX_ROLE_DATA) {
            revert ExecutionModuleTooMuchData(size, MAX_ROLE_DATA);
        }
    }

    /// @dev Storage versions behind the proxies that the actions upgrade, in the order of the actions; 0 for the others.
    function _versionsBefore(Action[] calldata actions) internal view returns (uint256[] memory versions) {
        versions = new uint256[](actions.length);
        for (uint256 i; i < actions.length; ++i) {
            address proxy = _storage().proxyOf[actions[i].target];
            if (proxy != address(0)) (, versions[i]) = _answer(proxy, IUpgradeChecked.storageVersion.selector);
        }
    }

    /// @dev Reverts unless each upgraded proxy is still what it was: by name, by storage, and by its own check.
    function _checkUpgraded(Action[] calldata actions, uint256[] memory versions) internal view {
        for (uint256 i; i < actions.length; ++i) {
            address proxy = _storage().proxyOf[actions[i].target];
            if (proxy != address(0) && !_isSound(proxy, versions[i])) revert ExecutionModuleSelfCheckFailed(proxy);
        }
    }

    function _isSound(address proxy, uint256 versionBefore) private view returns (bool) {
        Proxy memory known = _storage().proxies[proxy];
        (bool named, uint256 name) = _answer(proxy, IUpgradeChecked.contractName.selector);
        if (!named || bytes32(name) != known.contractName) return false;
        (bool versioned, uint256 version) = _answer(proxy, IUpgradeChecked.storageVersion.selector);
        if (!versioned || version < versionBefore || !_isOwner(known.admin)) return false;
        (bool checked, ) = proxy.staticcall(abi.encodeCall(IUpgradeChecked.selfCheck, ()));
        return checked;
    }

    /// @dev What the table says, and what it can't say about arguments.
    function _mayRun(ProposalType proposalType, Action calldata action) private view returns (bool) {
        if (action.value != 0 || action.data.length < 4) return false;
        bytes4 selector = bytes4(action.data);
        ExecutionStorage storage $ = _storage();
        if (!$.allowed[proposalType][action.target][selector]) return false;
        if (proposalType == ProposalType.EMERGENCY) return _mayRunEmergency(action, selector);
        address proxy = proposalType == ProposalType.UPGRADE ? $.proxyOf[action.target] : address(0);
        return proxy == address(0) || (action.data.length >= 36 && _word(action.data) == uint160(proxy));
    }

    /// @dev An EMERGENCY lifts a pause that has begun, so that none is lifted in advance, and seats or unseats guardians.
    function _mayRunEmergency(Action calldata action, bytes4 selector) private view returns (bool) {
        ExecutionStorage storage $ = _storage();
        if (action.target == $.core && selector == IGovernanceCore.unpause.selector) {
            return action.data.length == 36 && _word(action.data) <= IGovernanceCore($.core).pauseNumber();
        }
        if (action.target != $.roleManager) return true;
        return action.data.length == ROLE_CALL_LENGTH && _word(action.data) == uint256(GUARDIAN);
    }

    /// @dev The first argument of a call.
    function _word(bytes calldata data) private pure returns (uint256) {
        return uint256(bytes32(data[4:36]));
    }

    function _allow(ProposalType proposalType, address target, bytes4 selector, bool allowed) private {
        _storage().allowed[proposalType][target][selector] = allowed;
        emit TargetAllowed(proposalType, target, selector, allowed);
    }

    /// @dev The ProxyAdmin of a transparent proxy is the first contract that the proxy made.
    function _adminOf(address proxy) private pure returns (address) {
        return address(uint160(uint256(keccak256(abi.encodePacked(bytes2(0xd694), proxy, bytes1(0x01))))));
    }

    function _isOwner(address admin) private view returns (bool) {
        (bool answered, uint256 owner) = _answer(admin, bytes4(keccak256("owner()")));
        return answered && owner == uint160(address(this));
    }

    /// @dev One word from a contract that may be any contract.
    function _answer(address from, bytes4 selector) private view returns (bool answered, uint256 word) {
        bytes memory data;
        (answered, data) = from.staticcall(abi.encodeWithSelector(selector));
        if (!answered || data.length != 32) return (false, 0);
        word = uint256(bytes32(data));
    }
}
