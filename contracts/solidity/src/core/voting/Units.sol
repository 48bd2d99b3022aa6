// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {IRoleManager} from "../../interfaces/IRoleManager.sol";
import {AccountSlot} from "../../lib/AccountSlot.sol";
import {EngineBase} from "./EngineBase.sol";

/// @title Where a unit was at a time: what ballots and readers alike ask of the histories.
/// @dev Internal functions, compiled into whoever asks.
///
///      A running unit is in the account's word. The trace `pastUnits` holds the units that have ended, from the second
///      in which each began up to, not including, that in which it ended. A checkpoint's value says what happened then:
///      BEGAN, REVOKED (the unit before it was revoked), both, or neither (the unit before it ran out).
/// @custom:security-contact security@civicportal.example
library Units {
    using AccountSlot for uint256;
    using Checkpoints for Checkpoints.Trace160;
    using Checkpoints for Checkpoints.Trace208;

    uint208 internal constant BEGAN = 1;
    uint208 internal constant REVOKED = 2;

    /// @dev Scope of delegations for all proposals; those for one type have 1 + ProposalType.
    uint8 internal constant OVERALL = 0;

    bytes32 internal constant DELEGATE = keccak256("DELEGATE");

    /// @dev 1 if the account, whose word is given, may cast an own unit in a vote with this snapshot: the unit
    ///      stood then and has not run out since. One that was revoked since still counts.
    function castable(
        EngineBase.EngineStorage storage $,
        uint256 word,
        address account,
        uint48 snapshot
    ) internal view returns (uint256) {
        if (word.since() <= snapshot && word.isValid(block.timestamp)) return 1;
        Checkpoints.Trace208 storage past = $.pastUnits[account];
        if (past.upperLookupRecent(snapshot) & BEGAN == 0) return 0;
        return past.lowerLookup(snapshot + 1) & REVOKED == 0 ? 0 : 1;
    }

    /// @dev Whether the account had a unit at `timepoint`, given away or not.
    function heldAt(
        EngineBase.EngineStorage storage $,
        uint256 word,
        address account,
        uint48 timepoint
    ) internal view returns (bool) {
        uint48 since = word.since();
        if (since != 0 && since <= timepoint) return timepoint < word.until();
        return $.pastUnits[account].upperLookupRecent(timepoint) & BEGAN != 0;
    }

    /// @dev Who held the unit of `account` at `timepoint` in proposals of this type; zero for the account itself.
    function holderAt(
        EngineBase.EngineStorage storage $,
        uint256 word,
        address account,
        uint8 proposalType,
        uint48 timepoint
    ) internal view returns (address holder) {
        if (word & AccountSlot.HAS_DELEGATED == 0) return address(0);
        if (word & AccountSlot.typed(proposalType) != 0) {
            holder = address($.delegateOf[proposalType + 1][account].upperLookupRecent(timepoint));
            if (holder == account) return address(0);
        }
        if (holder == address(0)) holder = address($.delegateOf[OVERALL][account].upperLookupRecent(timepoint));
    }

    /// @dev Units that `account` held for others at `timepoint` in proposals of this type. Of one whose word doesn't say
    ///      IS_DELEGATE there is nothing to ask.
    function receivedAt(
        EngineBase.EngineStorage storage $,
        uint256 word,
        address account,
        uint8 proposalType,
        uint48 timepoint
    ) internal view returns (uint256) {
        uint208 units = $.received[OVERALL][account].upperLookupRecent(timepoint);
        if (word & AccountSlot.typed(proposalType) != 0) {
            uint208 difference = $.received[proposalType + 1][account].upperLookupRecent(timepoint);
            unchecked {
                units += difference;
            }
        }
        return units;
    }

    /// @dev Whether the account may cast what it received in a vote with this snapshot: it has held DELEGATE since then
    ///      without a break.
    function standsSince(
        EngineBase.EngineStorage storage $,
        address account,
        uint48 snapshot
    ) internal view returns (bool) {
        return IRoleManager($.roleManager).hasRoleSince(DELEGATE, account, snapshot);
    }

    /// @dev When the unit of the account, whose word is given, ends: of the one that waits to begin, if one does.
    function untilOf(
        EngineBase.EngineStorage storage $,
        uint256 word,
        address account
    ) internal view returns (uint48) {
        return waits($, word, account) ? $.waiting[originOf($, word, account)].until : word.until();
    }

    /// @dev Whether a unit waits to begin for the account, whose word is given.
    function waits(
        EngineBase.EngineStorage storage $,
        uint256 word,
        address account
    ) internal view returns (bool) {
        if (word & AccountSlot.MAY_WAIT == 0) return false;
        address origin = originOf($, word, account);
        EngineBase.Waiting storage waiting = $.waiting[origin];
        return block.timestamp < waiting.until && currentOf($, origin) == account;
    }

    /// @dev The newest account of the person whose first account is `origin`.
    function currentOf(EngineBase.EngineStorage storage $, address origin) internal view returns (address) {
        address newest = $.newest[origin];
        return newest == address(0) ? origin : newest;
    }

    /// @dev The first account of the person behind `account`, whose word is given.
    function originOf(
        EngineBase.EngineStorage storage $,
        uint256 word,
        address account
    ) internal view returns (address) {
        return word & AccountSlot.MOVED == 0 ? account : $.origins[account];
    }
}
