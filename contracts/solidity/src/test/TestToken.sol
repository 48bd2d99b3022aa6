// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title As much of an ERC-5805 token as a strategy asks of it, and what a hostile one does. For tests only.
contract TestToken {
    // solhint-disable-next-line var-name-mixedcase
    string public CLOCK_MODE = "mode=timestamp";
    /// @notice The holder whose votes can't be read.
    address public blocked;
    bool public supplyBroken;
    uint256 public supply = 1000;
    mapping(address account => uint256) public votesOf;

    /// @notice Makes the token tell another clock.
    function setClockMode(string calldata mode) external {
        CLOCK_MODE = mode;
    }

    /// @notice Makes reads of one account's votes revert.
    function setBlocked(address account) external {
        blocked = account;
    }

    /// @notice Makes reads of the supply revert.
    function setSupplyBroken(bool broken) external {
        supplyBroken = broken;
    }

    function setSupply(uint256 supply_) external {
        supply = supply_;
    }

    function setVotes(address account, uint256 votes) external {
        votesOf[account] = votes;
    }

    /// @notice Votes of an account at any time.
    function getPastVotes(address account, uint256) external view returns (uint256) {
        require(account != blocked, "blocked");
        return votesOf[account];
    }

    /// @notice Votes of all accounts at any time.
    function getPastTotalSupply(uint256) external view returns (uint256) {
        require(!supplyBroken, "broken");
        return supply;
    }
}
