// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

/// @title Unix time in words: `2026-11-30 18:00:00 UTC`.
/// @custom:security-contact security@civicportal.example
library UtcTime {
    /// @dev The calendar repeats every 400 years, which have this many days.
    uint256 private constant DAYS_OF_ERA = 146097;
    /// @dev From 0000-03-01, where an era begins, to 1970-01-01.
    uint256 private constant DAYS_BEFORE_UNIX = 719468;

    /// @dev `time` in the Gregorian calendar; years above 9999 take more digits.
    function toString(uint48 time) internal pure returns (string memory) {
        (uint256 year, uint256 month, uint256 day) = _date(time / 1 days);
        return
            string.concat(
                string.concat(Strings.toString(year), "-", _twoDigits(month), "-", _twoDigits(day)),
                string.concat(" ", _twoDigits((time / 1 hours) % 24), ":", _twoDigits((time / 1 minutes) % 60)),
                string.concat(":", _twoDigits(time % 60), " UTC")
            );
    }

    /// @dev Years are counted from March, so that the leap day is a year's last. Months of 30 and 31 days then follow
    ///      one another so that month number m (March is 0) begins on day (153 * m + 2) / 5.
    function _date(uint256 sinceUnix) private pure returns (uint256 year, uint256 month, uint256 day) {
        uint256 sinceStart = sinceUnix + DAYS_BEFORE_UNIX;
        uint256 dayOfEra = sinceStart % DAYS_OF_ERA;
        // Leaves out the leap days before: one each 1,460 days, none each 36,524, one again at the end of the era.
        uint256 yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / (DAYS_OF_ERA - 1)) / 365;
        uint256 dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        uint256 fromMarch = (5 * dayOfYear + 2) / 153;
        day = dayOfYear - (153 * fromMarch + 2) / 5 + 1;
        month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
        year = (sinceStart / DAYS_OF_ERA) * 400 + yearOfEra + (month < 3 ? 1 : 0);
    }

    function _twoDigits(uint256 value) private pure returns (string memory) {
        return string.concat(value < 10 ? "0" : "", Strings.toString(value));
    }
}
