// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {ProposalType} from "../../interfaces/GovernanceTypes.sol";
import {IRoleManager} from "../../interfaces/IRoleManager.sol";
import {IVotingEngine} from "../../interfaces/IVotingEngine.sol";
import {AccountSlot} from "../../lib/AccountSlot.sol";
import {EngineBase} from "./EngineBase.sol";
import {Units} from "./Units.sol";

/// @title Who has a unit of voting power, and to whom it is given.
/// @dev A citizen's unit and its delegation end together, so one library keeps both, with their history. It is
///      linked to the engine and works on the engine's storage, so that the engine stays below the size limit of a
///      contract; a call of it costs some 2,600 gas, which no ballot pays. Events and errors are the engine's, see
///      {IVotingEngine}.
/// @custom:security-contact security@civicportal.example
library DelegationLib {
    using AccountSlot for uint256;
    using Checkpoints for Checkpoints.Trace160;
    using Checkpoints for Checkpoints.Trace208;
    using Units for EngineBase.EngineStorage;

    uint8 private constant OVERALL = 0;
    uint8 private constant PROPOSAL_TYPES = uint8(type(ProposalType).max) + 1;

    // ----------------------------------------------------------------- citizens

    /// @dev See {IVotingEngine-setCitizen}.
    function setCitizen(EngineBase.EngineStorage storage $, address account, uint48 until) external {
        uint256 word = $.accounts[account];
        if (word.isValid(block.timestamp)) {
            uint48 since = word.since();
            uint256 supply = $.supply.latest();
            $.accounts[account] = word.withUnit(since, until);
            emit IVotingEngine.CitizenChanged(account, since, until, supply, supply);
            return;
        }
        _succeed($, $.originOf(word, account), account, account, until);
    }

    /// @dev See {IVotingEngine-removeCitizen}.
    function removeCitizen(EngineBase.EngineStorage storage $, address account) external {
        uint256 word = $.accounts[account];
        if ($.waits(word, account)) {
            delete $.waiting[$.originOf(word, account)];
            return;
        }
        word = _running($, account);
        if (word & AccountSlot.TYPED == 0) _endUnit($, account);
        else _cutShort($, account, word);
    }

    /// @dev See {IVotingEngine-expireCitizen}.
    function expireCitizen(EngineBase.EngineStorage storage $, address account) external {
        uint256 word = $.accounts[account];
        if (word.since() == 0) revert IVotingEngine.VotingEngineNotCitizen(account);
        if (word.isValid(block.timestamp)) revert IVotingEngine.VotingEngineUnitRunning(account);
        _endUnit($, account);
        address origin = $.originOf(word, account);
        EngineBase.Waiting memory next = $.waiting[origin];
        if (next.from == address(0)) return;
        delete $.waiting[origin];
        if (block.timestamp < next.until) _beginUnit($, $.currentOf(origin), next.until);
    }

    /// @dev See {IVotingEngine-moveCitizen}.
    function moveCitizen(EngineBase.EngineStorage storage $, address oldAccount, address newAccount) external {
        uint256 word = $.accounts[oldAccount];
        if (!$.waits(word, oldAccount)) word = _running($, oldAccount);
        uint48 until = $.untilOf(word, oldAccount);
        address origin = $.originOf(word, oldAccount);
        _requireFit($, newAccount, origin);
        $.accounts[newAccount] |= AccountSlot.MOVED;
        $.origins[newAccount] = origin;
        $.newest[origin] = newAccount;
        _succeed($, origin, oldAccount, newAccount, until);
    }

    // --------------------------------------------------------------- delegation

    /// @dev Gives the unit of `delegator` to `delegatee` in proposals of a scope, or takes it back.
    function delegate(
        EngineBase.EngineStorage storage $,
        address delegator,
        uint8 scope,
        address delegatee
    ) external {
        if (scope == OVERALL && delegatee == delegator) delegatee = address(0);
        if (delegatee != address(0)) {
            uint256 word = _running($, delegator);
            $.accounts[delegator] =
                word |
                AccountSlot.HAS_DELEGATED |
                (scope == OVERALL ? 0 : AccountSlot.typed(scope - 1));
            if (delegatee != delegator && !IRoleManager($.roleManager).hasRole(Units.DELEGATE, delegatee)) {
                revert IVotingEngine.VotingEngineNotDelegate(delegatee);
            }
        }
        _setDelegate($, delegator, scope, delegatee);
    }

    // -------------------------------------------------------------------- reads

    /// @dev See {IVotingEngine-wasCitizen}.
    function wasCitizen(
        EngineBase.EngineStorage storage $,
        address account,
        uint48 timepoint
    ) external view returns (bool) {
        return $.heldAt($.accounts[account], account, timepoint);
    }

    /// @dev See {IVotingEngine-getVotingPower}.
    function powerAt(
        EngineBase.EngineStorage storage $,
        address account,
        uint48 timepoint
    ) external view returns (uint256 power) {
        uint256 word = $.accounts[account];
        if ($.heldAt(word, account, timepoint) && $.delegateOf[OVERALL][account].upperLookupRecent(timepoint) == 0) {
            power = 1;
        }
        return power + $.received[OVERALL][account].upperLookupRecent(timepoint);
    }

    /// @dev See {IVotingEngine-standing}.
    function standing(
        EngineBase.EngineStorage storage $,
        address account,
        uint48 timepoint
    ) external view returns (bool citizenNow, uint256 power) {
        uint256 word = $.accounts[account];
        if ($.heldAt(word, account, timepoint)) power = 1;
        if (word & AccountSlot.IS_DELEGATE != 0 && $.standsSince(account, timepoint)) {
            power += $.received[OVERALL][account].upperLookupRecent(timepoint);
        }
        return (word.isValid(block.timestamp), power);
    }

    /// @dev See {IVotingEngine-holderAt}.
    function holderAt(
        EngineBase.EngineStorage storage $,
        address account,
        uint8 proposalType,
        uint48 timepoint
    ) external view returns (address) {
        return $.holderAt($.accounts[account], account, proposalType, timepoint);
    }

    // -------------------------------------------------------------------- units

    /// @dev The word of an account whose unit is running.
    function _running(EngineBase.EngineStorage storage $, address account) private view returns (uint256 word) {
        word = $.accounts[account];
        if (!word.isValid(block.timestamp)) revert IVotingEngine.VotingEngineNotCitizen(account);
    }

    /// @dev Reverts unless the account never had a unit, or is an earlier one of the same person and has none now.
    function _requireFit(EngineBase.EngineStorage storage $, address account, address origin) private view {
        uint256 word = $.accounts[account];
        bool unused = word & AccountSlot.MOVED == 0 && word.since() == 0 && $.pastUnits[account].length() == 0;
        if (unused || ($.originOf(word, account) == origin && !word.isValid(block.timestamp))) return;
        revert IVotingEngine.VotingEngineAccountUsed(account);
    }

    /// @dev Gives a person a unit under `account` after the one of `last`: at once, or when the end of that is recorded.
    ///      Taking a unit back from up to seven delegates costs more than a list of an adopted proposal may, so that two
    ///      administrators and their citizens could stop it; and a unit left with a delegate would be cast beside a
    ///      new one.
    function _succeed(
        EngineBase.EngineStorage storage $,
        address origin,
        address last,
        address account,
        uint48 until
    ) private {
        EngineBase.Waiting storage waiting = $.waiting[origin];
        uint256 word = $.accounts[last];
        if (word & AccountSlot.MAY_WAIT == 0 || waiting.from == address(0)) {
            if (word.since() == 0 || word & AccountSlot.TYPED == 0) {
                if (word.since() != 0) _endUnit($, last);
                _beginUnit($, account, until);
                return;
            }
            if (word.isValid(block.timestamp)) _cutShort($, last, word);
            waiting.from = last;
        }
        waiting.until = until;
    }

    /// @dev Ends a running unit now and leaves delegates and the number of citizens to whoever records it.
    function _cutShort(EngineBase.EngineStorage storage $, address account, uint256 word) private {
        uint48 since = word.since();
        uint48 now_ = uint48(block.timestamp);
        uint256 supply = $.supply.latest();
        _remember($, account, since, now_, Units.REVOKED);
        $.accounts[account] = word.withUnit(since, now_);
        emit IVotingEngine.CitizenChanged(account, since, now_, supply, supply);
    }

    function _beginUnit(EngineBase.EngineStorage storage $, address account, uint48 until) private {
        uint48 now_ = uint48(block.timestamp);
        uint208 supply = $.supply.latest();
        $.accounts[account] = $.accounts[account].withUnit(now_, until);
        $.supply.push(now_, supply + 1);
        emit IVotingEngine.CitizenChanged(account, now_, until, supply, supply + 1);
    }

    /// @dev Ends a unit, now or when it has ended already, and records it: in its history, with the delegates, in
    ///      the number of citizens.
    function _endUnit(EngineBase.EngineStorage storage $, address account) private {
        uint256 word = $.accounts[account];
        uint48 now_ = uint48(block.timestamp);
        if (now_ < word.until()) _remember($, account, word.since(), now_, Units.REVOKED);
        else _remember($, account, word.since(), word.until(), 0);
        for (uint8 type_; type_ < PROPOSAL_TYPES; ++type_) {
            if (word & AccountSlot.typed(type_) != 0) _setDelegate($, account, type_ + 1, address(0));
        }
        _setDelegate($, account, OVERALL, address(0));
        uint208 supply = $.supply.latest();
        $.accounts[account] = word.withUnit(0, 0);
        $.supply.push(now_, supply - 1);
        emit IVotingEngine.CitizenChanged(account, 0, 0, supply, supply - 1);
    }

    /// @dev Writes an ended unit to the history, once. A unit of no length was nobody's at any time.
    /// @param how REVOKED, or 0 if it ran out.
    function _remember(
        EngineBase.EngineStorage storage $,
        address account,
        uint48 since,
        uint48 end,
        uint208 how
    ) private {
        Checkpoints.Trace208 storage past = $.pastUnits[account];
        (, uint48 lastKey, uint208 last) = past.latestCheckpoint();
        // Remembered when it was revoked already.
        if (since == end || lastKey == end) return;
        past.push(since, lastKey == since ? last | Units.BEGAN : Units.BEGAN);
        past.push(end, how);
    }

    // -------------------------------------------------------------- delegations

    /// @dev Moves the unit of `account`; nothing happens when nothing changes.
    function _setDelegate(EngineBase.EngineStorage storage $, address account, uint8 scope, address to) private {
        address from = address($.delegateOf[scope][account].latest());
        if (from == to) return;
        $.delegateOf[scope][account].push(uint48(block.timestamp), uint160(to));
        emit IVotingEngine.DelegateChanged(account, scope, from, to);
        if (scope == OVERALL) {
            _moveReceived($, OVERALL, from, to);
            // Types that the account decided apart stay where they are.
            uint256 word = $.accounts[account];
            for (uint8 type_; type_ < PROPOSAL_TYPES; ++type_) {
                if (word & AccountSlot.typed(type_) != 0 && $.delegateOf[type_ + 1][account].latest() != 0) {
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
    function _moveReceived(EngineBase.EngineStorage storage $, uint8 scope, address from, address to) private {
        if (from != address(0)) _addReceived($, scope, from, type(uint208).max);
        if (to != address(0)) _addReceived($, scope, to, 1);
    }

    /// @dev Adds `change` modulo 2^208.
    function _addReceived(EngineBase.EngineStorage storage $, uint8 scope, address account, uint208 change) private {
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
        emit IVotingEngine.DelegateVotesChanged(account, scope, oldUnits, newUnits);
    }
}
