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
    bytes32 private constant DELEGATE_FOR_TYPEHASH = keccak256(
        "DelegateFor(address delegator,uint8 proposalType,address delegatee,uint256 nonce,uint48 deadline)"
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
        _delegate(msg.sender, OVERALL, delegatee);
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
        bytes32 structHash = keccak256(abi.encode(DELEGATE_TYPEHASH, delegator, delegatee, nonce, deadline));
        _useSignature(delegator, nonce, deadline, structHash, signature);
        _delegate(delegator, OVERALL, delegatee);
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
        bytes32 structHash = keccak256(
            abi.encode(DELEGATE_FOR_TYPEHASH, delegator, proposalType, delegatee, nonce, deadline)
        );
        _useSignature(delegator, nonce, deadline, structHash, signature);
        _delegate(delegator, _scope(proposalType), delegatee);
    }

    /// @inheritdoc IVotingEngine
    function delegates(address account) external view returns (address) {
        return address(_storage().delegateOf[OVERALL][account].latest());
    }

    /// @inheritdoc IVotingEngine
    function delegatesFor(address account, uint8 proposalType) external view returns (address) {
        return address(_storage().delegateOf[_scope(proposalType)][account].latest());
    }

    /// @inheritdoc IVotingEngine
    function delegateAt(address account, uint256 timepoint) external view returns (address) {
        return address(_storage().delegateOf[OVERALL][account].upperLookupRecent(_past(timepoint)));
    }

    /// @inheritdoc IVotingEngine
    function holderAt(address account, uint8 proposalType, uint256 timepoint) external view returns (address) {
        _scope(proposalType);
        EngineStorage storage $ = _storage();
        return _holderAt($, $.accounts[account], account, proposalType, _past(timepoint));
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
    function wasCitizen(address account, uint256 timepoint) external view returns (bool) {
        EngineStorage storage $ = _storage();
        return _ownedAt($, $.accounts[account], account, _past(timepoint));
    }

    /// @inheritdoc IVotingEngine
    function standing(address account, uint256 timepoint) external view returns (bool citizenNow, uint256 power) {
        EngineStorage storage $ = _storage();
        return ($.accounts[account].isValid(block.timestamp), _powerAt($, account, _past(timepoint)));
    }

    // ----------------------------------------------------------------- internal

    /// @dev Whether `account`, whose word is given, had a unit at `timepoint`, given away or not.
    function _ownedAt(
        EngineStorage storage $,
        uint256 word,
        address account,
        uint48 timepoint
    ) private view returns (bool) {
        uint48 since = word.since();
        if (since != 0 && since <= timepoint) return timepoint < word.until();
        return $.pastUnits[account].upperLookupRecent(timepoint) != 0;
    }

    function _powerAt(EngineStorage storage $, address account, uint48 timepoint) private view returns (uint256 power) {
        uint256 word = $.accounts[account];
        if (
            _ownedAt($, word, account, timepoint) &&
            (word & AccountSlot.HAS_DELEGATED == 0 || $.delegateOf[OVERALL][account].upperLookupRecent(timepoint) == 0)
        ) {
            power = 1;
        }
        if (word & AccountSlot.IS_DELEGATE != 0) power += $.received[OVERALL][account].upperLookupRecent(timepoint);
    }

    /// @dev Records a unit's end: in its history, in the delegates' traces and in the supply.
    function _endUnit(EngineStorage storage $, address account, uint256 word) private {
        uint48 now_ = uint48(block.timestamp);
        uint48 until = word.until();
        $.pastUnits[account].push(word.since(), 1);
        $.pastUnits[account].push(until < now_ ? until : now_, 0);
        for (uint8 type_; type_ < PROPOSAL_TYPES; ++type_) {
            if (word & AccountSlot.typed(type_) != 0) _setDelegate($, account, type_ + 1, address(0));
        }
        _setDelegate($, account, OVERALL, address(0));
        $.supply.push(now_, $.supply.latest() - 1);
    }

    /// @dev The scope of a proposal type's delegations.
    function _scope(uint8 proposalType) private pure returns (uint8) {
        if (proposalType >= PROPOSAL_TYPES) revert VotingEngineUnknownType(proposalType);
        return proposalType + 1;
    }

    /// @dev Checks a signed delegation and uses its number up.
    function _useSignature(
        address delegator,
        uint256 nonce,
        uint48 deadline,
        bytes32 structHash,
        bytes calldata signature
    ) private {
        if (block.timestamp > deadline) revert VotingEngineSignatureExpired();
        mapping(address => uint256) storage next = _storage().nonces;
        uint256 current = next[delegator];
        if (nonce != current) revert VotingEngineInvalidNonce(delegator, current);
        if (!_isSignedBy(delegator, _digest(structHash), signature)) revert VotingEngineInvalidSignature();
        next[delegator] = current + 1;
    }

    function _delegate(address delegator, uint8 scope, address delegatee) private {
        EngineStorage storage $ = _storage();
        if (scope == OVERALL && delegatee == delegator) delegatee = address(0);
        if (delegatee != address(0)) {
            uint256 word = $.accounts[delegator];
            if (!word.isValid(block.timestamp)) revert VotingEngineNotCitizen(delegator);
            $.accounts[delegator] =
                word |
                AccountSlot.HAS_DELEGATED |
                (scope == OVERALL ? 0 : AccountSlot.typed(scope - 1));
            if (delegatee != delegator && !IRoleManager($.roleManager).hasRole(keccak256("DELEGATE"), delegatee)) {
                revert VotingEngineNotDelegate(delegatee);
            }
        }
        _setDelegate($, delegator, scope, delegatee);
    }

    /// @dev Moves the unit of `account`; nothing happens when nothing changes.
    function _setDelegate(EngineStorage storage $, address account, uint8 scope, address to) private {
        address from = address($.delegateOf[scope][account].latest());
        if (from == to) return;
        $.delegateOf[scope][account].push(uint48(block.timestamp), uint160(to));
        emit DelegateChanged(account, scope, from, to);
        if (scope == OVERALL) {
            _moveReceived($, OVERALL, from, to);
            // Types that the account decided apart stay where they are.
            uint256 word = $.accounts[account];
            for (uint8 type_; type_ < PROPOSAL_TYPES; ++type_) {
                if (
                    word & AccountSlot.typed(type_) != 0 && $.delegateOf[type_ + 1][account].latest() != 0
                ) {
                    _moveReceived($, type_ + 1, to, from);
                }
            }
        } else {
            address overall = address($.delegateOf[OVERALL][account].latest());
            address oldHolder = from == address(0) ? overall : from;
            address newHolder = to == address(0) ? overall : to;
            if (oldHolder == account) oldHolder = address(0);
            if (newHolder == account) newHolder = address(0);
            if (oldHolder != newHolder) _moveReceived($, scope, oldHolder, newHolder);
        }
    }

    /// @dev One unit less for `from`, one more for `to`, unless zero; for a type, in the difference to overall.
    function _moveReceived(EngineStorage storage $, uint8 scope, address from, address to) private {
        if (from != address(0)) _addReceived($, scope, from, type(uint208).max);
        if (to != address(0)) _addReceived($, scope, to, 1);
    }

    /// @dev Adds `change` modulo 2^208.
    function _addReceived(EngineStorage storage $, uint8 scope, address account, uint208 change) private {
        Checkpoints.Trace208 storage trace = $.received[scope][account];
        uint208 oldUnits = trace.latest();
        uint208 newUnits;
        unchecked {
            newUnits = oldUnits + change;
        }
        trace.push(uint48(block.timestamp), newUnits);
        uint256 flags = AccountSlot.IS_DELEGATE;
        if (scope != OVERALL) {
            flags |= AccountSlot.typed(scope - 1);
            uint208 overall = $.received[OVERALL][account].latest();
            unchecked {
                (oldUnits, newUnits) = (oldUnits + overall, newUnits + overall);
            }
        }
        uint256 word = $.accounts[account];
        if (word & flags != flags) $.accounts[account] = word | flags;
        emit DelegateVotesChanged(account, scope, oldUnits, newUnits);
    }
}
