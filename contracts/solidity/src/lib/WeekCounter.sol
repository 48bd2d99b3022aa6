// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title How often something happened within a week, in one word of storage.
/// @dev From the lowest bit: the day of the newest count (32, days since Unix time 0), then eight days' counts of 28 bits
///      each, newest first. Any seven days touch at most eight days of the calendar, so the sum is never less than what
///      happened in the last seven days; of the oldest day it may say too much.
/// @custom:security-contact security@civicportal.example
library WeekCounter {
    uint256 private constant DAYS = 8;
    uint256 private constant WIDTH = 28;
    uint256 private constant COUNT = (1 << WIDTH) - 1;
    uint256 private constant DAY = 32;

    /// @dev The sum of today and the seven days before.
    function sum(uint256 word) internal view returns (uint256 total) {
        for (uint256 counts = _upToToday(word); counts != 0; counts >>= WIDTH) {
            total += counts & COUNT;
        }
    }

    /// @dev The word with `amount` more today. The caller keeps a day's count under 2^28.
    function plus(uint256 word, uint256 amount) internal view returns (uint256) {
        return ((_upToToday(word) + amount) << DAY) | (block.timestamp / 1 days);
    }

    /// @dev The counts, shifted so that the lowest is today's; what is too old falls out at the top.
    function _upToToday(uint256 word) private view returns (uint256) {
        uint256 passed = block.timestamp / 1 days - uint32(word);
        if (passed >= DAYS) return 0;
        return ((word >> DAY) << (WIDTH * passed + DAY)) >> DAY;
    }
}
