// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title People pledge hours of work to a cause, signed or by themselves. For the example app of the tests only.
contract TestPledges is EIP712 {
    bytes32 private constant PLEDGE_TYPEHASH =
        keccak256("Pledge(string statement,uint256 causeId,uint32 hours_,address helper,uint48 deadline)");
    bytes32 private constant STATEMENT_HASH = keccak256("I pledge my work.");

    mapping(uint256 causeId => mapping(address helper => bool)) public pledged;

    event Pledged(uint256 indexed causeId, address indexed helper, uint32 hours_);

    error TestPledgesTwice(uint256 causeId, address helper);
    error TestPledgesExpired(uint48 deadline);
    error TestPledgesInvalidSignature();

    constructor() EIP712("TestPledges", "1") {}

    function pledge(uint256 causeId, uint32 hours_) external {
        _pledge(causeId, hours_, msg.sender);
    }

    function pledgeBySig(
        uint256 causeId,
        uint32 hours_,
        address helper,
        uint48 deadline,
        bytes calldata signature
    ) external {
        if (block.timestamp > deadline) revert TestPledgesExpired(deadline);
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(PLEDGE_TYPEHASH, STATEMENT_HASH, causeId, hours_, helper, deadline))
        );
        if (ECDSA.recover(digest, signature) != helper) revert TestPledgesInvalidSignature();
        _pledge(causeId, hours_, helper);
    }

    function _pledge(uint256 causeId, uint32 hours_, address helper) private {
        if (pledged[causeId][helper]) revert TestPledgesTwice(causeId, helper);
        pledged[causeId][helper] = true;
        emit Pledged(causeId, helper, hours_);
    }
}
