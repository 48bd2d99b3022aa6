// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The one storage word that a ballot of an account reads and writes.
/// @dev From the lowest bit: receipts (128), receipts epoch (24), flags (8), until (48), since (48).
///      Voting window number n has its receipt in bit n % 128 of epoch n / 128. The word holds the newest epoch in
///      which the account voted; words of earlier epochs are archived by the engine.
library AccountSlot {
    /// @dev The account gave its unit away at least once, so its delegation history must be asked.
    uint256 internal constant HAS_DELEGATED = 1 << 152;
    /// @dev The account received units at least once.
    uint256 internal constant IS_DELEGATE = 1 << 153;
    /// @dev Any flag at all: the two above, and one for each of six proposal types, see {typed}.
    uint256 internal constant FLAGS = 0xff << 152;

    uint256 private constant RECEIPTS = type(uint128).max;
    uint256 private constant UNIT = uint256(type(uint96).max) << 160;

    /// @dev Unix seconds at which the current unit began, 0 if the account has none.
    function since(uint256 word) internal pure returns (uint48) {
        return uint48(word >> 208);
    }

    /// @dev Unix seconds at which the current unit ends.
    function until(uint256 word) internal pure returns (uint48) {
        return uint48(word >> 160);
    }

    function epoch(uint256 word) internal pure returns (uint256) {
        return (word >> 128) & 0xffffff;
    }

    function receipts(uint256 word) internal pure returns (uint256) {
        return word & RECEIPTS;
    }

    /// @dev The flag of an account that gave or received a unit for one proposal type at least once.
    function typed(uint8 proposalType) internal pure returns (uint256) {
        return uint256(1 << 154) << proposalType;
    }

    /// @dev True if there is a unit that has not run out at `time`.
    function isValid(uint256 word, uint256 time) internal pure returns (bool) {
        return word >> 208 != 0 && time < until(word);
    }

    /// @dev The word with another unit; zeros end it.
    function withUnit(uint256 word, uint48 since_, uint48 until_) internal pure returns (uint256) {
        return (word & ~UNIT) | (uint256(since_) << 208) | (uint256(until_) << 160);
    }

    /// @dev The word with an empty set of receipts for `epoch_`.
    function withEpoch(uint256 word, uint256 epoch_) internal pure returns (uint256) {
        return (word & ~uint256((1 << 152) - 1)) | (epoch_ << 128);
    }
}
