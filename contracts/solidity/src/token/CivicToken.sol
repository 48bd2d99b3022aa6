// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20Upgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/ERC20Upgradeable.sol";
import {ERC20PermitUpgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC20PermitUpgradeable.sol";
import {ERC20VotesUpgradeable} from "@openzeppelin/contracts-upgradeable/token/ERC20/extensions/ERC20VotesUpgradeable.sol";
import {NoncesUpgradeable} from "@openzeppelin/contracts-upgradeable/utils/NoncesUpgradeable.sol";
import {VotesUpgradeable} from "@openzeppelin/contracts-upgradeable/governance/utils/VotesUpgradeable.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {IERC6372} from "@openzeppelin/contracts/interfaces/IERC6372.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IUpgradeChecked} from "../interfaces/IUpgradeChecked.sol";

/// @title A token with votes and permits, of fixed supply, on the timestamp clock. Optional in a deployment.
/// @notice Who has named no delegate votes with their own tokens: the zero delegate means oneself.
/// @custom:security-contact security@civicportal.example
contract CivicToken is ERC20Upgradeable, ERC20PermitUpgradeable, ERC20VotesUpgradeable, IUpgradeChecked, ERC165 {
    /// @notice Holders and amounts given at initialisation differ in number.
    error CivicTokenLengthMismatch();
    /// @notice A self-check after an upgrade found the token without its name, or its votes without their tokens.
    error CivicTokenSelfCheckFailed();

    /// @custom:oz-upgrades-unsafe-allow constructor
    constructor() {
        _disableInitializers();
    }

    /// @notice Mints the whole supply; nobody can mint later.
    /// @param name_ ERC-20 name, also the EIP-712 domain name.
    /// @param symbol_ ERC-20 symbol.
    /// @param holders First holders.
    /// @param amounts What each receives, in the token's smallest unit (18 decimals).
    function initialize(
        string calldata name_,
        string calldata symbol_,
        address[] calldata holders,
        uint256[] calldata amounts
    ) external initializer {
        __ERC20_init(name_, symbol_);
        __ERC20Permit_init(name_);
        __ERC20Votes_init();
        if (holders.length != amounts.length) revert CivicTokenLengthMismatch();
        for (uint256 i; i < holders.length; ++i) {
            _mint(holders[i], amounts[i]);
        }
    }

    /// @notice ERC-6372: Unix seconds.
    function clock() public view override returns (uint48) {
        return uint48(block.timestamp);
    }

    /// @notice ERC-6372.
    // solhint-disable-next-line func-name-mixedcase
    function CLOCK_MODE() public pure override returns (string memory) {
        return "mode=timestamp";
    }

    /// @notice Whom `account` gave its votes; itself if nobody.
    function delegates(address account) public view override returns (address) {
        address delegatee = super.delegates(account);
        return delegatee == address(0) ? account : delegatee;
    }

    /// @inheritdoc NoncesUpgradeable
    function nonces(address owner) public view override(ERC20PermitUpgradeable, NoncesUpgradeable) returns (uint256) {
        return super.nonces(owner);
    }

    /// @inheritdoc IUpgradeChecked
    function contractName() external pure returns (bytes32) {
        return "CivicToken";
    }

    /// @inheritdoc IUpgradeChecked
    function storageVersion() external pure returns (uint64) {
        return 1;
    }

    /// @notice Reverts unless the token has its name and all tokens have their votes.
    /// @inheritdoc IUpgradeChecked
    function selfCheck() external view {
        if (bytes(name()).length == 0 || _getTotalSupply() != totalSupply()) revert CivicTokenSelfCheckFailed();
    }

    /// @inheritdoc ERC165
    function supportsInterface(bytes4 interfaceId) public view override returns (bool) {
        return
            interfaceId == type(IERC20).interfaceId ||
            interfaceId == type(IVotes).interfaceId ||
            interfaceId == type(IERC6372).interfaceId ||
            interfaceId == type(IUpgradeChecked).interfaceId ||
            super.supportsInterface(interfaceId);
    }

    /// @inheritdoc VotesUpgradeable
    function _delegate(address account, address delegatee) internal override {
        super._delegate(account, delegatee == address(0) ? account : delegatee);
    }

    /// @inheritdoc ERC20Upgradeable
    function _update(
        address from,
        address to,
        uint256 value
    ) internal override(ERC20Upgradeable, ERC20VotesUpgradeable) {
        super._update(from, to, value);
    }
}
