// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The one storage word that a ballot of an account reads and writes.
/// @dev From the lowest bit: receipts (128), receipts epoch (23), moved (1), flags (8), until (48), since (48).
///      Voting window number n has its receipt in bit n % 128 of epoch n / 128. The word holds the newest epoch in
///      which the account voted; words of earlier epochs are archived by the engine.
library AccountSlot {
    /// @dev The unit was moved here from another account of the same person.
    uint256 internal constant MOVED = 1 << 151;
    /// @dev The account gave its unit away at least once, so its delegation history must be asked.
    uint256 internal constant HAS_DELEGATED = 1 << 152;
    /// @dev The account received units at least once.
    uint256 internal constant IS_DELEGATE = 1 << 153;
    /// @dev The account gave or received a unit for some proposal type at least once, see {typed}.
    uint256 internal constant TYPED = 0x3f << 154;
    /// @dev Any flag that makes a ballot more than plain: those of delegation above.
    uint256 internal constant FLAGS = HAS_DELEGATED | IS_DELEGATE | TYPED;

    /// @dev The flags without one of which no unit waits for the account to begin: it was moved here, or follows on one
    ///      that was given away for a type.
    uint256 internal constant MAY_WAIT = MOVED | TYPED;

    /// @dev Where the epoch is.
    uint256 internal constant EPOCH = uint256(0x7fffff) << 128;

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
        return (word & EPOCH) >> 128;
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
        return (word & ~(EPOCH | RECEIPTS)) | (epoch_ << 128);
    }
}
