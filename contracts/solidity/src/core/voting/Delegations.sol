// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IRoleManager} from "../../interfaces/IRoleManager.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {AccountSlot} from "../../lib/AccountSlot.sol";
import {EngineBase} from "./EngineBase.sol";

/// @title Who has a unit of voting power, and to whom it is given.
/// @dev A citizen's unit and its delegation end together, so one part keeps both, with their history.
abstract contract Delegations is EngineBase {
    using AccountSlot for uint256;
    using Checkpoints for Checkpoints.Trace160;
    using Checkpoints for Checkpoints.Trace208;

    bytes32 private constant DELEGATE_TYPEHASH = keccak256(
        "Delegate(address delegator,address delegatee,uint256 nonce,uint48 deadline)"
    );

    // ----------------------------------------------------------------- citizens

    /// @inheritdoc IVotingEngine
    function setCitizen(address account, uint48 until) external {
        EngineStorage storage $ = _storage();
        if (msg.sender != $.roleManager) revert VotingEngineUnauthorized(msg.sender);
        uint256 word = $.accounts[account];
        uint48 since = word.since();
        uint256 oldSupply = $.supply.latest();
        if (word.isValid(block.timestamp)) {
            $.accounts[account] = word.withUnit(since, until);
            emit CitizenChanged(account, since, until, oldSupply, oldSupply);
            return;
        }
        if (since != 0) {
            // The old unit ran out and nobody recorded it: end it first.
            _endUnit($, account, word);
            emit CitizenChanged(account, 0, 0, oldSupply, --oldSupply);
        }
        since = uint48(block.timestamp);
        $.accounts[account] = word.withUnit(since, until);
        $.supply.push(since, uint208(oldSupply + 1));
        emit CitizenChanged(account, since, until, oldSupply, oldSupply + 1);
    }

    /// @inheritdoc IVotingEngine
    function removeCitizen(address account) external {
        EngineStorage storage $ = _storage();
        if (msg.sender != $.roleManager) revert VotingEngineUnauthorized(msg.sender);
        uint256 word = $.accounts[account];
        if (word.since() == 0) revert VotingEngineNotCitizen(account);
        uint256 oldSupply = $.supply.latest();
        _endUnit($, account, word);
        $.accounts[account] = word.withUnit(0, 0);
        emit CitizenChanged(account, 0, 0, oldSupply, oldSupply - 1);
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
    function getPastTotalSupply(uint256 timepoint) external view returns (uint256) {
        return _storage().supply.upperLookupRecent(_past(timepoint));
    }

    // --------------------------------------------------------------- delegation

    /// @inheritdoc IVotingEngine
    function delegate(address delegatee) external {
        _delegate(msg.sender, delegatee);
    }

    /// @inheritdoc IVotingEngine
    function delegateBySig(
        address delegator,
        address delegatee,
        uint256 nonce,
        uint48 deadline,
        bytes calldata signature
    ) external {
        if (block.timestamp > deadline) revert VotingEngineSignatureExpired();
        EngineStorage storage $ = _storage();
        uint256 current = $.nonces[delegator];
        if (nonce != current) revert VotingEngineInvalidNonce(delegator, current);
        bytes32 digest = _digest(keccak256(abi.encode(DELEGATE_TYPEHASH, delegator, delegatee, nonce, deadline)));
        if (!_isSignedBy(delegator, digest, signature)) revert VotingEngineInvalidSignature();
        $.nonces[delegator] = current + 1;
        _delegate(delegator, delegatee);
    }

    /// @inheritdoc IVotingEngine
    function delegates(address account) external view returns (address) {
        return address(_storage().delegateOf[OVERALL][account].latest());
    }

    /// @inheritdoc IVotingEngine
    function delegateAt(address account, uint256 timepoint) external view returns (address) {
        return address(_storage().delegateOf[OVERALL][account].upperLookupRecent(_past(timepoint)));
    }

    /// @inheritdoc IVotingEngine
    function nonces(address account) external view returns (uint256) {
        return _storage().nonces[account];
    }

    // -------------------------------------------------------------------- power

    /// @inheritdoc IVotingEngine
    function getVotingPower(address account, uint256 timepoint) external view returns (uint256) {
        return _powerAt(_storage(), account, _past(timepoint));
    }

    /// @inheritdoc IVotingEngine
    function standing(address account, uint256 timepoint) external view returns (bool citizenNow, uint256 power) {
        EngineStorage storage $ = _storage();
        return ($.accounts[account].isValid(block.timestamp), _powerAt($, account, _past(timepoint)));
    }

    // ----------------------------------------------------------------- internal

    function _powerAt(EngineStorage storage $, address account, uint48 timepoint) private view returns (uint256 power) {
        uint256 word = $.accounts[account];
        uint48 since = word.since();
        bool owned =
            since != 0 && since <= timepoint
                ? timepoint < word.until()
                : $.pastUnits[account].upperLookupRecent(timepoint) != 0;
        if (
            owned &&
            (word & AccountSlot.HAS_DELEGATED == 0 || $.delegateOf[OVERALL][account].upperLookupRecent(timepoint) == 0)
        ) {
            power = 1;
        }
        if (word & AccountSlot.IS_DELEGATE != 0) power += $.received[OVERALL][account].upperLookupRecent(timepoint);
    }

    /// @dev Records a unit's end: in its history, in the delegate's trace and in the supply.
    function _endUnit(EngineStorage storage $, address account, uint256 word) private {
        uint48 now_ = uint48(block.timestamp);
        uint48 until = word.until();
        $.pastUnits[account].push(word.since(), 1);
        $.pastUnits[account].push(until < now_ ? until : now_, 0);
        _setDelegate($, account, address($.delegateOf[OVERALL][account].latest()), address(0));
        $.supply.push(now_, $.supply.latest() - 1);
    }

    function _delegate(address delegator, address delegatee) private {
        EngineStorage storage $ = _storage();
        if (delegatee == delegator) delegatee = address(0);
        if (delegatee != address(0)) {
            uint256 word = $.accounts[delegator];
            if (!word.isValid(block.timestamp)) revert VotingEngineNotCitizen(delegator);
            if (!IRoleManager($.roleManager).hasRole(keccak256("DELEGATE"), delegatee)) {
                revert VotingEngineNotDelegate(delegatee);
            }
            $.accounts[delegator] = word | AccountSlot.HAS_DELEGATED;
            $.accounts[delegatee] |= AccountSlot.IS_DELEGATE;
        }
        _setDelegate($, delegator, address($.delegateOf[OVERALL][delegator].latest()), delegatee);
    }

    /// @dev Moves the unit of `account`; nothing happens when nothing changes.
    function _setDelegate(EngineStorage storage $, address account, address from, address to) private {
        if (from == to) return;
        uint48 now_ = uint48(block.timestamp);
        $.delegateOf[OVERALL][account].push(now_, uint160(to));
        emit DelegateChanged(account, OVERALL, from, to);
        if (from != address(0)) {
            uint208 votes = $.received[OVERALL][from].latest();
            $.received[OVERALL][from].push(now_, votes - 1);
            emit DelegateVotesChanged(from, OVERALL, votes, votes - 1);
        }
        if (to != address(0)) {
            uint208 votes = $.received[OVERALL][to].latest();
            $.received[OVERALL][to].push(now_, votes + 1);
            emit DelegateVotesChanged(to, OVERALL, votes, votes + 1);
        }
    }
}
