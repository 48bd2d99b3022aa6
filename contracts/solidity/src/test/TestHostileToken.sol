// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title A token that answers as it is told to: late, wrongly or not at all. For tests only.
contract TestHostileToken {
    enum Way {
        ANSWERS,
        REVERTS,
        BURNS,
        FLOODS,
        SAYS_NOTHING
    }

    mapping(address account => uint256) public votesOf;
    mapping(address account => Way) public wayOf;
    uint256 public supply;
    Way public supplyWay;

    function set(address account, uint256 votes, Way way) external {
        votesOf[account] = votes;
        wayOf[account] = way;
    }

    function setSupply(uint256 supply_, Way way) external {
        supply = supply_;
        supplyWay = way;
    }

    /// @notice ERC-6372.
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() external pure returns (string memory) {
        return "mode=timestamp";
    }

    function getPastVotes(address account, uint256) external view returns (uint256) {
        _behave(wayOf[account]);
        return votesOf[account];
    }

    function getPastTotalSupply(uint256) external view returns (uint256) {
        _behave(supplyWay);
        return supply;
    }

    function _behave(Way way) private pure {
        if (way == Way.REVERTS) revert("blacklisted");
        if (way == Way.SAYS_NOTHING) {
            assembly {
                return(0, 0)
            }
        }
        if (way == Way.FLOODS) {
            assembly {
                revert(0, 50000)
            }
        }
        uint256 burnt;
        while (way == Way.BURNS) {
            unchecked {
                ++burnt;
            }
        }
    }
}
