// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {ProposalType} from "../../interfaces/GovernanceTypes.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {AccountSlot} from "../../lib/AccountSlot.sol";
import {DelegationLib} from "./DelegationLib.sol";
import {EngineBase} from "./EngineBase.sol";
import {Units} from "./Units.sol";

/// @title Citizens, delegations and power as the engine offers them.
/// @dev Who may call, and what was signed, is checked here; the work is done by {DelegationLib}.
/// @custom:security-contact security@civicportal.example
abstract contract Delegations is EngineBase {
    using AccountSlot for uint256;
    using Checkpoints for Checkpoints.Trace160;
    using Checkpoints for Checkpoints.Trace208;

    uint8 private constant PROPOSAL_TYPES = uint8(type(ProposalType).max) + 1;

    bytes32 private constant DELEGATE_TYPEHASH = keccak256(
        "Delegate(string statement,address delegator,address delegatee,uint256 nonce,uint48 deadline)"
    );
    bytes32 private constant DELEGATE_FOR_TYPEHASH = keccak256(
        "DelegateFor(string statement,address delegator,uint8 proposalType,address delegatee,uint256 nonce,uint48 deadline)"
    );

    modifier onlyRoleManager() {
        _onlyBy(_storage().roleManager);
        _;
    }

    // ----------------------------------------------------------------- citizens

    /// @inheritdoc IVotingEngine
    function setCitizen(address account, uint48 until) external onlyRoleManager {
        DelegationLib.setCitizen(_storage(), account, until);
    }

    /// @inheritdoc IVotingEngine
    function removeCitizen(address account) external onlyRoleManager {
        DelegationLib.removeCitizen(_storage(), account);
    }

    /// @inheritdoc IVotingEngine
    function expireCitizen(address account) external onlyRoleManager {
        DelegationLib.expireCitizen(_storage(), account);
    }

    /// @inheritdoc IVotingEngine
    function moveCitizen(address oldAccount, address newAccount) external onlyRoleManager {
        DelegationLib.moveCitizen(_storage(), oldAccount, newAccount);
    }

    /// @inheritdoc IVotingEngine
    function isCitizen(address account) external view returns (bool) {
        return _storage().accounts[account].isValid(block.timestamp);
    }

    /// @inheritdoc IVotingEngine
    function citizen(address account) external view returns (uint48 since, uint48 until) {
        uint256 word = _storage().accounts[account];
        return (word.since(), word.until());
    }

    /// @inheritdoc IVotingEngine
    function unitUntil(address account) external view returns (uint48) {
        EngineStorage storage $ = _storage();
        return Units.untilOf($, $.accounts[account], account);
    }

    /// @inheritdoc IVotingEngine
    function wasCitizen(address account, uint256 timepoint) external view returns (bool) {
        return DelegationLib.wasCitizen(_storage(), account, _past(timepoint));
    }

    /// @inheritdoc IVotingEngine
    function citizenCount() external view returns (uint256) {
        return _storage().supply.latest();
    }

    /// @inheritdoc IVotingEngine
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        return _storage().supply.upperLookupRecent(_past(timepoint));
    }

    /// @inheritdoc IVotingEngine
    function originOf(address account) external view returns (address) {
        EngineStorage storage $ = _storage();
        return Units.originOf($, $.accounts[account], account);
    }

    /// @inheritdoc IVotingEngine
    function currentOf(address origin) external view returns (address) {
        return Units.currentOf(_storage(), origin);
    }

    // --------------------------------------------------------------- delegation

    /// @inheritdoc IVotingEngine
    function delegate(address delegatee) external {
        _delegate(msg.sender, Units.OVERALL, delegatee);
    }

    /// @inheritdoc IVotingEngine
    function delegateFor(uint8 proposalType, address delegatee) external {
        _delegate(msg.sender, _scope(proposalType), delegatee);
    }

    /// @inheritdoc IVotingEngine
    function delegateBySig(
        address delegator,
        address delegatee,
        uint256 nonce,
        uint48 deadline,
        bytes calldata signature
    ) external {
        bytes32 statement = keccak256(bytes(_statements.delegation(delegatee)));
        _checkSignature(
            delegator,
            nonce,
            deadline,
            keccak256(abi.encode(DELEGATE_TYPEHASH, statement, delegator, delegatee, nonce, deadline)),
            signature
        );
        _delegate(delegator, Units.OVERALL, delegatee);
    }

    /// @inheritdoc IVotingEngine
    function delegateForBySig(
        address delegator,
        uint8 proposalType,
        address delegatee,
        uint256 nonce,
        uint48 deadline,
        bytes calldata signature
    ) external {
        uint8 scope = _scope(proposalType);
        bytes32 statement = keccak256(bytes(_statements.delegationFor(proposalType, delegator, delegatee)));
        _checkSignature(
            delegator,
            nonce,
            deadline,
            keccak256(
                abi.encode(DELEGATE_FOR_TYPEHASH, statement, delegator, proposalType, delegatee, nonce, deadline)
            ),
            signature
        );
        _delegate(delegator, scope, delegatee);
    }

    /// @inheritdoc IVotingEngine
    function invalidateNonce() external {
        _useNonce(msg.sender);
    }

    /// @inheritdoc IVotingEngine
    function nonces(address account) external view returns (uint256) {
        return _storage().nonces[account];
    }

    /// @inheritdoc IVotingEngine
    function delegates(address account) external view returns (address) {
        return address(_storage().delegateOf[Units.OVERALL][account].latest());
    }

    /// @inheritdoc IVotingEngine
    function delegatesFor(address account, uint8 proposalType) external view returns (address) {
        return address(_storage().delegateOf[_scope(proposalType)][account].latest());
    }

    /// @inheritdoc IVotingEngine
    function delegateAt(address account, uint256 timepoint) external view returns (address) {
        return address(_storage().delegateOf[Units.OVERALL][account].upperLookupRecent(_past(timepoint)));
    }

    /// @inheritdoc IVotingEngine
    function holderAt(address account, uint8 proposalType, uint256 timepoint) external view returns (address) {
        _scope(proposalType);
        return DelegationLib.holderAt(_storage(), account, proposalType, _past(timepoint));
    }

    // -------------------------------------------------------------------- power

    /// @inheritdoc IVotingEngine
    function getVotingPower(address account, uint256 timepoint) external view returns (uint256) {
        return _powerAt(account, _past(timepoint));
    }

    /// @inheritdoc IVotingEngine
    function getPastVotes(address account, uint256 timepoint) external view returns (uint256) {
        return _powerAt(account, _past(timepoint));
    }

    /// @inheritdoc IVotingEngine
    function getVotes(address account) external view returns (uint256) {
        return _powerAt(account, uint48(block.timestamp));
    }

    /// @inheritdoc IVotingEngine
    function standing(address account, uint256 timepoint) external view returns (bool citizenNow, uint256 power) {
        return DelegationLib.standing(_storage(), account, _past(timepoint));
    }

    // ----------------------------------------------------------------- internal

    function _powerAt(address account, uint48 timepoint) internal view returns (uint256) {
        return DelegationLib.powerAt(_storage(), account, timepoint);
    }

    /// @dev The scope of a proposal type's delegations.
    function _scope(uint8 proposalType) private pure returns (uint8) {
        if (proposalType >= PROPOSAL_TYPES) revert VotingEngineUnknownType(proposalType);
        return proposalType + 1;
    }

    /// @dev Checks a signed delegation.
    function _checkSignature(
        address delegator,
        uint256 nonce,
        uint48 deadline,
        bytes32 structHash,
        bytes calldata signature
    ) private view {
        if (block.timestamp > deadline) revert VotingEngineSignatureExpired();
        uint256 current = _storage().nonces[delegator];
        if (nonce != current) revert VotingEngineInvalidNonce(delegator, current);
        if (!_isSignedBy(delegator, _digest(structHash), signature)) revert VotingEngineInvalidSignature();
    }

    /// @dev Every delegation uses the delegator's number up, so that one signed earlier can't be brought out after it.
    function _delegate(address delegator, uint8 scope, address delegatee) private {
        _useNonce(delegator);
        DelegationLib.delegate(_storage(), delegator, scope, delegatee);
    }

    function _useNonce(address account) private {
        mapping(address => uint256) storage next = _storage().nonces;
        uint256 nonce = next[account];
        next[account] = nonce + 1;
        emit NonceUsed(account, nonce);
    }
}
